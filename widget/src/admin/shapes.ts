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
