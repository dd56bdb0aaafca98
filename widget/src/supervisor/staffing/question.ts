/**
 * A staffing question as the address bar keeps it: which queue, which days, how it is reckoned, which
 * interval is looked at, and what is tried instead of what was measured. Pure.
 */

import { daysOf, type Period, periodAsked, readPeriod, shift, writePeriod } from "../reports/question"

export const INTERVALS = ["15m", "30m", "1h"] as const
export type Interval = (typeof INTERVALS)[number]

export const MODELS = ["slots", "effective_aht", "state_dependent", "workload"] as const
export type ModelName = (typeof MODELS)[number]

/** Days from today, the first and the last. */
export const PRESETS = [
  ["today", 0, 0],
  ["tomorrow", 1, 1],
  ["next", 1, 7],
  ["last", -7, -1],
] as const
export type Preset = (typeof PRESETS)[number][0]

/** What is set by hand; what is missing stays as measured. `arrivals` in percent of what is expected. */
export const TRIALS = [
  "arrivals",
  "handle",
  "concurrency",
  "patience",
  "target",
  "within",
  "shrinkage",
] as const
export type TrialName = (typeof TRIALS)[number]
export type Trial = { readonly [name in TrialName]?: number }

export interface Question extends Period {
  readonly interval: Interval
  readonly model: ModelName
  readonly trend: boolean
  /** The interval looked at, by its start; null: the busiest one. */
  readonly look: number | null
  readonly trial: Trial
}

const MOST_DAYS = { "15m": 15, "30m": 31, "1h": 62 } as const

export function read(query: URLSearchParams, today: string): Question {
  const given = new URLSearchParams(query)
  if (!given.has("from")) given.set("from", today)
  if (!given.has("to")) given.set("to", given.get("from") ?? today)
  const { queue } = readPeriod(given, today).where
  const period = { ...readPeriod(given, today), where: queue === undefined ? {} : { queue }, spam: false }
  const interval = INTERVALS.find(one => one === query.get("interval")) ?? "30m"
  const last = shift(period.from, MOST_DAYS[interval] - 1)
  return {
    ...period,
    to: period.to < last ? period.to : last,
    interval,
    model: MODELS.find(one => one === query.get("model")) ?? "slots",
    trend: query.get("trend") === "1",
    look: figure(query.get("look")),
    trial: Object.fromEntries(
      TRIALS.map(name => [name, figure(query.get(name))] as const).filter(([, value]) => value !== null),
    ) as Trial,
  }
}

export function write(question: Question): URLSearchParams {
  const { interval, model, trend, look, trial } = question
  const query = writePeriod(question)
  query.set("interval", interval)
  if (model !== "slots") query.set("model", model)
  if (trend) query.set("trend", "1")
  if (look !== null) query.set("look", String(look))
  for (const name of TRIALS) if (trial[name] !== undefined) query.set(name, String(trial[name]))
  return query
}

/** What the server is asked. */
export function asked(question: Question, zone: string): string {
  const query = periodAsked(question, zone)
  query.set("interval", question.interval)
  query.set("model", question.model)
  if (question.trend) query.set("trend", "true")
  return `/api/staffing?${query}`
}

export function presetOf({ from, to }: Question, today: string): Preset | null {
  return PRESETS.find(([, a, b]) => shift(today, a) === from && shift(today, b) === to)?.[0] ?? null
}

/** Fine for a day or two, an hour for weeks. */
export const fitting = (from: string, to: string, now: Interval): Interval =>
  daysOf(from, to) > MOST_DAYS[now] ? "1h" : now

function figure(text: string | null): number | null {
  const value = text === null || text === "" ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}
