/** A page of conversations from REST, as rows that any list here can show. */

import { isJson, type Json } from "../protocol/refused"
import { rest } from "../ui/rest"
import { type LiveRow, number } from "./board"

export interface FoundRow extends LiveRow {
  readonly agentName: string | null
  readonly closedAtMs: number | null
  readonly answers: { readonly [kind: string]: number }
}

export interface FoundPage {
  readonly rows: readonly FoundRow[]
  readonly cursor: string | null
  readonly total: number
}

const PAGE = 40
const LIMIT_MS = 120_000 // of any period; the first question after a restart waits until the facts are read

/** One page of what a path of REST lists. */
export async function behind(path: string, cursor: string | null): Promise<FoundPage> {
  const page = `limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`
  return readPage(await rest("GET", `${path}${path.includes("?") ? "&" : "?"}${page}`, undefined, LIMIT_MS))
}

export function readPage(answer: Json): FoundPage {
  const rows = Array.isArray(answer.conversations) ? answer.conversations.filter(isJson) : []
  return { rows: rows.map(found), cursor: text(answer.cursor), total: number(answer.total) ?? rows.length }
}

function found(row: Json): FoundRow {
  const agent = isJson(row.agent) ? row.agent : isJson(row.last_agent) ? row.last_agent : null
  const visitor = isJson(row.visitor) ? row.visitor : {}
  const answers = isJson(row.answers) ? Object.entries(row.answers) : []
  return {
    conversation: String(row.id ?? row.conversation),
    state: text(row.state) ?? "closed",
    queue: text(row.queue),
    agent: agent ? text(agent.id) : null,
    agentName: agent ? text(agent.name) : null,
    visitor: text(visitor.name),
    channel: text(row.channel),
    startedAtMs: number(row.started_at_ms) ?? 0,
    queuedAtMs: number(row.queued_at_ms),
    replySinceMs: number(row.waiting_reply_since_ms),
    closedAtMs: number(row.closed_at_ms),
    flags: [],
    answers: Object.fromEntries(answers.filter((one): one is [string, number] => number(one[1]) !== null)),
    lastText: text(row.last_text),
  }
}

const text = (value: unknown) => (typeof value === "string" && value ? value : null)
