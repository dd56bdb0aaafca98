/** Who works here and which queues there are: names for ids, on both desk faces. */

import { signal } from "@preact/signals"
import { isJson } from "../protocol/refused"

export type Presence = "online" | "busy" | "away" | "offline"

export interface Colleague {
  readonly id: string
  readonly name: string
  readonly avatar: string | null
  readonly status: Presence
  readonly reason: string | null
  readonly load: number
  readonly limit: number
  readonly queues: readonly string[]
}

export interface QueueInfo {
  readonly id: string
  readonly name: string
  readonly waiting: number
  readonly longestWaitMs: number
  readonly agentsOnline: number
  readonly open: boolean
  /** Wrap-up ends by itself after this; null when nobody said. */
  readonly wrapupMaxMs: number | null
}

export const colleagues = signal<readonly Colleague[]>([])
export const queues = signal<readonly QueueInfo[]>([])

export const agentName = (id: string | null | undefined): string =>
  colleagues.value.find(one => one.id === id)?.name ?? id ?? ""

export const queueName = (id: string | null | undefined): string =>
  queues.value.find(one => one.id === id)?.name ?? id ?? ""

/** From a session's or a board's free-form rows; what does not fit is left out. */
export function readColleagues(rows: readonly unknown[]): readonly Colleague[] {
  return rows.filter(isJson).map(row => ({
    id: text(row.id ?? row.agent) ?? "",
    name: text(row.name) ?? text(row.id) ?? "",
    avatar: text(row.avatar),
    status: (text(row.status) ?? "offline") as Presence,
    reason: text(row.reason),
    load: number(row.load),
    limit: number(row.max_concurrency),
    queues: Array.isArray(row.queues) ? row.queues.map(String) : [],
  }))
}

export function readQueues(rows: readonly unknown[]): readonly QueueInfo[] {
  return rows.filter(isJson).map(row => ({
    id: text(row.id ?? row.queue) ?? "",
    name: text(row.name) ?? text(row.id) ?? "",
    waiting: number(row.waiting),
    longestWaitMs: number(row.longest_wait_ms),
    agentsOnline: number(row.agents_online),
    open: row.open !== false,
    wrapupMaxMs: number(row.wrapup_max_s) * 1_000 || null,
  }))
}

export const text = (value: unknown): string | null => (typeof value === "string" && value ? value : null)
export const number = (value: unknown): number => (typeof value === "number" ? value : 0)
