/**
 * The board's floor as the six tiles read it. What is pooled over the queues is pooled from
 * numerators and denominators, never from percentages (kpis.md G8).
 */

import { type Staff, staff } from "./attention"
import type { Board, Figure, QueueRow, Share } from "./board"

export interface Now {
  readonly waiting: number
  readonly longestSinceMs: number | null
  /** The threshold of the queue in which that visitor waits. */
  readonly longestThresholdS: number
  readonly serviceLevel: Share
  /** The pooled target: that of all queues where they agree, the strictest where they do not. */
  readonly target: number
  /** Null when the queues do not agree on one. */
  readonly thresholdS: number | null
  readonly staff: Staff
  readonly agentsOnline: number
  readonly freeSlots: number
  readonly capacity: number
  readonly active: number
  readonly withBot: number
  /** A KPI of today; empty until the server has told it. */
  readonly kpi: (id: string) => Figure
}

const NOTHING: Figure = { value: null, num: null, den: null, n: 0, target: null }

export function nowOf(board: Board): Now {
  const queues = [...board.queues.values()]
  const agents = [...board.agents.values()]
  const talks = [...board.live.values()]
  const online = agents.filter(agent => agent.status === "online")
  const sum = (read: (row: QueueRow) => number) => queues.reduce((so, row) => so + read(row), 0)
  const longest = earliest(queues.map(row => row.longestSinceMs))
  const slowest = queues.find(row => row.longestSinceMs === longest)
  const kpi = (id: string) => board.totals[id] ?? NOTHING
  return {
    waiting: sum(row => row.waiting),
    longestSinceMs: longest,
    longestThresholdS: slowest?.thresholdS ?? queues[0]?.thresholdS ?? 30,
    serviceLevel: { num: sum(row => row.serviceLevel.num), den: sum(row => row.serviceLevel.den) },
    target: Math.max(0, ...queues.map(row => row.target)) || 0.8,
    thresholdS: agreed(queues.map(row => row.thresholdS)),
    staff: staff(agents),
    agentsOnline: online.length,
    freeSlots: online.reduce((so, agent) => so + Math.max(0, agent.limit - agent.load), 0),
    capacity: online.reduce((so, agent) => so + agent.limit, 0),
    active: kpi("active_conversations_now").value ?? 0,
    withBot: talks.filter(talk => talk.state === "bot").length,
    kpi,
  }
}

export function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter(instant => instant !== null)
  return known.length ? Math.min(...known) : null
}

const agreed = (values: readonly number[]): number | null =>
  new Set(values).size === 1 ? (values[0] ?? null) : null

export const shareOf = ({ num, den }: Figure): Share => ({ num: num ?? 0, den: den ?? 0 })
