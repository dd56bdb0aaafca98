/** How numbers are read; and intervals against published values. */

import { describe, expect, it } from "vitest"
import { nice } from "../../src/supervisor/chart"
import { percent, ratioOf, score, span, whole, wilson } from "../../src/supervisor/figures"
import { readTrends, runs } from "../../src/supervisor/trends"

describe("a figure", () => {
  it("over nothing is a dash, never a zero", () => {
    expect(ratioOf({ num: 0, den: 0 })).toBeNull()
    expect(percent(null, "en")).toBe("–")
    expect(whole(null, "en")).toBe("–")
    expect(span(null, "en")).toBe("–")
  })

  it("is rounded on the screen only", () => {
    expect(percent(0.8190476, "en")).toBe("81.9%")
    expect(percent(0.8190476, "de")).toBe("81,9\u00a0%")
    expect(score(42.857, "en")).toBe("+43")
    expect(score(-3, "en")).toBe("-3")
    expect(score(0, "en")).toBe("0")
  })

  it("names its two largest units", () => {
    expect(span(41_400, "en")).toBe("41s")
    expect(span(90_000, "en")).toBe("1m 30s")
    expect(span(120_000, "en")).toBe("2m")
    expect(span(3_900_000, "en")).toBe("1h 5m")
  })
})

it("Wilson's interval is that of the CSAT example: 74 of 107 lies between 59.9 and 77.1 %", () => {
  const [low, high] = wilson({ num: 74, den: 107 }) ?? [0, 0]
  expect(low).toBeCloseTo(0.599, 3)
  expect(high).toBeCloseTo(0.771, 3)
  expect(wilson({ num: 0, den: 0 })).toBeNull()
})

describe("a trend", () => {
  const results = [
    { id: "csat", interval_start: 2_000, value: 0.5, n: 2 },
    { id: "csat", interval_start: 1_000, value: null, n: 0 },
    { id: "csat", interval_start: 0, value: 1, n: 4 },
  ]

  it("is in the order of time, whatever order it came in", () => {
    const points = readTrends({ results }, new Map()).get("csat")
    expect(points?.map(point => point.atMs)).toEqual([0, 1_000, 2_000])
  })

  it("breaks where nothing was measured", () => {
    const points = readTrends({ results }, new Map()).get("csat") ?? []
    expect(runs(points).map(run => run.map(point => point.value))).toEqual([[1], [0.5]])
  })

  it("keeps what was there when the report could not be had", () => {
    const before = readTrends({ results }, new Map())
    expect(readTrends({ error: { code: "unavailable" } }, before)).toBe(before)
  })
})

it("a scale ends at one, two or five times a power of ten", () => {
  expect([0, 0.7, 1, 3, 7, 12, 60].map(nice)).toEqual([1, 1, 1, 5, 10, 20, 100])
})
