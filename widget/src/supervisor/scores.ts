/** What each agent did today, from the report: conversations handled, and what was said of them. */

import { isJson, type Json } from "../protocol/refused"
import { number, type Share } from "./board"

export interface Score {
  readonly handled: number | null
  readonly csat: Share | null
}

export type Scores = ReadonlyMap<string, Score>

/** Handle time has one sample for each engagement that is over: its n is what was handled. */
export const SCORES = ["aht", "csat"] as const

/** A report that could not be had leaves what was there. */
export function readScores(answer: Json, before: Scores): Scores {
  if (!Array.isArray(answer.results)) return before
  const scores = new Map<string, Score>()
  for (const row of answer.results.filter(isJson)) {
    const agent = isJson(row.group) ? row.group.agent : null
    if (typeof agent !== "string") continue
    const known = scores.get(agent) ?? { handled: null, csat: null }
    scores.set(
      agent,
      row.id === "csat" ? { ...known, csat: share(row) } : { ...known, handled: number(row.n) },
    )
  }
  return scores
}

const share = (row: Json): Share => ({ num: number(row.num) ?? 0, den: number(row.den) ?? 0 })
