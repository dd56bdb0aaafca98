/** The board's fold: whole once, then only what changed. */

import { describe, expect, it } from "vitest"
import { EMPTY, merge } from "../../src/supervisor/board"
import { nowOf } from "../../src/supervisor/now"

const queue = (id: string, more: object = {}) => ({
  queue: id,
  name: id.toUpperCase(),
  waiting: 0,
  waiting_since_ms: null,
  service_level_today: { num: 8, den: 10 },
  sl_target: 0.8,
  sl_threshold_s: 30,
  ...more,
})
const agent = (id: string, more: object = {}) => ({
  agent: id,
  name: id,
  status: "online",
  load: 0,
  max_concurrency: 3,
  ...more,
})
const whole = (more: object = {}) => ({
  whole: true,
  as_of_ms: 1_000,
  zone: "Europe/Berlin",
  day_from_ms: 0,
  queues: [queue("a"), queue("b")],
  agents: [agent("x"), agent("y")],
  conversations: [{ conversation: "c1", state: "queued", started_at_ms: 1 }],
  totals: { csat: { value: 0.9, num: 9, den: 10, n: 10 } },
  alerts: [],
  ...more,
})

describe("a board", () => {
  it("is whole at first", () => {
    const board = merge(EMPTY, whole())
    expect([...board.queues.keys()]).toEqual(["a", "b"])
    expect(board.zone).toBe("Europe/Berlin")
    expect(board.totals.csat?.n).toBe(10)
  })

  it("takes a delta and leaves every other row the same object", () => {
    const before = merge(EMPTY, whole())
    const after = merge(before, {
      as_of_ms: 2_000,
      queues: [queue("a", { waiting: 1, waiting_since_ms: 900 })],
    })
    expect(after.queues.get("a")?.waiting).toBe(1)
    expect(after.queues.get("b")).toBe(before.queues.get("b"))
    expect(after.agents).toBe(before.agents)
    expect(after.live).toBe(before.live)
    expect(after.zone).toBe("Europe/Berlin")
    expect(after.asOfMs).toBe(2_000)
  })

  it("keeps the order of the rows when one of them changes", () => {
    const after = merge(merge(EMPTY, whole()), { as_of_ms: 2, agents: [agent("x", { load: 2 })] })
    expect([...after.agents.keys()]).toEqual(["x", "y"])
  })

  it("drops rows that are gone", () => {
    const after = merge(merge(EMPTY, whole()), {
      as_of_ms: 2,
      gone: { conversations: ["c1"], agents: ["y"] },
    })
    expect(after.live.size).toBe(0)
    expect([...after.agents.keys()]).toEqual(["x"])
  })

  it("merges totals by the KPI and replaces alerts as a whole", () => {
    const before = merge(EMPTY, whole({ alerts: [{ kind: "nobody_online", queue: "a", waiting: 2 }] }))
    const after = merge(before, { as_of_ms: 2, totals: { nps: { value: 30, n: 4 } }, alerts: [] })
    expect(after.totals.csat?.value).toBe(0.9)
    expect(after.totals.nps?.value).toBe(30)
    expect(after.alerts).toEqual([])
    expect(merge(before, { as_of_ms: 3 }).alerts).toHaveLength(1)
  })

  it("forgets what was there when a whole one comes again", () => {
    const after = merge(merge(EMPTY, whole()), whole({ queues: [queue("b")], conversations: [] }))
    expect([...after.queues.keys()]).toEqual(["b"])
    expect(after.live.size).toBe(0)
  })

  it("reads nonsense as nothing rather than as a number", () => {
    const board = merge(EMPTY, {
      whole: true,
      queues: "x",
      agents: [null, 3],
      totals: { csat: { value: "1" } },
    })
    expect(board.queues.size).toBe(0)
    expect(board.agents.size).toBe(0)
    expect(board.totals.csat).toEqual({ value: null, num: null, den: null, n: 0, target: null })
  })
})

describe("the six numbers", () => {
  it("pool the service level from numerators and denominators, never from percentages", () => {
    const board = merge(
      EMPTY,
      whole({
        queues: [
          queue("a", { service_level_today: { num: 1, den: 1 } }),
          queue("b", { service_level_today: { num: 0, den: 99 } }),
        ],
      }),
    )
    expect(nowOf(board).serviceLevel).toEqual({ num: 1, den: 100 })
  })

  it("take the longest wait from the queue in which somebody waits longest, with its own threshold", () => {
    const board = merge(
      EMPTY,
      whole({
        queues: [
          queue("a", { waiting: 1, waiting_since_ms: 500 }),
          queue("b", { waiting: 1, waiting_since_ms: 200, sl_threshold_s: 60 }),
        ],
      }),
    )
    const now = nowOf(board)
    expect(now.longestSinceMs).toBe(200)
    expect(now.longestThresholdS).toBe(60)
    expect(now.thresholdS).toBeNull()
  })

  it("count an agent's free places only while online", () => {
    const agents = [
      agent("x", { load: 1 }),
      agent("y", { status: "away", load: 2 }),
      agent("z", { load: 4 }),
      agent("o", { status: "offline" }),
    ]
    const now = nowOf(merge(EMPTY, whole({ agents })))
    expect([now.capacity, now.freeSlots, now.agentsOnline]).toEqual([6, 2, 2])
    expect(now.staff).toEqual({ free: 1, busy: 1, away: 1, offline: 1 })
  })

  it("say nothing where nobody waits", () => {
    expect(nowOf(merge(EMPTY, whole())).longestSinceMs).toBeNull()
  })
})
