/** Tickets as `/api/tickets` tells them. */

import { isJson, type Json } from "../../protocol/refused"

export const STATUSES = ["new", "open", "pending", "on_hold", "solved", "closed"] as const
export const PRIORITIES = ["low", "normal", "high", "urgent"] as const
export type Status = (typeof STATUSES)[number]
export type Priority = (typeof PRIORITIES)[number]

export interface Ticket {
  readonly id: string
  readonly status: Status
  readonly priority: Priority | null
  readonly queue: string | null
  readonly agent: { readonly id: string; readonly name: string } | null
  readonly channel: string | null
  readonly conversation: string | null
  readonly visitor_name: string | null
  readonly subject: string | null
  readonly created_at_ms: number
  readonly replied_at_ms: number | null
  readonly last_at_ms: number
}

export interface Happened {
  readonly id: string
  readonly kind: string
  readonly at_ms: number
  readonly actor: { readonly kind: string; readonly id?: string; readonly name?: string }
  readonly data: Json
}

export interface Whole {
  readonly ticket: Ticket
  readonly events: readonly Happened[]
}

/** The server and this page are one release, so the fields are taken as given. */
export const listOf = (answer: Json): { tickets: readonly Ticket[]; cursor: string | null } => ({
  tickets: Array.isArray(answer.tickets) ? (answer.tickets.filter(isJson) as unknown as Ticket[]) : [],
  cursor: typeof answer.cursor === "string" ? answer.cursor : null,
})

export const wholeOf = (answer: Json): Whole => answer as unknown as Whole
