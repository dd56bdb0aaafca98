/** A report's question in the address bar, and its answer as charts read it. */

import { describe, expect, it } from "vitest"
import { closed } from "../../src/supervisor/beside"
import {
  compared,
  halves,
  heat,
  ordered,
  palette,
  readRows,
  series,
  verdict,
} from "../../src/supervisor/reports/answer"
import {
  behindAsked,
  type Cell,
  cellOf,
  figureAsked,
  openCell,
  readCell,
  wholeCell,
} from "../../src/supervisor/reports/cell"
import {
  asked,
  clocked,
  daysOf,
  FIRST_KPIS,
  fitting,
  knows,
  type Part,
  PRESETS,
  pointsOf,
  presetOf,
  read,
  shift,
  today,
  WEEK,
  write,
} from "../../src/supervisor/reports/question"

const NOW = "2026-11-23"
const of = (query: string) => read(new URLSearchParams(query), NOW)

describe("a question", () => {
  it("is the last seven days of the headline numbers when nothing is said", () => {
    const question = of("")
    expect([question.from, question.to, question.interval]).toEqual(["2026-11-17", NOW, "1d"])
    expect(question.kpis).toEqual(FIRST_KPIS)
    expect(presetOf(question, NOW)).toBe("days7")
  })

  it("survives the address bar", () => {
    const question = of(
      "kpi=csat,nps&from=2026-10-01&to=2026-10-31&tz=Asia/Kolkata&interval=1w&by=agent&queue=sales&page=/a?b&spam=1&compare=1",
    )
    expect(question.where).toEqual({ queue: "sales", page: "/a?b" })
    expect(read(write(question), NOW)).toEqual(question)
  })

  it("puts dates in order and does not believe nonsense", () => {
    expect(of("from=2026-11-20&to=2026-11-02")).toMatchObject({ from: "2026-11-02", to: "2026-11-20" })
    expect(of("from=yesterday&interval=7m&by=shoe&tz=Mars/Olympus")).toMatchObject({
      from: NOW,
      interval: "1h",
      by: "",
      tz: "",
    })
  })

  it("asks up to the first day that does not count, and compares what is not cut", () => {
    const question = of("from=2026-11-01&to=2026-11-30&compare=1&by=queue&channel=web&interval=1d")
    const get = (part: Part) =>
      new URL(asked(question, "Europe/Berlin", part), "https://x.example").searchParams
    const said = (part: Part) => ["to", "tz", "compare", "interval", "by"].map(name => get(part).get(name))
    expect(said("whole")).toEqual(["2026-12-01", "Europe/Berlin", "previous", null, null])
    expect(said("series")).toEqual(["2026-12-01", "Europe/Berlin", "previous", "1d", null])
    expect(said("lines")).toEqual(["2026-12-01", "Europe/Berlin", null, "1d", "queue"])
    expect(said("cut")).toEqual(["2026-12-01", "Europe/Berlin", "previous", null, "queue"])
    expect(get("cut").get("channel")).toBe("web")
  })

  it("knows what a number may be cut and filtered by", () => {
    expect(knows(["queue", "hour", "weekday"], { by: WEEK, where: { queue: "a" } })).toBe(true)
    expect(knows(["queue"], { by: "", where: { agent: "a" } })).toBe(false)
    expect(knows(["queue"], { by: "agent", where: {} })).toBe(false)
    expect([clocked(WEEK), clocked("hour"), clocked("queue")]).toEqual([true, true, false])
  })

  it("counts the points of its lines", () => {
    expect(pointsOf(of("from=2026-11-01&to=2026-11-28&interval=15m"))).toBe(28 * 96)
    expect(pointsOf(of("from=2025-11-24&to=2026-11-23"))).toBe(53)
    expect(pointsOf(of("interval="))).toBe(0)
  })

  it("has presets that follow the day", () => {
    const bounds = (name: string) => PRESETS.find(([one]) => one === name)?.[1](NOW)
    expect(bounds("month")).toEqual(["2026-11-01", NOW])
    expect(bounds("lastmonth")).toEqual(["2026-10-01", "2026-10-31"])
    expect(bounds("days365")).toEqual(["2025-11-24", NOW])
  })

  it("counts days over the change of summer time and of the year", () => {
    expect(shift("2026-03-28", 2)).toBe("2026-03-30")
    expect(shift("2026-01-01", -1)).toBe("2025-12-31")
    expect(daysOf("2026-10-24", "2026-10-26")).toBe(3)
    expect([1, 2, 90, 365].map(fitting)).toEqual(["1h", "1d", "1d", "1w"])
  })

  it("knows that today begins in the account's zone", () => {
    const late = Date.UTC(2026, 10, 23, 23, 30)
    expect(today(late, "Europe/Berlin")).toBe("2026-11-24")
    expect(today(late, "America/New_York")).toBe("2026-11-23")
  })
})

const whole = (value: number, from: string, low: number | null = null, high: number | null = null) => ({
  id: "csat",
  unit: "ratio",
  value,
  n: 50,
  from,
  ci_low: low,
  ci_high: high,
})

describe("a change", () => {
  const pair = (now: object, before: object) => compared(readRows({ results: [before, now] }), "csat")

  it("is one only when the intervals do not explain it", () => {
    const apart = pair(whole(0.9, "2026-11-08", 0.85, 0.95), whole(0.7, "2026-11-01", 0.6, 0.8))
    expect(verdict(apart, "higher")).toBe("better")
    expect(verdict(apart, "lower")).toBe("worse")
    const close = pair(whole(0.9, "2026-11-08", 0.75, 0.95), whole(0.7, "2026-11-01", 0.6, 0.8))
    expect(verdict(close, "higher")).toBe("unclear")
  })

  it("is not judged where neither direction is better, or where there was nothing before", () => {
    const apart = pair(whole(0.9, "2026-11-08"), whole(0.7, "2026-11-01"))
    expect(verdict(apart, "neutral")).toBeNull()
    expect(verdict(compared(readRows({ results: [whole(0.9, "2026-11-08")] }), "csat"), "higher")).toBeNull()
    expect(verdict(pair(whole(0.9, "2026-11-08"), whole(0.7, "2026-11-01")), "higher")).toBeNull()
  })
})

describe("lines", () => {
  const point = (at: string, queue: string, value: number, n: number) => ({
    id: "csat",
    interval_start: at,
    value,
    n,
    group: { queue },
  })
  const rows = readRows({
    results: [
      point("2026-11-02T00:00:00Z", "b", 0.5, 9),
      point("2026-11-01T00:00:00Z", "b", 0.6, 9),
      point("2026-11-01T00:00:00Z", "a", 1, 2),
    ],
  })

  it("are one a group in the order of time, the most observed first", () => {
    const lines = series(rows)
    expect(lines.map(line => line.name)).toEqual(["b", "a"])
    expect(lines[0]?.rows.map(row => row.value)).toEqual([0.6, 0.5])
    expect(series(rows, 1)).toHaveLength(1)
  })

  it("keep a group's colour whatever the order", () => {
    expect(palette(rows, series(rows))).toEqual(palette([...rows].reverse(), series(rows)))
    expect(palette(rows, []).get("a")).toBe(0)
  })

  it("never share a colour on one chart", () => {
    const many = readRows({
      results: [..."abcdefghijklm"].map(queue =>
        point("2026-11-01T00:00:00Z", queue, 1, "ak".includes(queue) ? 9 : 1),
      ),
    })
    const drawn = series(many)
    const colours = palette(many, drawn)
    expect(colours.get("a")).toBe(0)
    expect(new Set(drawn.map(line => colours.get(line.name))).size).toBe(drawn.length)
  })

  it("know this period from the one before", () => {
    const from = Date.parse("2026-11-02T00:00:00Z")
    const told = readRows({
      results: [
        { ...point("2026-11-02T00:00:00Z", "", 1, 1), from: "2026-11-02T00:00:00Z" },
        { ...point("2026-11-01T00:00:00Z", "", 2, 1), from: "2026-11-01T00:00:00Z" },
      ],
    })
    expect(halves(told, from).map(half => half.map(row => row.value))).toEqual([[1], [2]])
  })
})

it("the heat map finds its cells by weekday and hour", () => {
  const rows = readRows({ results: [{ id: "csat", value: 3, group: { hour: 9, weekday: 0 } }] })
  expect(heat(rows).get("0 9")?.value).toBe(3)
})

it("bars begin with the largest, but a clock keeps its order", () => {
  const of = (dimension: string, ...values: [string | number, number | null][]) =>
    ordered(
      readRows({
        results: values.map(([name, value]) => ({ id: "csat", value, group: { [dimension]: name } })),
      }),
    ).map(row => Object.values(row.group)[0])
  expect(of("queue", ["a", 1], ["b", 3], ["c", null])).toEqual(["b", "a", "c"])
  expect(of("hour", [13, 9], [9, 1])).toEqual([9, 13])
})

describe("a cell", () => {
  const at = new URLSearchParams("kpi=csat&from=2026-11-01&to=2026-11-07&queue=sales")
  const period = read(at, NOW)

  it("is found again by its address, whatever its values", () => {
    const cell: Cell = { kpi: "csat", span: [1, 2], where: { page: "/a:b&c", hour: "9" }, hits: true }
    const open = openCell(at, cell)
    expect(readCell(new URLSearchParams(open.toString()))).toEqual(cell)
    expect(openCell(open, wholeCell("nps")).toString()).toBe(openCell(at, wholeCell("nps")).toString())
    expect(readCell(at)).toBeNull()
    expect(closed(open).toString()).toBe(at.toString())
  })

  it("asks for exactly what its row was", () => {
    const [row] = readRows({
      results: [
        {
          id: "csat",
          value: 1,
          from: "2026-11-02T00:00:00Z",
          to: "2026-11-03T00:00:00Z",
          group: { weekday: 0, hour: 9 },
        },
      ],
    })
    const cell = row && cellOf(row)
    const query = new URL(behindAsked(period, "UTC", cell as Cell), "https://x.example").searchParams
    expect(Object.fromEntries(query)).toEqual({
      from: String(Date.parse("2026-11-02T00:00:00Z")),
      to: String(Date.parse("2026-11-03T00:00:00Z")),
      tz: "UTC",
      queue: "sales",
      weekday: "0",
      hour: "9",
    })
  })

  it("without a span is the whole period, the last day counted", () => {
    const asked = figureAsked(period, "UTC", wholeCell("csat"))
    expect(asked).toContain("from=2026-11-01&to=2026-11-08")
    expect(behindAsked(period, "UTC", wholeCell("csat", true))).toContain("part=num")
  })

  it("does not believe nonsense", () => {
    const odd = readCell(new URLSearchParams("behind=csat&at=x-2&in=shoe:3&in=:4&in=queue"))
    expect(odd).toEqual({ kpi: "csat", span: null, where: {}, hits: false })
  })
})
