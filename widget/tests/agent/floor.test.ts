import { describe, expect, test } from "vitest"
import { Floor, mostUrgent, unansweredSince } from "../../src/agent/model/floor"
import { evolve } from "../../src/protocol/evolve"
import type { Offer } from "../../src/protocol/frames.gen"
import { ME, session, snapshot, T0, told, view } from "./story"

const offer = (conversation: string, visitor: string | null = "Jane"): Offer => ({
  conversation,
  queue: "support",
  waiting_ms: 5_000,
  expires_in_ms: 20_000,
  summary: { visitor },
})

function floor(...views: ReturnType<typeof view>[]): Floor {
  const floor = new Floor(ME)
  floor.begin(session())
  for (const one of views) floor.put(one, [])
  return floor
}

describe("my list", () => {
  test("holds what I have and what I wrap up, not what I only read", () => {
    const theirs = view(told("hi"), { id: "c2", agent: null, agents: [{ id: "sam", name: "Sam" }] })
    const closed = view(told("hi"), { id: "c3", state: "closed", agent: null, agents: [] })
    const at = floor(view(told("hi")), theirs, closed)
    expect(at.mine.value.map(one => one.id)).toEqual(["c1"])
    at.setWrapup("c3", T0)
    expect(at.mine.value.map(one => one.id)).toEqual(["c1", "c3"])
  })

  test("has the longest unanswered visitor on top and what is over at the end", () => {
    const answered = view(told("hi", ">hello"), { id: "answered", last_at_ms: T0 + 9_000 })
    const short = view(told("hi"), { id: "short", waiting_reply_since_ms: T0 + 5_000 })
    const long = view(told("hi"), { id: "long", waiting_reply_since_ms: T0 + 1_000 })
    const over = view(told("hi"), { id: "over", state: "closed" })
    expect([over, answered, short, long].sort(mostUrgent).map(one => one.id)).toEqual([
      "long",
      "short",
      "answered",
      "over",
    ])
  })

  test("counts a visitor as unanswered from the moment I took him, whatever the assistant said", () => {
    const taken = { kind: "accepted", by: ME, data: { agent: ME } }
    const bot = { by: "bot", data: { text: "One moment", public: true } }
    expect(unansweredSince(view(told("hi", bot, taken)))).toBe(T0 + 2_000)
    expect(unansweredSince(view(told("hi", bot, taken, "#a note is no answer")))).toBe(T0 + 2_000)
    expect(unansweredSince(view(told("hi", bot, taken, ">Hello")))).toBeNull()
  })
})

describe("unread", () => {
  test("is what the visitor said after my last word, until I have looked", () => {
    const one = view(told("a", ">b", "c", "d"))
    const at = floor(one)
    expect(at.unread(one)).toBe(2)
    at.markRead("c1", 4)
    expect(at.unread(one)).toBe(0)
    expect(at.unreadCount.value).toBe(0)
  })

  test("never goes back", () => {
    const at = floor()
    at.markRead("c1", 9)
    at.markRead("c1", 4)
    expect(at.readSeq("c1")).toBe(9)
  })
})

describe("offers", () => {
  test("ring until they are gone, and an expired one is missed", () => {
    const at = floor()
    at.ring(offer("c7"))
    at.ring(offer("c7"))
    expect(at.offers.value).toHaveLength(1)
    at.unring({ conversation: "c7", why: "expired" })
    expect(at.offers.value).toHaveLength(0)
    expect(at.missed.value.map(one => one.visitor)).toEqual(["Jane"])
  })

  test("that somebody took or I declined are not missed", () => {
    const at = floor()
    for (const why of ["accepted", "declined", "closed"] as const) {
      at.ring(offer("c7"))
      at.unring({ conversation: "c7", why })
    }
    expect(at.missed.value).toEqual([])
  })

  test("take the visitor's name from the queue when they carry none", () => {
    const at = floor()
    const waits = { conversation: "c7", queue: "support", queued_at_ms: T0, position: 1, visitor: "Mei" }
    at.line({ queues: [], waiting: [waits], as_of_ms: Date.now() })
    at.ring(offer("c7", null))
    expect(at.offers.value.map(one => at.nameOf(one))).toEqual(["Mei"])
  })

  test("are forgiven when the visitor does not wait any more", () => {
    const at = floor()
    at.ring(offer("c7"))
    at.unring({ conversation: "c7", why: "expired" })
    at.line({ queues: [], waiting: [], as_of_ms: Date.now() })
    expect(at.missed.value).toEqual([])
  })
})

describe("wrap-up", () => {
  test("is mine only when the frame names me", () => {
    const begun = told(
      { kind: "wrapup_started", data: { agent: "sam" } },
      { kind: "wrapup_started", data: { agent: ME } },
    )
    const at = floor()
    at.put(view([]), begun.slice(0, 1))
    expect(at.wrapups.value.size).toBe(0)
    at.put(view([]), begun)
    expect(at.wrapups.value.get("c1")).toBe(T0 + 1_000)
    at.put(view([]), told({ kind: "wrapup_ended", data: { agent: ME } }))
    expect(at.wrapups.value.size).toBe(0)
  })

  test("comes back with the session after a reload", () => {
    const at = new Floor(ME)
    at.begin(session([snapshot(told("hi"), { state: "closed", wrapup_since_ms: T0 })]))
    expect(at.wrapups.value.get("c1")).toBe(T0)
  })
})

describe("signals", () => {
  const typing = (id: string, on: boolean, kind: "visitor" | "agent" = "visitor") => ({
    conversation: "c1",
    kind: "typing" as const,
    actor: { kind, id, name: id },
    on,
  })

  test("say who is writing, the visitor first, and forget him after a while", () => {
    const at = floor()
    at.hear(typing("sam", true, "agent"))
    at.hear(typing("jane", true))
    expect(at.typing("c1", Date.now()).map(one => one.id)).toEqual(["jane", "sam"])
    expect(at.typing("c1", Date.now() + 7_000)).toEqual([])
    at.hear(typing("jane", false))
    expect(at.typing("c1", Date.now()).map(one => one.id)).toEqual(["sam"])
  })

  test("of my own other tab are no colleague", () => {
    const at = floor()
    at.hear(typing(ME, true, "agent"))
    expect(at.typing("c1", Date.now())).toEqual([])
  })

  test("end when the words are there", () => {
    const at = floor()
    at.hear(typing("jane", true))
    const one = view(told("hi"))
    const [, fresh] = told("hi", "there")
    if (fresh) at.put(evolve(one, fresh), [fresh])
    expect(at.typing("c1", Date.now())).toEqual([])
  })
})

test("a new session drops what I lost meanwhile and keeps what I only look at", () => {
  const lost = view(told("hi"))
  const looked = view(told("hi"), { id: "c9", agent: null, agents: [{ id: "sam", name: "Sam" }] })
  const at = floor(lost, looked)
  at.begin(session([]))
  expect([...at.views.value.keys()]).toEqual(["c9"])
})
