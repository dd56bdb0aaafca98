/** A report's figure as it is read: percent with one decimal, seconds whole (kpis.md G9). */

import { valueText } from "../chart"
import { DASH, decimal, percent } from "../figures"
import type { Row } from "./answer"
import { locale, t } from "./words"

const DIGITS: { readonly [unit: string]: number } = {
  p: 3,
  money: 2,
  "×": 2,
  erlang: 2,
  d: 1,
  h: 1,
  "1/h": 1,
}
const SIGNED = ["score", "points", "−6…+6"]

export function figureText(value: number | null, unit: string): string {
  if (value === null) return DASH
  if (unit === "ratio") return percent(value, locale.value, 1)
  if (SIGNED.includes(unit))
    return new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1, signDisplay: "negative" }).format(
      value,
    )
  const digits = DIGITS[unit]
  if (digits === undefined) return valueText(value, unit)
  return decimal(value, locale.value, digits) + (unit === "d" || unit === "h" ? ` ${unit}` : "")
}

/** A scale of small shares needs its decimals. */
export function axisText(value: number, unit: string, high: number): string {
  if (unit !== "ratio" || high > 0.2) return valueText(value, unit)
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 }).format(value)
}

export const rowText = (row: Row | null): string =>
  row?.said ?? figureText(row?.value ?? null, row?.unit ?? "")

const amount = (value: number) =>
  new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(value)

/** From what it was counted. */
export const support = (row: Row): string =>
  row.unit === "ratio" && row.num !== null && row.den !== null
    ? t("of", { num: amount(row.num), den: amount(row.den) })
    : t("n", { n: row.n })

export const between = ({ low, high, unit }: Row): string | null =>
  low === null || high === null
    ? null
    : t("between", { low: figureText(low, unit), high: figureText(high, unit) })

/** What one must know before one believes it; nothing in the ordinary case. */
export function marks(row: Row): readonly string[] {
  return [
    row.lowN && t("thin"),
    row.pending > 0 && t("pending", { count: row.pending }),
    row.immature > 0 && t("immature", { count: row.immature }),
    row.short > 0 && t("short", { count: row.short }),
    row.spam > 0 && t("spam.out", { count: row.spam }),
  ].filter(one => one !== false)
}

/** All of it in one breath, for tooltips and those who listen. */
export const whole = (row: Row): string =>
  [rowText(row), support(row), between(row), ...marks(row)].filter(Boolean).join(" · ")
