/** Conversations by REST: lists, search and a visitor's earlier ones. Rows are read leniently. */

import { isJson, type Json } from "../protocol/refused"
import { rest } from "../ui/rest"
import { number, text } from "./directory"
import { visitorName } from "./people"

export interface ConversationRow {
  readonly id: string
  readonly state: string
  readonly visitor: string
  readonly agent: string | null
  readonly queue: string | null
  readonly lastText: string | null
  readonly startedAtMs: number
  readonly lastAtMs: number
  readonly closedAtMs: number | null
  readonly resolved: boolean | null
  readonly tags: readonly string[]
  readonly flags: readonly string[]
}

export interface ConversationPage {
  readonly rows: readonly ConversationRow[]
  readonly next: string | null
}

export interface ConversationQuery {
  readonly q?: string
  readonly state?: string
  readonly visitor?: string
  readonly agent?: string
  readonly queue?: string
  readonly limit?: number
  readonly cursor?: string | null
}

export async function listConversations(query: ConversationQuery): Promise<ConversationPage> {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, String(value))
  return readPage(await rest("GET", `/api/conversations?${params}`))
}

export function readPage(answer: Json): ConversationPage {
  const rows = answer.conversations ?? answer.items
  return {
    rows: (Array.isArray(rows) ? rows : []).filter(isJson).map(readRow),
    next: text(answer.next ?? answer.cursor),
  }
}

function readRow(row: Json): ConversationRow {
  const id = String(row.id)
  const visitor = isJson(row.visitor) ? { name: text(row.visitor.name) } : null
  const who = isJson(row.agent) ? row.agent : row.last_agent
  const agent = isJson(who) ? text(who.name) : null
  return {
    id,
    state: text(row.state) ?? "closed",
    visitor: visitorName(visitor, id),
    agent,
    queue: text(row.queue),
    lastText: text(row.last_text),
    startedAtMs: number(row.started_at_ms),
    lastAtMs: number(row.last_at_ms) || number(row.started_at_ms),
    closedAtMs: number(row.closed_at_ms) || null,
    resolved: typeof row.resolved === "boolean" ? row.resolved : null,
    tags: Array.isArray(row.tags) ? row.tags.map(String) : [],
    flags: Array.isArray(row.flags) ? row.flags.map(String) : [],
  }
}
