import { beforeEach, describe, expect, test } from "vitest"
import { readPage } from "../../src/desk/conversations"
import { colleagues, queues, readColleagues, readQueues } from "../../src/desk/directory"
import { deviceOf, languageName, localTime, pageLabel, pagePath, visitorName } from "../../src/desk/people"
import { facts, remark } from "../../src/desk/remarks"
import { type Bubble, type Entry, story } from "../../src/desk/story"
import { QUEUE_WAIT, waitTone } from "../../src/desk/waits"
import type { Item } from "../../src/protocol/outbox"
import { ME, T0, told } from "./story"

beforeEach(() => {
  colleagues.value = readColleagues([{ id: "sam", name: "Sam Okafor", status: "online" }])
  queues.value = readQueues([{ id: "orders", name: "Orders" }])
})

const bubbles = (entries: readonly Entry[]) => entries.filter((one): one is Bubble => one.type === "bubble")
const types = (entries: readonly Entry[]) => entries.map(one => one.type)

describe("the story of a conversation", () => {
  test("tells notes and whispers from what the visitor saw", () => {
    const whisper = { by: "sam", data: { text: "psst", public: false, whisper: true } }
    const bot = { by: "bot", data: { text: "beep", public: true } }
    const entries = bubbles(story(told("hi", bot, ">hello", "#careful", whisper)))
    expect(entries.map(one => one.side)).toEqual(["visitor", "bot", "agent", "note", "whisper"])
  })

  test("says the name at the head of a run and the time at its tail", () => {
    const entries = bubbles(story(told("a", "b", "c", ">d")))
    expect(entries.map(one => [one.head, one.tail])).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [true, true],
    ])
  })

  test("begins a new run after five minutes and a new day at midnight", () => {
    const later = told(
      "a",
      { data: { text: "b" }, atMs: T0 + 6 * 60_000 },
      { data: { text: "c" }, atMs: T0 + 86_400_000 },
    )
    const entries = story(later)
    expect(types(entries)).toEqual(["day", "bubble", "bubble", "day", "bubble"])
    expect(bubbles(entries).every(one => one.head)).toBe(true)
  })

  test("spares a short cut of the visitor's line, tells one that lasts", () => {
    const [away, back] = [{ kind: "visitor_disconnected" }, { kind: "visitor_reconnected" }]
    expect(types(story(told("a", away, back, "b")))).toEqual(["day", "bubble", "bubble"])
    expect(types(story(told("a", away, "b", back)))).toEqual(["day", "bubble", "remark", "bubble", "remark"])
  })

  test("puts a survey's answers on one card; a changed answer replaces the old one", () => {
    const answer = (kind: string, score: number | null, text?: string) => ({
      kind: "survey_answered",
      data: { kind, score, skipped: score === null, text },
    })
    const entries = story(told(answer("csat", 2), answer("nps", null), answer("csat", 5, "Better now")))
    expect(entries.at(-1)).toMatchObject({
      type: "answers",
      answers: [
        { kind: "nps", score: null },
        { kind: "csat", score: 5 },
      ],
      comment: "Better now",
    })
  })

  test("ends with what is not sent yet, as what it will be", () => {
    const item = {
      cmid: "x",
      event: "note",
      lane: "c1",
      payload: { text: "soon" },
      atMs: T0 + 9_000,
      place: 1,
      seq: null,
    }
    const pending: Item = { ...item, state: "failed", error: "closed" }
    expect(bubbles(story(told("hi"), [pending])).at(-1)).toMatchObject({
      side: "note",
      unsent: "failed",
      text: "soon",
    })
  })
})

describe("a remark", () => {
  const says = (kind: string, data = {}, by = ME) => remark(told({ kind, data, by })[0] ?? fail())?.text
  const fail = (): never => {
    throw new Error("no event")
  }

  test("whoever wished for a person is named", () => {
    expect(says("handoff_requested", { by: "visitor", reason: "asked" })).toBe("Asked for a person")
    expect(says("handoff_requested", { by: "rule", reason: "rule" })).toBe("The assistant asked for a person")
    expect(says("handoff_requested", { by: "supervisor" }, "sam")).toBe("sam took it from the assistant")
  })

  test("names people and queues", () => {
    expect(says("transferred", { from: "sam", to_queue: "orders" })).toBe("Sam Okafor handed on to Orders")
    expect(says("transferred", { from: "sam", to_bot: true })).toBe("Sam Okafor handed on to Assistant")
    expect(says("queue_entered", { queue: "orders", reason: "agent_lost" })).toBe(
      "Back in Orders, in its old place",
    )
    expect(says("closed", { by: "agent", resolved: true })).toBe("maria ended the chat · resolved")
    expect(says("closed", { by: "visitor" }, "visitor")).toBe("The visitor ended the chat")
  })

  test("is not made of what nobody asked about", () => {
    expect(says("offer_made", { agent: "sam" })).toBeUndefined()
    expect(says("some_new_kind")).toBeUndefined()
  })

  test("shows what the bot collected", () => {
    expect(facts({ order_id: "MG-1042", empty: "", nested: {}, n: 3 })).toEqual([
      ["order id", "MG-1042"],
      ["n", "3"],
    ])
  })
})

describe("a visitor", () => {
  test("without a name has a nickname that stays", () => {
    expect(visitorName({ name: "Jane" }, "cafe1234")).toBe("Jane")
    expect(visitorName(null, "cafe12ab")).toBe("Visitor 12AB")
  })

  test("has a device, a clock, a language and a page", () => {
    const iphone =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
    expect(deviceOf(iphone)).toEqual({ browser: "Safari", system: "iOS", mobile: true })
    expect(deviceOf("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0").browser).toBe(
      "Edge",
    )
    expect(deviceOf(null)).toEqual({ browser: null, system: null, mobile: false })
    expect(localTime("Asia/Tokyo", Date.UTC(2026, 0, 5, 3, 30), "en-GB")).toContain("12:30")
    expect(localTime("Mars/Base", 0, "en")).toBeNull()
    expect(languageName("es", "en")).toBe("Spanish")
    expect(pageLabel({ url: "https://shop.example/a?b=c", title: " " })).toBe("shop.example/a")
    expect(pagePath({ url: "not a url" })).toBe("not a url")
  })
})

test("a wait reddens by its bounds", () => {
  expect([0, 30_000, 60_000].map(ms => waitTone(ms, QUEUE_WAIT))).toEqual(["plain", "warn", "bad"])
})

test("a list row says whose it was when nobody has it any more", () => {
  const row = {
    id: "cafe12ab",
    state: "closed",
    visitor: { id: "v", name: null },
    agent: null,
    last_agent: { name: "Sam" },
  }
  expect(readPage({ conversations: [row], cursor: "next" })).toMatchObject({
    rows: [{ visitor: "Visitor 12AB", agent: "Sam", resolved: null }],
    next: "next",
  })
})
