/** Frames and snapshots for tests: a conversation told in a few lines. */
import { fromSnapshot, type View } from "../../src/protocol/evolve"
import type { AgentSession, AgentSnapshot, EventFrame } from "../../src/protocol/frames.gen"

export const ME = "maria"
export const T0 = 1_700_000_000_000

type Said = { kind?: string; by?: string; data?: { [key: string]: unknown }; atMs?: number }

/** Events with `seq` 1, 2, 3 …; a string is a visitor's message, `>text` mine, `#text` a note of mine. */
export function told(...lines: (string | Said)[]): EventFrame[] {
  return lines.map((line, at) => {
    const said = typeof line === "string" ? message(line) : line
    const by = said.by ?? "visitor"
    return {
      conversation: "c1",
      seq: at + 1,
      epoch: "e",
      id: `e${at}`,
      at_ms: said.atMs ?? T0 + at * 1_000,
      kind: said.kind ?? "message",
      actor: { kind: by === ME || by === "sam" ? "agent" : (by as "visitor"), id: by, name: by },
      data: said.data ?? {},
    }
  })
}

function message(line: string): Said {
  if (line.startsWith(">")) return { by: ME, data: { text: line.slice(1), public: true } }
  if (line.startsWith("#")) return { by: ME, data: { text: line.slice(1), public: false } }
  return { data: { text: line, public: true } }
}

export function snapshot(events: EventFrame[], change: Partial<AgentSnapshot> = {}): AgentSnapshot {
  const id = change.id ?? "c1"
  const own = events.map(event => ({ ...event, conversation: id }))
  return {
    id,
    state: "active",
    department: null,
    head: own.length,
    epoch: "e",
    agent: { id: ME, name: "Maria" },
    agents: [{ id: ME, name: "Maria" }],
    queue: "support",
    queued_at_ms: null,
    waiting_reply_since_ms: null,
    started_at_ms: T0,
    last_at_ms: own.at(-1)?.at_ms ?? T0,
    closed_at_ms: null,
    resolved: null,
    site: "default",
    channel: "web",
    tags: [],
    flags: [],
    visitor: { id: `v-${id}`, name: "Jane Porter", connected: true },
    last_text: null,
    wrapup_since_ms: null,
    events: own,
    ...change,
  }
}

export const view = (events: EventFrame[], change: Partial<AgentSnapshot> = {}): View =>
  fromSnapshot(snapshot(events, change))

export function session(conversations: AgentSnapshot[] = []): AgentSession {
  return {
    agent: {
      id: ME,
      name: "Maria",
      email: "maria@example.org",
      role: "agent",
      avatar: null,
      status: "online",
      reason: null,
      max_concurrency: 3,
      queues: ["support"],
    },
    site: { id: "default" },
    conversations,
    queue: { queues: [{ id: "support", name: "Support" }], waiting: [], as_of_ms: Date.now() },
    offers: [],
    agents: [{ id: "sam", name: "Sam", status: "online", load: 1, max_concurrency: 3, queues: ["support"] }],
    canned: [],
    epoch: "e",
  }
}
