/** What the settings read and write: the server's rows, as they come. */

import { isJson, type Json } from "../protocol/refused"
import type { User } from "../ui/rest"

export type Role = User["role"]

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly queues: readonly string[]
  readonly max_concurrency: number
  readonly disabled: boolean
}

/** Local minutes since midnight, `[from, to)`; `week[0]` is Monday. */
export type Opening = readonly [number, number]

export interface Hours {
  readonly zone: string
  readonly week: readonly (readonly Opening[])[]
  readonly closed_on: readonly string[]
}

export interface Queue {
  readonly id: string
  readonly name: string
  readonly hours: Hours
  readonly sl_threshold_s: number
  readonly sl_target: number
  readonly short_abandon_s: number
  readonly frt_target_s: number
  readonly offer_timeout_s: number
  readonly wrapup_max_s: number
  readonly auto_accept: boolean
}

export interface Site {
  readonly id: string
  readonly name: string
  readonly queue: string
  readonly bot: boolean
  readonly locale: string
  readonly surveys: readonly string[]
  readonly greeting: string | null
  readonly departments: readonly string[]
  readonly origins: readonly string[]
  readonly theme: Json
  readonly drafts: boolean
}

export interface Canned {
  readonly id: string
  readonly owner: string | null
  readonly shortcut: string
  readonly title: string
  readonly text: string
  readonly uses: number
}

/** The rows under `name`; the server and this page are one release, so the fields are taken as given. */
export const rowsOf = <R>(answer: Json, name: string): readonly R[] => {
  const rows = answer[name]
  return Array.isArray(rows) ? (rows.filter(isJson) as R[]) : []
}

/** A KPI of the catalogue, as far as goals and alerts want to know it. */
export interface Kpi {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly unit: string
  readonly better: "higher" | "lower" | "neutral" | "band"
  readonly live: boolean
  readonly segments: readonly string[]
}

/** `queue` and `agent` empty: for everything. */
export interface Rule {
  readonly id: string
  readonly name: string
  readonly kpi: string
  readonly comparison: Comparison
  readonly threshold: number
  readonly queue: string
  readonly agent: string
  readonly for_s: number
  readonly cooldown_s: number
  readonly enough: number
  readonly open_only: boolean
  readonly enabled: boolean
  readonly webhooks: readonly string[]
  readonly emails: readonly string[]
}

export type Comparison = "at_least" | "at_most" | "above" | "below"

export interface Firing {
  readonly id: number
  readonly rule: string
  readonly name: string
  readonly kpi: string
  readonly queue: string
  readonly agent: string
  readonly value: number
  readonly fired_at_ms: number
  readonly resolved_at_ms: number | null
  readonly acknowledged_by: string | null
}

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly kinds: readonly string[]
  readonly words: boolean
  readonly enabled: boolean
  readonly counts: { readonly waiting?: number; readonly sent?: number; readonly dead?: number }
}

export interface Delivery {
  readonly id: number
  readonly target: string
  readonly kind: string
  readonly about: string
  readonly state: "waiting" | "sent" | "dead"
  readonly attempts: number
  readonly due_ms: number
  readonly created_at_ms: number
  readonly ended_at_ms: number | null
  readonly status: number | null
  readonly problem: string | null
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly prefix: string
  readonly created_by: string
  readonly created_at_ms: number
  readonly last_used_ms: number | null
  readonly revoked_at_ms: number | null
}
