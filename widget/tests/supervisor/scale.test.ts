/** Where things lie on a chart. */

import { describe, expect, it } from "vitest"
import { readRows, series } from "../../src/supervisor/reports/answer"
import { walked } from "../../src/supervisor/reports/lines"
import { band, linear, marksOf, path, rangeOf, spread, timeShape } from "../../src/supervisor/reports/scale"

const rows = (...values: (number | null)[]) =>
  readRows({
    results: values.map((value, at) => ({
      id: "x",
      value,
      ci_low: value === null ? null : value - 1,
      ci_high: value === null ? null : value + 1,
      interval_start: new Date(at * 1_000).toISOString(),
      group: {},
    })),
  })
const x = (row: { atMs: number | null }) => (row.atMs ?? 0) / 1_000
const y = (value: number) => value

describe("a range", () => {
  it("begins at zero, ends at a round number, and a share never above one", () => {
    expect(rangeOf([3, 7], "s")).toEqual({ low: 0, high: 10 })
    expect(rangeOf([0.034], "ratio")).toEqual({ low: 0, high: 0.05 })
    expect(rangeOf([0.83], "ratio")).toEqual({ low: 0, high: 1 })
    expect(rangeOf([], "s")).toEqual({ low: 0, high: 1 })
  })

  it("goes below zero only where values do", () => {
    expect(rangeOf([-40, 60], "score")).toEqual({ low: -50, high: 100 })
    expect(rangeOf([-3], "points")).toEqual({ low: -5, high: 0 })
  })

  it("stops what lies beyond it at its edge", () => {
    const scale = linear(0, 10, 100, 0)
    expect([scale(-5), scale(5), scale(50)]).toEqual([100, 50, 0])
  })
})

describe("a line", () => {
  it("has a gap where nothing was measured, and a lonely point is seen", () => {
    expect(path(rows(1, 2, null, 4), x, y)).toBe("M0.0 1.0L1.0 2.0M3.0 4.0h0.1")
    expect(path(rows(null), x, y)).toBe("")
  })

  it("has a band for each run", () => {
    expect(band(rows(1, 2, null, 4), x, y)).toBe("M0.0 2.0L1.0 3.0L1.0 1.0L0.0 0.0Z")
    expect(band(rows(1, 2, null, 4, 5), x, y).match(/Z/g)).toHaveLength(2)
  })

  it("has its name where no other name is, within the chart", () => {
    expect(spread([10, 12, 100], 200)).toEqual([10, 24, 100])
    expect(spread([198, 199, 200], 200)).toEqual([172, 186, 200])
  })
})

it("labels have room", () => {
  expect(marksOf([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 3, 5, 7])
  expect(marksOf([1, 2], 0)).toEqual([1, 2])
})

it("time is said as exactly as the points need", () => {
  const day = 86_400_000
  expect(timeShape(day, 900_000)).toEqual({ hour: "numeric", minute: "2-digit" })
  expect(timeShape(7 * day, day)).toEqual({ day: "numeric", month: "short" })
  expect(timeShape(day, day)).toEqual({ day: "numeric", month: "short" })
  expect(timeShape(0, 0)).toHaveProperty("month")
  expect(timeShape(7 * day, 3_600_000)).toHaveProperty("hour")
  expect(timeShape(900 * day, 30 * day)).toHaveProperty("year")
})

it("the arrow keys go along a line and from line to line, and stop at its ends", () => {
  const line = (queue: string) =>
    [0, 1, 2].map(at => ({
      id: "x",
      value: 1,
      n: 1,
      interval_start: new Date(at).toISOString(),
      group: { queue },
    }))
  const two = series(readRows({ results: [...line("a"), ...line("b")] }))
  expect(walked("ArrowRight", null, two)).toEqual([0, 0])
  expect(walked("ArrowLeft", null, two)).toEqual([0, 2])
  expect(walked("ArrowRight", [0, 2], two)).toEqual([0, 2])
  expect(walked("ArrowDown", [1, 1], two)).toEqual([0, 1])
  expect(walked("End", [1, 0], two)).toEqual([1, 2])
  expect(walked("a", [1, 0], two)).toBeNull()
})
