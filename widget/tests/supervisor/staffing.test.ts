/** Staffing: the question in the address, the plan as it is read, what is tried, and where it is drawn. */

import { describe, expect, it } from "vitest"
import {
  isEmpty,
  isImpatient,
  readOutlook,
  readTried,
  type Slot,
  shown,
} from "../../src/supervisor/staffing/answer"
import { csv } from "../../src/supervisor/staffing/csv"
import { asked, presetOf, read, write } from "../../src/supervisor/staffing/question"
import { datesOf, span } from "../../src/supervisor/staffing/roster"
import {
  area,
  lively,
  marks,
  needed,
  scale,
  steps,
  there,
  top,
  triedNeeds,
} from "../../src/supervisor/staffing/scale"
import { body, figures, lookedAt, measured, range } from "../../src/supervisor/staffing/trial"
import { instantOf, localOf } from "../../src/ui/zone"

const TODAY = "2026-11-23"
const HALF = 1_800_000
const question = (text: string) => read(new URLSearchParams(text), TODAY)

const met = { agents: 5, service_level: 0.92, wait_s: 12, abandonment: 0, occupancy: 0.67, unstable: false }
const interval = (n: number, more = {}) => ({
  start_ms: n * HALF,
  end_ms: (n + 1) * HALF,
  open: true,
  forecast: 30,
  low: 20,
  high: 40,
  weeks: 8,
  thin: false,
  before: [[0, 30]],
  reforecast: null,
  actual: null,
  arrivals: 30,
  load: 10,
  required: 5,
  rostered: 8,
  planned: 7,
  online: null,
  gap: -1,
  at_required: met,
  at_staffed: null,
  ...more,
})
const given = (intervals: unknown[], work = {}, queue = "support") => ({
  queue,
  channel: "",
  work: { handle_s: 600, chats: 9, patience_s: 120, abandonment: 0.01, chat_s: [360, 480], ...work },
  promise: {
    model: "slots",
    concurrency: 3,
    within_s: 30,
    target: 0.8,
    max_slot_occupancy: 0.85,
    shrinkage: 0.3,
  },
  tried: { accuracy: { wape: 0.2, bias: null }, repeated: { wape: 0.3, bias: 0 }, weeks: 4, intervals: 9 },
  proved: { wape: null, bias: null },
  trend: 1,
  intervals,
})
const outlook = (...queues: ReturnType<typeof given>[]) =>
  readOutlook({ as_of_ms: 1, look_back_days: 56, queues, together: null })
const plan = (intervals: unknown[], work = {}) => {
  const found = shown(outlook(given(intervals, work)), "")
  if (!found) throw new Error("no plan")
  return found
}
const slots = (...more: object[]): readonly Slot[] => plan(more.map((one, n) => interval(n, one))).slots

describe("the question", () => {
  it("is today's where nothing is said, and comes back as it was written", () => {
    const plain = question("")
    expect([plain.from, plain.to, plain.interval, plain.model, plain.look]).toEqual([
      TODAY,
      TODAY,
      "30m",
      "slots",
      null,
    ])
    const whole = question(
      "from=2026-11-24&to=2026-11-30&interval=1h&queue=support&tz=Europe%2FRome&model=state_dependent&trend=1&look=5&handle=300&target=90",
    )
    expect(whole.trial).toEqual({ handle: 300, target: 90 })
    expect(read(write(whole), TODAY)).toEqual(whole)
    expect(presetOf(whole, TODAY)).toBe("next")
    expect(presetOf(plain, TODAY)).toBe("today")
  })
  it("is mended where it makes no sense", () => {
    const odd = question(
      "from=tomorrow&interval=1y&model=guess&look=x&handle=-3&target=many&tz=Nowhere&agent=ann",
    )
    expect(odd).toEqual(question(""))
    expect(question("from=2026-01-01&to=2026-12-31").to).toBe("2026-01-31")
    expect(question("from=2026-12-31&to=2026-12-01").from).toBe("2026-12-01")
  })
  it("asks whole days, the last one included", () => {
    const query = new URLSearchParams(
      asked(question("from=2026-11-24&queue=support&trend=1"), "Europe/Rome").split("?")[1],
    )
    expect(Object.fromEntries(query)).toEqual({
      from: "2026-11-24",
      to: "2026-11-25",
      tz: "Europe/Rome",
      queue: "support",
      interval: "30m",
      model: "slots",
      trend: "true",
    })
  })
})

describe("the plan", () => {
  it("is the queue's, or that of all together", () => {
    const both = outlook(given([interval(0)], {}, "billing"), given([interval(0)]))
    expect(shown(both, "support")?.queue).toBe("support")
    expect(shown(both, "nowhere")).toBe(null)
    expect(shown(both, "")?.queue).toBe("billing")
    const { together } = readOutlook({ queues: [], together: given([], {}, "") })
    expect(shown({ asOfMs: 0, lookBackDays: 0, queues: [], together }, "")).toBe(together)
    expect(shown(readOutlook({}), "")).toBe(null)
  })
  it("knows what is nothing", () => {
    const quiet = { arrivals: 0, forecast: 0, before: [], load: null, required: null, at_required: null }
    expect(isEmpty(plan([interval(0, quiet)]))).toBe(true)
    expect(isEmpty(plan([interval(0, { ...quiet, before: [[0, 2]] })]))).toBe(false)
    const [slot] = plan([interval(0, quiet)]).slots
    expect([slot?.load, slot?.required, slot?.atRequired]).toEqual([null, null, null])
    expect(isImpatient(plan([], { abandonment: 0.02 }))).toBe(false)
    expect(isImpatient(plan([], { abandonment: 0.03 }))).toBe(true)
    expect(isImpatient(plan([], { abandonment: 0.03, patience_s: null }))).toBe(false)
  })
})

describe("a trial", () => {
  it("starts as measured, and asks for exactly what was measured", () => {
    const known = plan([interval(0), interval(1, { arrivals: 15 })], { abandonment: 0.03 })
    expect(measured(known)).toEqual({
      arrivals: 100,
      handle: 600,
      concurrency: 3,
      patience: 120,
      target: 80,
      within: 30,
      shrinkage: 30,
    })
    const asks = body(known, {}, "slots", 1)
    expect(asks.arrivals_per_h).toEqual([60, 30])
    expect([asks.of, asks.handle_s, asks.patience_s, asks.target, asks.shrinkage]).toEqual([
      1, 600, 120, 0.8, 0.3,
    ])
    expect(asks.chat_s).toEqual([360, 480, 480])
  })
  it("changes what is set by hand and nothing else", () => {
    const known = plan([interval(0)])
    const asks = body(
      known,
      { arrivals: 150, handle: 300, concurrency: 2, patience: 0 },
      "state_dependent",
      0,
    )
    expect(asks.arrivals_per_h).toEqual([90])
    expect(asks.chat_s).toEqual([180, 240])
    expect([asks.patience_s, asks.concurrency, asks.target]).toEqual([null, 2, 0.8])
    expect(figures(known, { target: 90 }).target).toBe(90)
  })
  it("is possible without any history", () => {
    const empty = plan([interval(0, { arrivals: 0, forecast: 0, before: [] })], {
      handle_s: null,
      chat_s: [],
    })
    const asks = body(empty, { arrivals: 40 }, "slots", 7)
    expect([asks.arrivals_per_h, asks.of, asks.handle_s, asks.chat_s]).toEqual([[40], 0, 300, []])
  })
  it("has room for what was measured on every slider", () => {
    const slow = plan([interval(0)], { handle_s: 4_000, abandonment: 0.5, patience_s: 1_200 })
    for (const name of [
      "arrivals",
      "handle",
      "concurrency",
      "patience",
      "target",
      "within",
      "shrinkage",
    ] as const) {
      const [low, high] = range(name, slow)
      expect(measured(slow)[name]).toBeGreaterThanOrEqual(low)
      expect(measured(slow)[name]).toBeLessThanOrEqual(high)
    }
  })
  it("looks at the busiest interval that is still to come", () => {
    const known = plan([interval(0, { arrivals: 90 }), interval(1), interval(2, { arrivals: 40 })])
    expect(lookedAt(known, null, HALF)).toBe(2)
    expect(lookedAt(known, null, 10 * HALF)).toBe(0)
    expect(lookedAt(known, HALF, HALF)).toBe(1)
    expect(lookedAt(known, 77, 0)).toBe(0)
  })
  it("is drawn on the roster where it is to come, and at chats where it is over", () => {
    const tried = readTried({
      intervals: [
        { required: 2, rostered: 3 },
        { required: 4, rostered: 6 },
      ],
      of: 1,
      curve: [met],
    })
    const all = slots({ actual: 3 }, {})
    expect(triedNeeds(all, all, tried)).toEqual([2, 6])
    expect(triedNeeds(all.slice(1), all, tried)).toEqual([6])
    expect(triedNeeds(all, all.slice(1), tried)).toBe(null)
    expect(tried.curve[0]?.level).toBe(0.92)
  })
})

describe("the drawing", () => {
  it("compares the online with the needed and the planned with the rostered", () => {
    const [over, coming] = slots({ actual: 9, online: 4.5, planned: 6 }, {})
    expect(over && [needed(over), there(over)]).toEqual([5, 4.5])
    expect(coming && [needed(coming), there(coming)]).toEqual([8, 7])
  })
  it("ends above everything at a number whose half is round", () => {
    expect([0, 1, 2, 3, 9, 17, 25, 130, 1_999].map(top)).toEqual([2, 2, 2, 4, 10, 20, 40, 140, 2_000])
  })
  it("steps, with a gap where nothing is known", () => {
    const on = scale(144, 132, 2, 10)
    expect(steps([10, 0], on)).toBe("M38.0 10.0H88.0V110.0H138.0")
    expect(steps([null, 0], on)).toBe("M88.0 110.0H138.0")
    expect(area([0, 0], [10, 10], on)).toBe("M38.0 10.0H88.0V10.0H138.0V110.0H88.0V110.0H38.0Z")
    expect([on.at(0), on.at(90), on.at(900)]).toEqual([0, 1, 1])
  })
  it("leaves out the night of a day", () => {
    const night = { arrivals: 0, forecast: 0, high: 0, planned: null, required: 0 }
    const shownSlots = lively(slots(night, night, {}, {}, night, night))
    expect(shownSlots.map(slot => slot.startMs / HALF)).toEqual([1, 2, 3, 4])
    expect(lively(slots(night, night))).toHaveLength(2)
  })
  it("writes times under a day and days under a week", () => {
    const day = slots(...Array.from({ length: 48 }, () => ({})))
    expect(marks(day, "UTC", 760).every(mark => !mark.day)).toBe(true)
    expect(marks(day, "UTC", 300).length).toBeLessThanOrEqual(4)
    const week = slots(...Array.from({ length: 48 * 7 }, () => ({})))
    expect(marks(week, "UTC", 760).map(mark => mark.index)).toEqual([0, 48, 96, 144, 192, 240, 288])
  })
})

describe("the file", () => {
  it("has a row an interval, the trial's beside it", () => {
    const rows = csv(slots({}, {}), null).split("\r\n")
    expect(rows).toHaveLength(3)
    expect(rows[1]).toBe("1970-01-01T00:00:00.000Z,1970-01-01T00:30:00.000Z,30,20,40,8,,,10,5,8,7,,-1,0.92,")
    const tried = readTried({
      intervals: [
        { required: 2, rostered: 3 },
        { required: 4, rostered: 6 },
      ],
      of: 0,
      curve: [],
    })
    expect(csv(slots({}, {}), tried).split("\r\n")[2]?.endsWith(",4,6")).toBe(true)
  })
})

describe("local time", () => {
  const ROME = "Europe/Rome"
  it("goes there and back, also where clocks are changed", () => {
    for (const [date, minute] of [
      ["2026-03-29", 60],
      ["2026-03-29", 240],
      ["2026-10-25", 30],
      ["2026-10-25", 300],
      ["2026-07-01", 0],
    ] as const)
      expect(localOf(instantOf(date, minute, ROME), ROME)).toEqual({ date, minute })
    expect(instantOf("2026-11-24", 540, ROME)).toBe(Date.parse("2026-11-24T08:00:00Z"))
    expect(instantOf("2026-11-24", 540, "Asia/Kathmandu")).toBe(Date.parse("2026-11-24T03:15:00Z"))
  })
  it("plans a day, a working week, a week, and a night", () => {
    expect(datesOf("2026-11-25", "day")).toEqual(["2026-11-25"])
    expect(datesOf("2026-11-25", "work")).toEqual([
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
      "2026-11-26",
      "2026-11-27",
    ])
    expect(datesOf("2026-11-29", "week").at(-1)).toBe("2026-11-29")
    const [start, end] = span("2026-11-24", 1_320, 360, ROME)
    expect((end - start) / 3_600_000).toBe(8)
    expect(span("2026-11-24", 540, 1_440, ROME)[1] - span("2026-11-24", 540, 1_440, ROME)[0]).toBe(
      15 * 3_600_000,
    )
  })
})
