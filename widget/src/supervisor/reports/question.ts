/**
 * A report's question as the address bar keeps it: which numbers, which days, how cut. Pure.
 * Days are local to the account's zone and whole; the last one counts.
 */

export const INTERVALS = ["", "15m", "1h", "1d", "1w", "1mo"] as const
export type Interval = (typeof INTERVALS)[number]

export const CUTS = [
  "",
  "queue",
  "agent",
  "channel",
  "handled_by",
  "language",
  "page",
  "topic",
  "device",
  "country",
  "hour,weekday",
] as const
export type Cut = (typeof CUTS)[number]

export interface Question {
  readonly kpis: readonly string[]
  /** Local dates, `YYYY-MM-DD`, both counted. */
  readonly from: string
  readonly to: string
  readonly interval: Interval
  readonly by: Cut
  readonly queue: string
  readonly compare: boolean
}

export const FIRST_KPIS = ["service_level", "first_response_time_p50", "queue_abandonment_rate", "csat"]
export const MOST_KPIS = 8

export const PRESETS = [
  ["today", 0, 0],
  ["yesterday", -1, -1],
  ["week", -6, 0],
  ["month", -27, 0],
  ["quarter", -89, 0],
] as const
export type Preset = (typeof PRESETS)[number][0]

export function today(nowMs: number, zone: string): string {
  const parts = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const
  return new Intl.DateTimeFormat("en-CA", parts).format(nowMs)
}

export function shift(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

export const daysOf = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1

export function presetOf({ from, to }: Question, now: string): Preset | null {
  return PRESETS.find(([, a, b]) => shift(now, a) === from && shift(now, b) === to)?.[0] ?? null
}

/** A line should have between a few and a few hundred points. */
export function fitting(days: number): Interval {
  if (days <= 1) return "1h"
  return days <= 120 ? "1d" : "1w"
}

export function read(query: URLSearchParams, now: string): Question {
  const dates = [query.get("from") ?? shift(now, -6), query.get("to") ?? now].map(one =>
    isDate(one) ? one : now,
  )
  const [from, to] = dates.sort() as [string, string]
  const kpis = (query.get("kpi") ?? "").split(",").filter(Boolean)
  return {
    kpis: kpis.length ? kpis.slice(0, MOST_KPIS) : FIRST_KPIS,
    from,
    to,
    interval: INTERVALS.find(one => one === query.get("interval")) ?? fitting(daysOf(from, to)),
    by: CUTS.find(one => one === query.get("by")) ?? "",
    queue: query.get("queue") ?? "",
    compare: query.get("compare") === "1",
  }
}

export function write(question: Question): string {
  const { kpis, from, to, interval, by, queue, compare } = question
  const query = new URLSearchParams({ kpi: kpis.join(","), from, to, interval })
  if (by) query.set("by", by)
  if (queue) query.set("queue", queue)
  if (compare) query.set("compare", "1")
  return `/reports?${query}`
}

type Part = "whole" | "series" | "cut"

/** What the server is asked; `to` is the first day that does not count. */
export function asked(question: Question, zone: string, part: Part, format = ""): string {
  const { kpis, from, to, interval, by, queue, compare } = question
  const query = new URLSearchParams({ kpi: kpis.join(","), from, to: shift(to, 1), tz: zone })
  if (queue) query.set("queue", queue)
  if (part === "whole" && compare) query.set("compare", "previous")
  if (part === "series" && interval) query.set("interval", interval)
  if (part === "series" && by && by !== "hour,weekday") query.set("by", by)
  if (part === "cut" && by) query.set("by", by)
  if (format) query.set("format", format)
  return `/api/reports?${query}`
}

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
