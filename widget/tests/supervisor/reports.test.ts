/** A report's question in the address bar, and its answer as charts read it. */

import { describe, expect, it } from "vitest"
import { compared, heat, palette, readRows, series, verdict } from "../../src/supervisor/reports/answer"
import {
  asked,
  daysOf,
  FIRST_KPIS,
  fitting,
  presetOf,
  read,
  shift,
  today,
  write,
} from "../../src/supervisor/reports/question"

const NOW = "2026-11-23"
const of = (query: string) => read(new URLSearchParams(query), NOW)

describe("a question", () => {
  it("is the last seven days of the headline numbers when nothing is said", () => {
    const question = of("")
    expect([question.from, question.to, question.interval]).toEqual(["2026-11-17", NOW, "1d"])
    expect(question.kpis).toEqual(FIRST_KPIS)
    expect(presetOf(question, NOW)).toBe("week")
  })

  it("survives the address bar", () => {
    const question = of(
      "kpi=csat,nps&from=2026-10-01&to=2026-10-31&interval=1w&by=agent&queue=sales&compare=1",
    )
    expect(read(new URL(write(question), "https://x.example").searchParams, NOW)).toEqual(question)
  })

  it("puts dates in order and does not believe nonsense", () => {
    expect(of("from=2026-11-20&to=2026-11-02")).toMatchObject({ from: "2026-11-02", to: "2026-11-20" })
    expect(of("from=yesterday&interval=7m&by=shoe")).toMatchObject({ from: NOW, interval: "1h", by: "" })
  })

  it("asks up to the first day that does not count, and compares only whole figures", () => {
    const question = of("from=2026-11-01&to=2026-11-30&compare=1&by=hour,weekday")
    const whole = new URL(asked(question, "Europe/Berlin", "whole"), "https://x.example").searchParams
    expect([whole.get("to"), whole.get("compare"), whole.get("tz")]).toEqual([
      "2026-12-01",
      "previous",
      "Europe/Berlin",
    ])
    const lines = new URL(asked(question, "UTC", "series"), "https://x.example").searchParams
    expect([lines.get("compare"), lines.get("by")]).toEqual([null, null])
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
    const lines = series(rows, "csat")
    expect(lines.map(line => line.name)).toEqual(["b", "a"])
    expect(lines[0]?.rows.map(row => row.value)).toEqual([0.6, 0.5])
    expect(series(rows, "csat", 1)).toHaveLength(1)
    expect(series(rows, "nps")).toEqual([])
  })

  it("keep a group's colour whatever the order", () => {
    expect(palette(rows)).toEqual(palette([...rows].reverse()))
    expect(palette(rows).get("a")).toBe(0)
  })
})

it("the heat map finds its cells by weekday and hour", () => {
  const rows = readRows({ results: [{ id: "csat", value: 3, group: { hour: 9, weekday: 0 } }] })
  expect(heat(rows, "csat").get("0 9")?.value).toBe(3)
})
