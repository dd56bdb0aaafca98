/**
 * Goals (`GET /api/goals`) and the one decision of colour: good within the goal, to be watched within
 * `margin` outside it, bad beyond. Ends are inclusive (kpis.md G4). Pure.
 */

import type { Json } from "../protocol/refused"
import { number } from "./board"
import { type Level, level } from "./health"

/** In the KPI's unit; a missing end is open. `queue` and `agent` null: for everything. */
export interface Goal {
  readonly id: string
  readonly kpi: string
  readonly queue: string | null
  readonly agent: string | null
  readonly low: number | null
  readonly high: number | null
  readonly margin: number
}

export function readGoals(answer: Json): readonly Goal[] {
  const rows = Array.isArray(answer.goals) ? (answer.goals as readonly Json[]) : []
  return rows.map(row => ({
    id: String(row.id),
    kpi: String(row.kpi),
    queue: text(row.queue),
    agent: text(row.agent),
    low: number(row.low),
    high: number(row.high),
    margin: number(row.margin) ?? 0,
  }))
}

const text = (value: unknown) => (typeof value === "string" && value ? value : null)

interface Place {
  readonly queue?: string | null
  readonly agent?: string | null
}

/** The agent's or the queue's own goal, else that for everything. */
export function goalFor(
  goals: readonly Goal[],
  kpi: string,
  { queue = null, agent = null }: Place = {},
): Goal | null {
  const mine = goals.filter(goal => goal.kpi === kpi)
  const own = (agent !== null && mine.find(goal => goal.agent === agent)) || null
  const queues = (queue !== null && mine.find(goal => goal.queue === queue)) || null
  return own ?? queues ?? mine.find(goal => goal.agent === null && goal.queue === null) ?? null
}

const RANK: readonly Level[] = ["none", "good", "warn", "bad"]

/** The worse of its two ends; `none` over nothing. */
export function standing({ low, high, margin }: Goal, value: number | null): Level {
  const above =
    low === null
      ? "good"
      : level("none", value, { better: "higher", warn: low, bad: less(low, margin), margin: 0 })
  const below =
    high === null
      ? "good"
      : level("none", value, { better: "lower", warn: high, bad: less(high, -margin), margin: 0 })
  if (value === null) return "none"
  return RANK.indexOf(above) > RANK.indexOf(below) ? above : below
}

/** 0.8 − 0.1 is 0.7, not 0.7000000000000001. */
const less = (end: number, margin: number) => Number((end - margin).toPrecision(12))
