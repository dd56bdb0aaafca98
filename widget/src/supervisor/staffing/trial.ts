/** What is tried: the measured figures, those set by hand instead, and what the server is asked of them. Pure. */

import type { Json } from "../../protocol/refused"
import { isEmpty, isImpatient, type Plan, type Slot } from "./answer"
import type { ModelName, Trial, TrialName } from "./question"

const HOUR_MS = 3_600_000
export const NOBODY_KNOWS_S = 300 // a handle time to start from where none was measured
const ALONE_PER_H = 20 // requests to start from where none ever came
const MOST_PER_H = 100_000

/** Every figure of a trial. `patience` 0: visitors wait for ever. */
export type Figures = { readonly [name in TrialName]: number }

/** As measured. Without any history `arrivals` are requests an hour, else percent of what is expected. */
export function measured(plan: Plan): Figures {
  return {
    arrivals: isEmpty(plan) ? ALONE_PER_H : 100,
    handle: Math.round(plan.handleS ?? NOBODY_KNOWS_S),
    concurrency: plan.concurrency,
    patience: isImpatient(plan) ? Math.round(plan.patienceS ?? 0) : 0,
    target: Math.round(plan.target * 100),
    within: plan.withinS,
    shrinkage: Math.round(plan.shrinkage * 100),
  }
}

export const figures = (plan: Plan, trial: Trial): Figures => ({ ...measured(plan), ...trial })

/** Where a slider can go; wide enough for what was measured. */
export function range(name: TrialName, plan: Plan): readonly [number, number, number] {
  const base = measured(plan)[name]
  const around = (low: number, high: number, step: number) =>
    [low, Math.max(high, Math.ceil((base * 2) / step) * step), step] as const
  const ranges = {
    arrivals: isEmpty(plan) ? ([0, 200, 1] as const) : ([0, 300, 5] as const),
    handle: around(30, 900, 15),
    concurrency: [1, Math.max(8, base), 1] as const,
    patience: around(0, 600, 10),
    target: [50, 99, 1] as const,
    within: around(0, 120, 5),
    shrinkage: [0, 60, 1] as const,
  }
  return ranges[name]
}

/** The body of the what-if; `at` is the interval whose curve is wanted. */
export function body(plan: Plan, trial: Trial, model: ModelName, at: number): Json {
  const is = figures(plan, trial)
  const longer = is.handle / (plan.handleS ?? is.handle)
  return {
    arrivals_per_h: perHour(plan, is.arrivals),
    of: isEmpty(plan) ? 0 : at,
    handle_s: Math.max(1, is.handle),
    concurrency: Math.max(1, is.concurrency),
    model,
    within_s: is.within,
    target: Math.min(0.999, is.target / 100),
    max_occupancy: plan.maxOccupancy,
    patience_s: is.patience || null,
    speed_up: trial.concurrency === undefined && (plan.concurrencyAvg ?? 0) >= 1 ? plan.concurrencyAvg : null,
    chat_s: plan.chatS.length ? lengths(plan.chatS, is.concurrency, longer) : [],
    shrinkage: Math.min(0.95, is.shrinkage / 100),
  }
}

function perHour(plan: Plan, arrivals: number): number[] {
  if (isEmpty(plan)) return [arrivals]
  const hourly = ({ arrivals: count, startMs, endMs }: Slot) => (count * HOUR_MS) / (endMs - startMs)
  return plan.slots.map(slot => Math.min(MOST_PER_H, (hourly(slot) * arrivals) / 100))
}

/** As many lengths as there may be chats at once; beyond what was seen the last one stands. */
const lengths = (seen: readonly number[], atOnce: number, longer: number): number[] =>
  Array.from({ length: atOnce }, (_, held) => (seen[Math.min(held, seen.length - 1)] ?? 0) * longer)

/** The interval to look at: the one asked for, else the busiest of those still to come, else of all. */
export function lookedAt({ slots }: Plan, at: number | null, nowMs: number): number {
  const asked = slots.findIndex(one => one.startMs === at)
  if (asked >= 0) return asked
  const coming = slots.some(one => one.endMs > nowMs)
  let best = 0
  slots.forEach((one, index) => {
    const counts = !coming || one.endMs > nowMs
    const bestCounts = !coming || (slots[best]?.endMs ?? 0) > nowMs
    if (counts && (!bestCounts || one.arrivals > (slots[best]?.arrivals ?? 0))) best = index
  })
  return best
}
