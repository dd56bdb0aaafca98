/**
 * A conversation's time in named stretches (`GET /api/conversations/{id}/timeline`): they follow each
 * other without gap or overlap, so they add up to its length. Pure.
 */

import { isJson, type Json } from "../protocol/refused"
import { number } from "./board"

const STATES = ["new", "bot", "queued", "active", "diverted", "closed"] as const

export interface Stretch {
  readonly state: (typeof STATES)[number]
  readonly fromMs: number
  /** Null while it still goes on. */
  readonly toMs: number | null
  readonly queue: string | null
  readonly agents: readonly string[]
}

export function readStretches(answer: Json): readonly Stretch[] {
  const rows = Array.isArray(answer.stretches) ? answer.stretches.filter(isJson) : []
  return rows.map(row => ({
    state: STATES.find(one => one === row.state) ?? "new",
    fromMs: number(row.start_ms) ?? 0,
    toMs: row.open === true ? null : (number(row.end_ms) ?? 0),
    queue: typeof row.queue === "string" ? row.queue : null,
    agents: Array.isArray(row.agents) ? row.agents.map(String) : [],
  }))
}

/** Lengths in whole seconds that add up to the whole's: each end is rounded once, not each length. */
export function seconds(stretches: readonly Stretch[], nowMs: number): readonly number[] {
  const first = stretches[0]?.fromMs ?? 0
  const whole = (atMs: number) => Math.round((atMs - first) / 1_000)
  let sum = 0
  return stretches.map(({ fromMs, toMs }) => {
    const before = sum
    sum = Math.max(before, whole(Math.max(toMs ?? nowMs, fromMs)))
    return sum - before
  })
}
