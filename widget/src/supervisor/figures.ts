/**
 * Numbers as they are read: the screen rounds, nothing else does (kpis.md G9). A share of nothing
 * is no number (G7), so every formatter takes null and gives a dash.
 */

import type { Share } from "./board"

export const DASH = "–"

export const ratioOf = ({ num, den }: Share): number | null => (den > 0 ? num / den : null)

/** `81.9 %` in the reader's way of writing it. */
export function percent(value: number | null, locale: string, digits = 1): string {
  if (value === null) return DASH
  return new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value)
}

export const whole = (value: number | null, locale: string): string =>
  value === null ? DASH : new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value)

/** A score from −100 to 100 carries its sign. */
export const score = (value: number | null, locale: string): string =>
  value === null
    ? DASH
    : new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(value)

export const decimal = (value: number | null, locale: string, digits = 1): string =>
  value === null ? DASH : new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)

/** Wilson's 95 % interval of a share: how little a small n says. */
export function wilson({ num, den }: Share): readonly [number, number] | null {
  if (den <= 0) return null
  const z = 1.959964
  const p = num / den
  const middle = (p + (z * z) / (2 * den)) / (1 + (z * z) / den)
  const half = (z / (1 + (z * z) / den)) * Math.sqrt((p * (1 - p)) / den + (z * z) / (4 * den * den))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

/** Seconds, minutes, hours of a figure: the largest two that matter, without the space of a sentence. */
export function span(ms: number | null, locale: string): string {
  if (ms === null) return DASH
  const s = Math.round(ms / 1_000)
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" }).format(value)
  if (s < 60) return unit(s, "second")
  if (s < 3_600)
    return s % 60 ? `${unit(Math.floor(s / 60), "minute")} ${unit(s % 60, "second")}` : unit(s / 60, "minute")
  const minutes = Math.round(s / 60)
  return minutes % 60
    ? `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`
    : unit(minutes / 60, "hour")
}
