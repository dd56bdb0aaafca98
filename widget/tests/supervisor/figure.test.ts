/** How a report's figure is read, and what must be said beside it. */

import { expect, it } from "vitest"
import { readRows } from "../../src/supervisor/reports/answer"
import {
  axisText,
  between,
  figureText,
  marks,
  rowText,
  support,
  whole,
} from "../../src/supervisor/reports/figure"

const row = (more: object) => {
  const [one] = readRows({ results: [{ id: "x", unit: "ratio", value: 0.4444, n: 9, group: {}, ...more }] })
  if (!one) throw new Error("no row")
  return one
}

it("a share has one decimal, seconds are whole, a score keeps its sign", () => {
  expect(figureText(0.4444, "ratio")).toBe("44.4%")
  expect(figureText(38.6, "s")).toBe("39s")
  expect(figureText(-12.34, "score")).toBe("-12.3")
  expect(figureText(0.0312, "p")).toBe("0.031")
  expect(figureText(2.25, "d")).toBe("2.3 d")
  expect(figureText(null, "ratio")).toBe("–")
})

it("a verdict in words is told as it is", () => {
  expect(rowText(row({ unit: "text", value: "no significant change" }))).toBe("no significant change")
  expect(rowText(null)).toBe("–")
})

it("a small scale keeps its decimals", () => {
  expect(axisText(0.025, "ratio", 0.05)).toBe("2.5%")
  expect(axisText(0.5, "ratio", 1)).toBe("50%")
})

it("says from how many, how sure, and all that it leaves out", () => {
  const one = row({
    num: 4,
    den: 9,
    ci_low: 0.189,
    ci_high: 0.733,
    low_n: true,
    pending: 2,
    immature: 1,
    excluded_spam: 3,
    excluded_short: 1,
  })
  expect(support(one)).toBe("4 of 9")
  expect(support(row({ unit: "s" }))).toBe("n 9")
  expect(between(one)).toBe("95 %: 18.9% to 73.3%")
  expect(between(row({}))).toBeNull()
  expect(marks(one)).toEqual([
    "few observations",
    "2 not decided yet",
    "1 too young to judge",
    "1 left at once",
    "3 spam left out",
  ])
  expect(marks(row({}))).toEqual([])
  expect(whole(one)).toContain("44.4% · 4 of 9 · 95 %")
})
