/** The small pure parts: lines, colours, times, routes, keys. */

import { expect, test } from "vitest"
import { blank, evolve, type View } from "../src/protocol/evolve"
import type { EventFrame } from "../src/protocol/frames.gen"
import type { Item } from "../src/protocol/outbox"
import { match } from "../src/ui/router"
import { duration, ticks } from "../src/ui/time"
import { contrast, parse, towards } from "../src/visitor/accent"
import later from "../src/visitor/en.later.json"
import { type Bubble, linesOf, onlyEmoji, quickReplies } from "../src/visitor/lines"
import { etaWords } from "../src/visitor/parts/queue"
import { add } from "../src/visitor/words"

type Told = [kind: string, from: string, data: object, atMs?: number]

function view(...told: Told[]): View {
  const now = Date.now()
  return told.reduce(
    (before, [kind, from, data, atMs], at) => {
      const actor = { kind: from, id: from, name: from === "agent" ? "Maria" : null }
      return evolve(before, {
        conversation: "c",
        seq: at + 1,
        epoch: "e",
        kind,
        at_ms: atMs ?? now + at,
        actor,
        data,
      } as EventFrame)
    },
    blank("c", "e"),
  )
}

const item = (cmid: string, text: string): Item => ({
  cmid,
  event: "say",
  lane: "c",
  payload: { cmid, text },
  atMs: Date.now() + 1_000,
  place: 1,
  state: "waiting",
  seq: null,
  error: null,
})

test("bubbles of one sender run together, and a fact between breaks the run", () => {
  const told = view(
    ["message", "agent", { text: "a" }],
    ["message", "agent", { text: "b" }],
    ["message", "visitor", { text: "c" }],
    ["agent_left", "agent", { agent: "agent" }],
    ["message", "visitor", { text: "d" }],
  )
  const lines = linesOf(told, [])
  expect(lines.map(line => line.kind)).toEqual(["bubble", "bubble", "bubble", "note", "bubble"])
  const bubbles = lines.filter((line): line is Bubble => line.kind === "bubble")
  expect(bubbles.map(line => [line.first, line.last])).toEqual([
    [true, false],
    [false, true],
    [true, true],
    [true, true],
  ])
})

test("another day is said", () => {
  const lines = linesOf(view(["message", "agent", { text: "a" }, 0], ["message", "agent", { text: "b" }]), [])
  expect(lines.map(line => line.kind)).toEqual(["day", "bubble", "day", "bubble"])
})

test("what is stored already is not shown as waiting too", () => {
  const told = view(["message", "visitor", { text: "x", cmid: "one" }])
  expect(linesOf(told, [item("one", "x"), item("two", "y")]).map(line => line.key)).toEqual(["mone", "mtwo"])
})

test("notes and unsaid things are no bubbles", () => {
  expect(
    linesOf(view(["message", "agent", { text: "secret", public: false }], ["offer_made", "system", {}]), []),
  ).toEqual([])
})

test("chips are there until something is said", () => {
  const replies = [{ title: "Yes", payload: "/yes" }, { title: 3 }]
  const asked = view(["bot_started", "system", {}], ["message", "bot", { text: "?", quick_replies: replies }])
  expect(quickReplies(asked, [])).toEqual([replies[0]])
  expect(quickReplies(asked, [item("a", "b")])).toEqual([])
  expect(
    quickReplies(
      view(["message", "bot", { text: "?", quick_replies: replies }], ["message", "visitor", { text: "no" }]),
      [],
    ),
  ).toEqual([])
})

test("the bot's chips go with the bot", () => {
  const asked: Told = ["message", "bot", { text: "?", quick_replies: [{ title: "Yes", payload: "/yes" }] }]
  const handed = view(["bot_started", "system", {}], asked, ["queue_entered", "system", { queue: "q" }])
  expect(quickReplies(handed, [])).toEqual([])
})

test("emoji alone are large", () => {
  expect(["👍", "🎁 🎉", "👨‍👩‍👧", "❤️"].map(onlyEmoji)).toEqual([true, true, true, true])
  expect(["ok 👍", "12", "👍👍👍👍", ""].map(onlyEmoji)).toEqual([false, false, false, false])
})

test("the wait is a range in minutes, never nought", () => {
  add(later)
  expect(etaWords({ position: 2, eta_s: [130, 250] })).toBe("About 2–5 min")
  expect(etaWords({ position: 1, eta_s: [0, 95] })).toBe("About 1–2 min")
  expect(etaWords({ position: 1, eta_s: [0, 40] })).toBe("Less than a minute")
  expect(etaWords({ position: 9, eta_s: null })).toBe("We'll be with you as soon as we can")
})

test("a shop's colour is always readable", () => {
  for (const hex of ["#ffe100", "#111111", "#ffffff", "#00c2a8", "#e4002b", "#8a8a8a"]) {
    const colour = parse(hex) ?? [0, 0, 0]
    expect(
      contrast(towards(colour, [20, 20, 28], [255, 255, 255], 4.5), [255, 255, 255]),
    ).toBeGreaterThanOrEqual(4.5)
  }
  expect([parse("red"), parse("#abc"), parse(undefined)]).toEqual([null, null, null])
})

test("what ticks and what stands", () => {
  expect([0, 7_400, 65_000, 3_909_000, -5].map(ticks)).toEqual(["0:00", "0:07", "1:05", "1:05:09", "0:00"])
  expect([34_000, 120_000, 3_900_000, 0].map(ms => duration(ms, "en"))).toEqual([
    "34 sec",
    "2 min",
    "1 hr 5 min",
    "0 sec",
  ])
})

test("a path finds its route and its parts", () => {
  const routes = { list: "/", conversation: "/c/:id" }
  const at = (path: string) => match(new URL(path, "http://x"), "/console", routes)
  expect(at("/console").name).toBe("list")
  expect(at("/console/c/a%20b?x=1")).toMatchObject({ name: "conversation", params: { id: "a b" } })
  expect(at("/console/c/a%20b?x=1").query.get("x")).toBe("1")
  expect(at("/console/nowhere").name).toBeNull()
})
