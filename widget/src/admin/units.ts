/** A KPI's figure as people write and read it: shares in per cent, the rest in its own unit. Pure. */

import { decimal, span } from "../supervisor/figures"

const PLAIN = ["count", "conversations", "agents", "slots", "items", "chats", "score"]

export const sign = (unit: string) =>
  unit === "ratio" ? "%" : unit === "s" ? "s" : PLAIN.includes(unit) ? "" : unit

/** What stands in a field; empty for nothing. */
export const shown = (value: number | null, unit: string): string =>
  value === null ? "" : String(Number((value * scale(unit)).toPrecision(12)))

/** The same back; null for an empty field. */
export const meant = (text: string, unit: string): number | null =>
  text.trim() === "" ? null : Number((Number(text) / scale(unit)).toPrecision(12))

const scale = (unit: string) => (unit === "ratio" ? 100 : 1)

/** `85.5 %`, `1m 30s`, `12`. */
export function said(value: number, unit: string, locale: string): string {
  if (unit === "s") return span(value * 1_000, locale)
  const number = decimal(value * scale(unit), locale)
  const after = sign(unit)
  return after ? `${number} ${after}` : number
}
