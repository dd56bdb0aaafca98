/** The plan as a file that a spreadsheet opens: a row an interval, figures unrounded. Pure. */

import type { Slot, Tried } from "./answer"

const COLUMNS: readonly (readonly [string, (slot: Slot) => string | number | null])[] = [
  ["start", slot => new Date(slot.startMs).toISOString()],
  ["end", slot => new Date(slot.endMs).toISOString()],
  ["forecast", slot => slot.forecast],
  ["forecast_low", slot => slot.low],
  ["forecast_high", slot => slot.high],
  ["forecast_weeks", slot => slot.weeks],
  ["reforecast", slot => slot.reforecast],
  ["arrived", slot => slot.actual],
  ["load_erlangs", slot => slot.load],
  ["agents_required", slot => slot.required],
  ["agents_rostered", slot => slot.rostered],
  ["planned", slot => slot.planned],
  ["online", slot => slot.online],
  ["gap", slot => slot.gap],
  ["service_level_required", slot => slot.atRequired?.level ?? null],
  ["service_level_staffed", slot => slot.atStaffed?.level ?? null],
]

export function csv(slots: readonly Slot[], tried: Tried | null): string {
  const extra = tried && tried.needs.length === slots.length ? tried.needs : null
  const head = [...COLUMNS.map(([name]) => name), ...(extra ? ["what_if_required", "what_if_rostered"] : [])]
  const rows = slots.map((slot, at) => [
    ...COLUMNS.map(([, value]) => value(slot)),
    ...(extra ? [extra[at]?.required ?? null, extra[at]?.rostered ?? null] : []),
  ])
  return [head, ...rows].map(row => row.map(value => value ?? "").join(",")).join("\r\n")
}
