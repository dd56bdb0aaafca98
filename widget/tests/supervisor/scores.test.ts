/** Each agent's day, read from a report cut by agent. */

import { expect, it } from "vitest"
import { readScores } from "../../src/supervisor/scores"

const answer = {
  results: [
    { id: "aht", n: 12, value: 200, group: { agent: "ada" } },
    { id: "csat", num: 4, den: 5, n: 5, group: { agent: "ada" } },
    { id: "aht", n: 3, value: 90, group: { agent: "bo" } },
    { id: "csat", num: 9, den: 9, n: 9, group: {} },
  ],
}

it("joins what was handled with what was said of it", () => {
  const scores = readScores(answer, new Map())
  expect(scores.get("ada")).toEqual({ handled: 12, csat: { num: 4, den: 5 } })
  expect(scores.get("bo")).toEqual({ handled: 3, csat: null })
  expect(scores.size).toBe(2)
})

it("keeps the last known scores when the report could not be had", () => {
  const before = readScores(answer, new Map())
  expect(readScores({}, before)).toBe(before)
})
