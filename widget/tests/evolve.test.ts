import { expect, test } from "vitest"
import { blank, evolve, fromSnapshot, prepend, type View } from "../src/protocol/evolve"
import type { EventFrame, Snapshot } from "../src/protocol/frames.gen"
import { ConversationLog } from "../src/protocol/log"

type Told = [kind: string, data?: object, actor?: object]

const MARIA = { kind: "agent", id: "a1", name: "Maria" }
const ANN = { kind: "visitor", id: "v1" }

const STORY: readonly Told[] = [
  ["conversation_started", {}, ANN],
  ["bot_started", { bot: "b" }],
  ["message", { text: "hello", public: true }, ANN],
  ["message", { text: "hi", public: true }, { kind: "bot", id: "b" }],
  ["queue_entered", { queue: "support", reason: "handoff" }],
  ["hidden"],
  ["accepted", { agent: "a1", name: "Maria" }, MARIA],
  ["message", { text: "secret", public: false }, MARIA],
  ["message", { text: "what is it?", public: true }, MARIA],
  ["message", { text: "my order", public: true }, ANN],
  ["closed", { by: "agent", resolved: true }, MARIA],
  ["survey_offered", { survey: "s", questions: [{ kind: "csat", text: "?" }] }],
  ["survey_answered", { survey: "s", kind: "csat", score: 4, text: "fine" }, ANN],
]

const frames = (story: readonly Told[]): EventFrame[] =>
  story.map(([kind, data, actor], at) =>
    kind === "hidden"
      ? { conversation: "c", seq: at + 1, epoch: "e", kind }
      : ({
          conversation: "c",
          seq: at + 1,
          epoch: "e",
          kind,
          at_ms: 1_000 * at,
          actor: actor ?? { kind: "system" },
          data,
        } as EventFrame),
  )

const play = (events: readonly EventFrame[], from: View = blank("c", "e")) => events.reduce(evolve, from)

const until = (count: number) => play(frames(STORY.slice(0, count)))

test("a conversation goes its way: bot, queue, agent, end, rating", () => {
  expect([2, 5, 7, 11].map(count => until(count).state)).toEqual(["bot", "queued", "active", "closed"])
  expect(until(7).agent).toMatchObject({ id: "a1", name: "Maria" })
  expect(until(5).queuedAtMs).toBe(4_000)
  expect(until(13)).toMatchObject({ agent: null, ending: { by: "agent", resolved: true } })
  expect(until(13).survey).toMatchObject({ id: "s", answers: { csat: 4, comment: "fine" } })
})

test("what may not be seen only counts", () => {
  expect(until(6)).toMatchObject({ seq: 6, state: "queued" })
  expect(until(6).events).toHaveLength(5)
})

test("a visitor waits until a person or the bot answers; a note is no answer", () => {
  expect(until(3).waitingReplySinceMs).toBe(2_000)
  expect(until(4).waitingReplySinceMs).toBeNull()
  expect(until(8).waitingReplySinceMs).toBeNull()
  expect(until(10).waitingReplySinceMs).toBe(9_000)
  expect(until(10).lastText).toBe("my order")
})

test("an automatic line is no answer", () => {
  const waiting = until(3)
  const [line] = frames([["message", { text: "one moment", auto: true }, { kind: "bot" }]])
  expect(evolve(waiting, { ...line, seq: 4 } as EventFrame).waitingReplySinceMs).toBe(2_000)
})

test("a frame out of order is refused", () => {
  const [first, , third] = frames(STORY) as [EventFrame, EventFrame, EventFrame]
  expect(() => play([first, third])).toThrow("seq 3 after 1")
})

test("unknown kinds count and move nothing", () => {
  const [odd] = frames([["something_new", { x: 1 }]])
  expect(play([odd as EventFrame])).toMatchObject({ seq: 1, state: "new" })
})

function snapshotAt(count: number, keep: number): Snapshot {
  const view = until(count)
  const { id, epoch, state, department, agent, survey } = view
  const card = survey && { id: survey.id, questions: [...survey.questions], answers: survey.answers }
  const events = frames(STORY.slice(0, count)).slice(-keep)
  return { id, epoch, state, department, agent, head: count, queue: null, survey: card, events } as Snapshot
}

test("a snapshot taken anywhere, continued, is the whole story", () => {
  const whole = play(frames(STORY))
  for (let count = 1; count < STORY.length; count += 1) {
    const continued = play(frames(STORY).slice(count), fromSnapshot(snapshotAt(count, 4)))
    expect(continued).toMatchObject({ state: whole.state, seq: whole.seq, ending: whole.ending })
    expect(continued.survey?.answers).toEqual(whole.survey?.answers)
    const older = prepend(continued, frames(STORY))
    expect(older.events).toEqual(whole.events)
  }
})

/** A small deterministic dice. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

const LONG = frames(
  Array.from({ length: 60 }, (_, at): Told => ["message", { text: `${at}`, public: true }, ANN]),
)

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  "frames lost, doubled and shuffled (seed %i) become the log",
  async seed => {
    const roll = dice(seed)
    const shown: EventFrame[] = []
    let asked = 0
    let running = 0
    const log = new ConversationLog(blank("c", "e"), {
      sync: async (after, _, limit) => {
        asked += 1
        running += 1
        expect(running).toBe(1)
        await Promise.resolve()
        running -= 1
        const events = LONG.slice(after, after + limit)
        return { events, head: LONG.length, epoch: "e", more: false }
      },
      onView: (_, fresh) => shown.push(...fresh),
    })
    const chaos = LONG.flatMap(frame => (roll() < 0.2 ? [] : roll() < 0.2 ? [frame, frame] : [frame]))
    chaos.sort(() => roll() - 0.5)
    for (const frame of chaos) {
      log.receive(frame)
      if (roll() < 0.3) await Promise.resolve()
    }
    log.head(LONG.length, "e")
    await log.settled()
    expect(shown).toEqual(LONG)
    expect(asked).toBeLessThan(10)
  },
)
