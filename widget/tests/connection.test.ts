import { afterEach, beforeEach, expect, test } from "vitest"
import { NEW } from "../src/protocol/connection"
import { memoryShelf } from "../src/protocol/outbox"
import type { Double } from "./double.mjs"
import { started, texts, until, type Visitor, visitor } from "./support"

let double: Double
let origin: string
let visitors: Visitor[] = []

beforeEach(async () => {
  ;({ double, origin } = await started())
})

afterEach(async () => {
  for (const one of visitors) one.line.close()
  visitors = []
  await double.close()
})

function come(more: Parameters<typeof visitor>[1] = {}): Visitor {
  const one = visitor(origin, more)
  visitors.push(one)
  return one
}

async function talking(more: Parameters<typeof visitor>[1] = {}): Promise<Visitor> {
  const ann = come(more)
  ann.line.say(NEW, "start", { text: "hello" })
  await until(() => ann.view() && !ann.line.pending("c1").length)
  return ann
}

test("a first word starts a conversation and is shown once", async () => {
  const ann = await talking()
  expect(ann.view()).toMatchObject({ id: "c1", state: "bot", seq: 3 })
  expect(texts(ann.view())).toEqual(["hello"])
  expect(ann.line.pending("c1")).toEqual([])
})

test("words written before there is a conversation follow the first, in order", async () => {
  const ann = come()
  ann.line.say(NEW, "start", { text: "one" })
  ann.line.say(NEW, "say", { text: "two" })
  ann.line.say(NEW, "say", { text: "three" })
  await until(() => texts(ann.view()).length === 3)
  expect(texts(ann.view())).toEqual(["one", "two", "three"])
})

test("the next word begins the conversation when the first was refused", async () => {
  const ann = come()
  double.refuse = (_, payload) => (payload.text === "bad" ? { code: "bad_text", retryable: false } : null)
  ann.line.say(NEW, "start", { text: "bad" })
  ann.line.say(NEW, "say", { text: "good" })
  await until(() => texts(ann.view()).includes("good"))
  expect(double.conversations.get("c1")?.events[0]?.kind).toBe("conversation_started")
})

test("when another window began meanwhile, the word goes there", async () => {
  const ann = await talking()
  const tab = visitor(origin)
  visitors.push(tab)
  await until(() => tab.session)
  double.refuse = event =>
    event === "start" ? { code: "conflict", retryable: false, conversation: "c1" } : null
  tab.line.say(NEW, "start", { text: "from the other window" })
  await until(() => texts(ann.view()).includes("from the other window"))
  await until(() => texts(tab.view()).length === 2)
  expect(tab.line.pending("c1")).toEqual([])
})

test("a start that was stored, its answer lost, carries what was written after it", async () => {
  const shelf = memoryShelf()
  const before = come({ shelf })
  await until(() => before.session)
  double.refuse = () => {
    double.refuse = null
    double.cut()
    return null // it starts the conversation; nobody hears of it
  }
  before.line.say(NEW, "start", { text: "first" })
  before.line.say(NEW, "say", { text: "second" })
  await until(() => before.line.status.phase === "waiting")
  before.line.close()
  const after = come({ shelf, token: before.session?.token ?? "" })
  await until(() => texts(after.view()).length === 2)
  expect(texts(after.view())).toEqual(["first", "second"])
  expect(double.conversations.size).toBe(1)
})

test("a head that was read a moment too early changes nothing", async () => {
  const ann = await talking()
  const views: number[] = []
  double.emit("c1", "head", { conversation: "c1", head: 1, epoch: double.epoch })
  double.tell("c1", "message", { text: "next" }, { kind: "bot" })
  await until(() => {
    views.push(ann.view()?.seq ?? 0)
    return texts(ann.view()).includes("next")
  })
  expect(Math.min(...views)).toBe(3)
})

test("what is written while the line is down arrives once it is back", async () => {
  const ann = await talking()
  double.cut()
  await until(() => ann.line.status.phase === "waiting")
  for (const text of ["a", "b", "c"]) ann.line.say("c1", "say", { text })
  await until(() => ann.line.pending("c1").every(item => item.state === "waiting"))
  ann.line.open()
  await until(() => texts(ann.view()).length === 4)
  expect(texts(ann.view())).toEqual(["hello", "a", "b", "c"])
})

test("a word that was stored but never acknowledged is not stored twice", async () => {
  const ann = await talking()
  double.refuse = () => {
    double.refuse = null
    double.tell("c1", "message", { cmid: said.cmid, text: "once" }, { kind: "visitor" }, true)
    double.cut() // stored, and the answer is lost with the line
    return null
  }
  const said = ann.line.say("c1", "say", { text: "once" })
  await until(() => ann.line.status.phase === "waiting")
  ann.line.open()
  await until(() => texts(ann.view()).length === 2 && !ann.line.pending("c1").length)
  expect(double.conversations.get("c1")?.events.filter(event => event.data?.text === "once")).toHaveLength(1)
})

test("a definite refusal is marked and lets the next word pass; a retry may succeed", async () => {
  const ann = await talking()
  double.refuse = (_, payload) => (payload.text === "bad" ? { code: "bad_text", retryable: false } : null)
  const bad = ann.line.say("c1", "say", { text: "bad" })
  ann.line.say("c1", "say", { text: "good" })
  await until(() => texts(ann.view()).includes("good"))
  expect(ann.line.pending("c1")).toMatchObject([{ cmid: bad.cmid, state: "failed", error: "bad_text" }])
  double.refuse = null
  ann.line.retry(bad.cmid)
  await until(() => texts(ann.view()).includes("bad"))
  expect(ann.line.pending("c1")).toEqual([])
})

test("a refusal for now is tried again after the time it names, in order", async () => {
  const ann = await talking()
  let refused = 0
  double.refuse = () => (refused++ < 2 ? { code: "rate_limited", retryable: true, retry_after_ms: 5 } : null)
  ann.line.say("c1", "say", { text: "first" })
  ann.line.say("c1", "say", { text: "second" })
  await until(() => texts(ann.view()).length === 3)
  expect(texts(ann.view())).toEqual(["hello", "first", "second"])
})

test("after a reload the unsent words are sent with their old cmid", async () => {
  const shelf = memoryShelf()
  const before = await talking({ shelf })
  double.deaf = true
  const said = before.line.say("c1", "say", { text: "unsent" })
  await until(() => double.calls.some(([event]) => event === "say"))
  before.line.close()
  double.deaf = false
  const after = come({ shelf, token: before.session?.token ?? "" })
  await until(() => texts(after.view()).includes("unsent"))
  const cmids = double.calls.filter(([event]) => event === "say").map(([, payload]) => payload.cmid)
  expect(cmids).toEqual([said.cmid, said.cmid])
})

test("a lost frame is repaired when the next one comes", async () => {
  const ann = await talking()
  double.tell("c1", "message", { text: "lost" }, { kind: "bot" }, true)
  double.tell("c1", "message", { text: "seen" }, { kind: "bot" })
  await until(() => texts(ann.view()).length === 3)
  expect(texts(ann.view())).toEqual(["hello", "lost", "seen"])
})

test("a lost last frame is repaired by the head", async () => {
  const ann = await talking()
  double.tell("c1", "message", { text: "lost" }, { kind: "bot" }, true)
  double.head("c1")
  await until(() => texts(ann.view()).includes("lost"))
})

test("many frames over a hole ask for it once", async () => {
  const ann = await talking()
  double.tell("c1", "message", { text: "lost" }, { kind: "bot" }, true)
  for (let count = 0; count < 40; count += 1)
    double.tell("c1", "message", { text: `n${count}` }, { kind: "bot" })
  await until(() => texts(ann.view()).length === 42)
  expect(double.calls.filter(([event]) => event === "sync").length).toBeLessThanOrEqual(2)
})

test("a long hole is read in pages", async () => {
  const ann = await talking()
  for (let count = 0; count < 450; count += 1)
    double.tell("c1", "message", { text: `n${count}` }, { kind: "bot" }, true)
  double.head("c1")
  await until(() => ann.view()?.seq === 453)
  expect(double.calls.filter(([event]) => event === "sync")).toHaveLength(3)
})

test("hidden facts count and are not shown", async () => {
  const ann = await talking()
  double.tell("c1", "hidden")
  double.tell("c1", "message", { text: "after" }, { kind: "bot" })
  await until(() => texts(ann.view()).includes("after"))
  expect(ann.view()).toMatchObject({ seq: 5 })
  expect(ann.view()?.events).toHaveLength(4)
})

test("when the log went backwards the view is read anew", async () => {
  const ann = await talking()
  double.tell("c1", "message", { text: "acked, then lost in a restore" }, { kind: "bot" })
  await until(() => ann.view()?.seq === 4)
  const held = double.conversations.get("c1")
  for (const event of held?.events ?? []) event.epoch = "e2"
  held?.events.pop()
  double.epoch = "e2"
  double.head("c1")
  await until(() => ann.view()?.epoch === "e2" && ann.view()?.seq === 3)
  expect(texts(ann.view())).toEqual(["hello"])
})

test("a server that says resync is obeyed", async () => {
  const ann = await talking()
  double.tell("c1", "message", { text: "new" }, { kind: "bot" }, true)
  double.refuse = event => {
    if (event !== "sync") return null
    double.refuse = null
    return { code: "conflict", retryable: false, resync: true }
  }
  double.head("c1")
  await until(() => texts(ann.view()).includes("new"))
  expect(texts(ann.view())).toEqual(["hello", "new"])
})

test("two tabs of one visitor see the same", async () => {
  const ann = await talking()
  const tab = come({ token: ann.session?.token ?? "" })
  await until(() => tab.view()?.seq === 3)
  ann.line.say("c1", "say", { text: "from one" })
  tab.line.say("c1", "say", { text: "from the other" })
  await until(() => texts(ann.view()).length === 3 && texts(tab.view()).length === 3)
  expect(texts(tab.view())).toEqual(texts(ann.view()))
})

test("older history comes a page at a time", async () => {
  const before = await talking()
  for (let count = 0; count < 120; count += 1)
    double.tell("c1", "message", { text: `n${count}` }, { kind: "bot" })
  const ann = come({ token: before.session?.token ?? "" })
  await until(() => ann.view()?.seq === 123)
  expect(ann.view()?.first).toBe(74)
  await ann.line.earlier("c1")
  expect(ann.view()?.first).toBe(24)
  await ann.line.earlier("c1")
  expect(ann.view()).toMatchObject({ first: 1, seq: 123 })
  expect(ann.view()?.events.map(event => event.seq)).toEqual(Array.from({ length: 123 }, (_, at) => at + 1))
})

test("a server that says it drains is left, and found again after its time", async () => {
  const ann = await talking()
  double.emit("c1", "notice", { kind: "draining", retry_in_ms: 40 })
  await until(() => ann.line.status.phase === "waiting")
  await until(() => ann.line.status.phase === "open")
})

test("cut again and again, nothing is lost, doubled or reordered", async () => {
  const ann = await talking()
  const said: string[] = ["hello"]
  for (let round = 0; round < 12; round += 1) {
    const heard = double.calls.length
    for (const letter of ["a", "b", "c"]) {
      said.push(`${round}${letter}`)
      ann.line.say("c1", "say", { text: `${round}${letter}` })
    }
    if (round % 3) await until(() => double.calls.length >= heard + (round % 3))
    double.cut()
    await until(() => ann.line.status.phase === "waiting")
    ann.line.open()
    await until(() => ann.line.status.phase === "open")
  }
  await until(() => texts(ann.view()).length === said.length && !ann.line.pending("c1").length)
  expect(texts(ann.view())).toEqual(said)
})
