/**
 * A report's question as the address bar keeps it: which numbers, which days, how cut. Pure.
 * Days are local to the question's zone and whole; the last one counts.
 */

export const INTERVALS = ["", "15m", "30m", "1h", "1d", "1w", "1mo"] as const
export type Interval = (typeof INTERVALS)[number]

/** Everything a number may be cut or filtered by; which of it, its definition says. */
const DIMENSIONS = [
  "queue",
  "agent",
  "channel",
  "handled_by",
  "hour",
  "weekday",
  "topic",
  "language",
  "page",
  "segment",
  "device",
  "country",
  "campaign",
  "initiator",
  "bot",
  "stage",
  "divert_reason",
  "priority",
  "plan",
  "network",
  "brand",
  "item",
  "competitor",
  "industry",
  "reason",
  "helped",
  "served",
  "wants_channel",
  "intent",
  "engaged",
  "target",
  "handoff_by",
  "to_agent",
  "to_queue",
  "warm",
  "contacted",
  "last_csat",
  "missed",
] as const
type Dimension = (typeof DIMENSIONS)[number]
export type Where = { readonly [dimension in Dimension]?: string }

/** The week as a map. */
export const WEEK = "hour,weekday"

export interface Period {
  /** Local dates, `YYYY-MM-DD`, both counted. */
  readonly from: string
  readonly to: string
  /** An IANA zone; empty: the account's. */
  readonly tz: string
  readonly where: Where
  readonly spam: boolean
}

export interface Question extends Period {
  readonly kpis: readonly string[]
  readonly interval: Interval
  /** A dimension, or `WEEK`, or nothing. */
  readonly by: string
  readonly compare: boolean
}

export const FIRST_KPIS = ["service_level", "first_response_time_p50", "queue_abandonment_rate", "csat"]
export const MOST_KPIS = 40

type Bounds = (now: string) => readonly [string, string]

const last =
  (days: number): Bounds =>
  now => [shift(now, 1 - days), now]

export const PRESETS: readonly (readonly [string, Bounds])[] = [
  ["today", last(1)],
  ["yesterday", now => [shift(now, -1), shift(now, -1)]],
  ["days7", last(7)],
  ["days28", last(28)],
  ["days90", last(90)],
  ["days365", last(365)],
  ["month", now => [monthOf(now), now]],
  ["lastmonth", now => [monthOf(shift(monthOf(now), -1)), shift(monthOf(now), -1)]],
]

const monthOf = (date: string): string => `${date.slice(0, 8)}01`

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

/** On the first of a month two presets are the same day: the first that fits. */
export function presetOf({ from, to }: Period, now: string): string | null {
  return PRESETS.find(([, bounds]) => bounds(now).join() === [from, to].join())?.[0] ?? null
}

/** A line should have between a few and a few hundred points. */
export function fitting(days: number): Interval {
  if (days <= 1) return "1h"
  return days <= 120 ? "1d" : "1w"
}

const POINTS_A_DAY: { readonly [interval in Interval]: number } = {
  "": 0,
  "15m": 96,
  "30m": 48,
  "1h": 24,
  "1d": 1,
  "1w": 1 / 7,
  "1mo": 1 / 30,
}

/** About how many points a line of the question has. */
export const pointsOf = ({ from, to, interval }: Question): number =>
  Math.ceil(daysOf(from, to) * POINTS_A_DAY[interval])

export function readPeriod(query: URLSearchParams, now: string): Period {
  const dates = [query.get("from") ?? shift(now, -6), query.get("to") ?? now].map(one =>
    isDate(one) ? one : now,
  )
  const [from, to] = dates.sort() as [string, string]
  const where = DIMENSIONS.flatMap(name => {
    const value = query.get(name)
    return value === null ? [] : [[name, value]]
  })
  return { from, to, tz: zoneIn(query), where: Object.fromEntries(where), spam: query.get("spam") === "1" }
}

/** The zone the address names, if there is such a one. */
export function zoneIn(query: URLSearchParams): string {
  const tz = query.get("tz") ?? ""
  return tz && isZone(tz) ? tz : ""
}

export function read(query: URLSearchParams, now: string): Question {
  const period = readPeriod(query, now)
  const kpis = (query.get("kpi") ?? "").split(",").filter(Boolean)
  const by = query.get("by") ?? ""
  const interval = INTERVALS.find(one => one === query.get("interval"))
  return {
    ...period,
    kpis: kpis.length ? [...new Set(kpis)].slice(0, MOST_KPIS) : FIRST_KPIS,
    interval: interval ?? fitting(daysOf(period.from, period.to)),
    by: by === WEEK || isDimension(by) ? by : "",
    compare: query.get("compare") === "1",
  }
}

export function writePeriod({ from, to, tz, where, spam }: Period): URLSearchParams {
  const query = new URLSearchParams({ from, to })
  if (tz) query.set("tz", tz)
  for (const [name, value] of Object.entries(where)) query.set(name, value)
  if (spam) query.set("spam", "1")
  return query
}

export function write(question: Question): URLSearchParams {
  const query = writePeriod(question)
  query.set("kpi", question.kpis.join(","))
  query.set("interval", question.interval)
  if (question.by) query.set("by", question.by)
  if (question.compare) query.set("compare", "1")
  return query
}

/** A period as the server is asked; `to` is the first day that does not count. */
export function periodAsked({ from, to, where, spam }: Period, zone: string): URLSearchParams {
  const query = new URLSearchParams({ from, to: shift(to, 1), tz: zone })
  for (const [name, value] of Object.entries(where)) query.set(name, value)
  if (spam) query.set("include_spam", "true")
  return query
}

export type Part = "whole" | "series" | "lines" | "cut"

/** `series` is one line, `lines` one for each group; all but these are compared where that is asked for. */
export function asked(
  question: Question,
  zone: string,
  part: Part,
  kpis: readonly string[] = question.kpis,
): string {
  const { interval, by, compare } = question
  const query = periodAsked(question, zone)
  query.set("kpi", kpis.join(","))
  if (compare && part !== "lines") query.set("compare", "previous")
  if (part === "series" || part === "lines") query.set("interval", interval)
  if (part === "lines" || part === "cut") query.set("by", by)
  return `/api/reports?${query}`
}

/** A clock is no line: every hour of the day lies within every day. */
export const clocked = (by: string): boolean => by.split(",").some(one => one === "hour" || one === "weekday")

/** May a number be cut and filtered so? A filter it does not know would be a wrong number. */
export function knows(segments: readonly string[], { by, where }: Pick<Question, "by" | "where">): boolean {
  const wanted = [...(by ? by.split(",") : []), ...Object.keys(where)]
  return wanted.every(one => segments.includes(one))
}

export const isDimension = (name: string): name is Dimension =>
  (DIMENSIONS as readonly string[]).includes(name)

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }))
  } catch {
    return false
  }
}
