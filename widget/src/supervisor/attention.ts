/**
 * Which agent needs a supervisor first, and the order of the tables. Order is by *class* of need,
 * never by a ticking number: a row moves when its meaning changes and at no other time.
 */

import type { AgentRow, LiveRow } from "./board"

export type Need = "reply_late" | "away_loaded" | "away_long" | "full" | "none"

const REPLY_LATE_MS = 60_000 // a visitor has waited a minute for this agent's next word
const AWAY_LONG_MS = 15 * 60_000

/** Most pressing first. */
const ORDER: readonly Need[] = ["reply_late", "away_loaded", "full", "away_long", "none"]

/** `replySinceMs`: since when a visitor of this agent waits for the next word. */
export function need(agent: AgentRow, replySinceMs: number | null, nowMs: number): Need {
  if (replySinceMs !== null && nowMs - replySinceMs >= REPLY_LATE_MS) return "reply_late"
  if (agent.status === "offline") return agent.load > 0 ? "away_loaded" : "none"
  if (agent.status !== "online" && agent.load > 0) return "away_loaded"
  if (agent.status === "away" && nowMs - agent.sinceMs >= AWAY_LONG_MS) return "away_long"
  if (agent.status === "online" && agent.limit > 0 && agent.load >= agent.limit) return "full"
  return "none"
}

const PRESENCE = ["online", "busy", "away", "offline"]

/** By need, then by presence, then by name: stable while nothing of that changes. */
export function byAttention(agents: readonly AgentRow[], owed: Owed, nowMs: number): AgentRow[] {
  const needs = (agent: AgentRow) => need(agent, owed.get(agent.agent) ?? null, nowMs)
  const rank = (agent: AgentRow) => ORDER.indexOf(needs(agent)) * 10 + PRESENCE.indexOf(agent.status)
  return [...agents].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}

/** Agent → since when the one who waits longest for his next word waits. */
export type Owed = ReadonlyMap<string, number>

export function owedReplies(talks: Iterable<LiveRow>): Owed {
  const owed = new Map<string, number>()
  for (const { agent, state, replySinceMs } of talks) {
    if (agent === null || state !== "active" || replySinceMs === null) continue
    owed.set(agent, Math.min(replySinceMs, owed.get(agent) ?? replySinceMs))
  }
  return owed
}

export interface Sort<K extends string> {
  readonly by: K
  readonly down: boolean
}

type Reader<R> = (row: R) => number | string | null

/** Rows by one column; what is unknown comes last either way. */
export function sorted<R, K extends string>(
  rows: readonly R[],
  { by, down }: Sort<K>,
  columns: { readonly [key in K]: Reader<R> },
): R[] {
  const read: Reader<R> = columns[by]
  return [...rows].sort((a, b) => {
    const [x, y] = [read(a), read(b)]
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    const order = typeof x === "string" ? x.localeCompare(String(y)) : x - Number(y)
    return down ? -order : order
  })
}

/** The same column again turns it round; a new one begins at its more telling end. */
export function turned<K extends string>(sort: Sort<K> | null, by: K, downFirst: boolean): Sort<K> {
  return sort?.by === by ? { by, down: !sort.down } : { by, down: downFirst }
}

export interface Staff {
  readonly free: number
  readonly busy: number
  readonly away: number
  readonly offline: number
}

/** Free: online with a place left. Busy: says so, or has no place left. */
export function staff(agents: Iterable<AgentRow>): Staff {
  const counts = { free: 0, busy: 0, away: 0, offline: 0 }
  for (const agent of agents) counts[presence(agent)] += 1
  return counts
}

export function presence(agent: AgentRow): keyof Staff {
  if (agent.status === "online") return agent.load < agent.limit ? "free" : "busy"
  return agent.status
}
