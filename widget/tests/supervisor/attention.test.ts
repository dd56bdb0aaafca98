/** The agents' table: who needs a hand comes first, and rows move only when that changes. */

import { describe, expect, it } from "vitest"
import { byAttention, need, owedReplies, sorted, staff, turned } from "../../src/supervisor/attention"
import type { AgentRow, LiveRow } from "../../src/supervisor/board"

const row = (agent: string, more: Partial<AgentRow> = {}): AgentRow => ({
  agent,
  name: agent,
  status: "online",
  reason: null,
  sinceMs: 0,
  load: 0,
  limit: 3,
  conversations: [],
  queues: [],
  wrapups: 0,
  ...more,
})
const talk = (conversation: string, more: Partial<LiveRow>): LiveRow => ({
  conversation,
  state: "active",
  queue: null,
  agent: null,
  visitor: null,
  lastText: null,
  channel: null,
  startedAtMs: 0,
  queuedAtMs: null,
  replySinceMs: null,
  flags: [],
  ...more,
})
const MINUTE = 60_000

describe("an agent's need", () => {
  it("is a late reply from the sixtieth second on", () => {
    expect(need(row("a"), 0, MINUTE - 1)).toBe("none")
    expect(need(row("a"), 0, MINUTE)).toBe("reply_late")
  })

  it("is having chats while not there", () => {
    expect(need(row("a", { status: "away", load: 1 }), null, 0)).toBe("away_loaded")
    expect(need(row("a", { status: "offline", load: 1 }), null, 0)).toBe("away_loaded")
    expect(need(row("a", { status: "offline" }), null, 99 * MINUTE)).toBe("none")
  })

  it("is a long absence, or no place left", () => {
    expect(need(row("a", { status: "away" }), null, 15 * MINUTE)).toBe("away_long")
    expect(need(row("a", { load: 3 }), null, 0)).toBe("full")
  })
})

describe("the order of agents", () => {
  const agents = [
    row("Zoe"),
    row("Adam", { status: "offline" }),
    row("Bea", { status: "away", load: 1 }),
    row("Cy"),
  ]

  it("is need, then presence, then name", () => {
    expect(byAttention(agents, new Map(), 0).map(one => one.name)).toEqual(["Bea", "Cy", "Zoe", "Adam"])
  })

  it("does not change with the clock alone", () => {
    const owed = new Map([["Zoe", 0]])
    const order = (nowMs: number) => byAttention(agents, owed, nowMs).map(one => one.name)
    expect(order(1_000)).toEqual(order(59_000))
    expect(order(60_000)[0]).toBe("Zoe")
  })

  it("follows a column when asked, the unknown last either way", () => {
    const rows = [row("a"), row("b"), row("c")]
    const counts = new Map([
      ["a", 2],
      ["c", 9],
    ])
    const columns = { handled: (one: AgentRow) => counts.get(one.agent) ?? null }
    expect(sorted(rows, { by: "handled", down: true }, columns).map(one => one.agent)).toEqual([
      "c",
      "a",
      "b",
    ])
    expect(sorted(rows, { by: "handled", down: false }, columns).map(one => one.agent)).toEqual([
      "a",
      "c",
      "b",
    ])
  })

  it("turns round on the second press", () => {
    const first = turned<"load" | "name">(null, "load", true)
    expect(first).toEqual({ by: "load", down: true })
    expect(turned(first, "load", true)).toEqual({ by: "load", down: false })
    expect(turned(first, "name", false)).toEqual({ by: "name", down: false })
  })
})

describe("what is owed", () => {
  it("is each agent's oldest unanswered visitor in an active chat", () => {
    const owed = owedReplies([
      talk("1", { agent: "a", replySinceMs: 500 }),
      talk("2", { agent: "a", replySinceMs: 200 }),
      talk("3", { agent: "b", replySinceMs: null }),
      talk("4", { agent: "c", replySinceMs: 1, state: "closed" }),
    ])
    expect([...owed]).toEqual([["a", 200]])
  })
})

it("busy is who says so, or has no place left", () => {
  const agents = [row("a"), row("b", { load: 3 }), row("c", { status: "busy" }), row("d", { status: "away" })]
  expect(staff(agents)).toEqual({ free: 1, busy: 2, away: 1, offline: 0 })
})
