import { describe, expect, it } from "vitest"
import { type Goal, goalFor, readGoals, standing } from "../../src/supervisor/goals"

const goal = (more: Partial<Goal>): Goal => ({
  id: "g",
  kpi: "service_level",
  queue: null,
  agent: null,
  low: null,
  high: null,
  margin: 0,
  ...more,
})

describe("standing", () => {
  it.each([
    [{ low: 0.8, margin: 0.1 }, [0.81, 0.8, 0.79, 0.7, 0.69], ["good", "good", "warn", "warn", "bad"]],
    [{ high: 60, margin: 30 }, [59, 60, 61, 90, 91], ["good", "good", "warn", "warn", "bad"]],
    [
      { low: 0.6, high: 0.85, margin: 0.05 },
      [0.54, 0.55, 0.6, 0.85, 0.9, 0.91],
      ["bad", "warn", "good", "good", "warn", "bad"],
    ],
    [{ low: 5 }, [5, 4.999], ["good", "bad"]],
  ] as const)("of %o", (ends, values, levels) => {
    expect(values.map(value => standing(goal(ends), value))).toEqual(levels)
  })

  it("says nothing of nothing", () => {
    expect(standing(goal({ low: 0.8 }), null)).toBe("none")
    expect(standing(goal({ high: 60 }), null)).toBe("none")
  })
})

describe("goalFor", () => {
  const goals = [
    goal({ id: "all" }),
    goal({ id: "sales", queue: "sales" }),
    goal({ id: "ann", agent: "ann" }),
    goal({ id: "other", kpi: "csat" }),
  ]
  it("takes the most specific", () => {
    expect(goalFor(goals, "service_level")?.id).toBe("all")
    expect(goalFor(goals, "service_level", { queue: "sales" })?.id).toBe("sales")
    expect(goalFor(goals, "service_level", { queue: "help" })?.id).toBe("all")
    expect(goalFor(goals, "service_level", { queue: "sales", agent: "ann" })?.id).toBe("ann")
    expect(goalFor(goals, "nps")).toBeNull()
  })
})

it("reads what the server tells", () => {
  const row = { id: "1", kpi: "csat", queue: null, agent: "ann", low: 0.8, high: null, margin: 0.1 }
  expect(readGoals({ goals: [row] })).toEqual([row])
  expect(readGoals({})).toEqual([])
})
