/** Where visitors are lost, as the page draws it. */

import { describe, expect, it } from "vitest"
import {
  between,
  openWaits,
  readable,
  readPatience,
  readWaits,
  stairs,
} from "../../src/supervisor/abandonment/patience"
import { closed } from "../../src/supervisor/beside"
import { groupsOf, readRows } from "../../src/supervisor/reports/answer"

const step = (wait_ms: number, at_risk: number, gone: number) => ({
  wait_ms,
  at_risk,
  gave_up: 1,
  gone,
  low: gone / 2,
  high: gone * 2,
})

const TOLD = readPatience({
  waits: 20,
  answered: 15,
  gave_up: 3,
  otherwise: 2,
  quarter_ms: null,
  half_ms: null,
  steps: [step(10, 20, 0.1), step(30, 6, 0.2), step(90, 1, 0.4)],
  bands: [{ from_s: 0, to_s: 10, reached: 20, answered: 5, gave_up: 1, otherwise: 0 }],
})
const same = (value: number) => value

describe("patience", () => {
  it("is read with what is missing as nothing", () => {
    expect([TOLD.waits, TOLD.gaveUp, TOLD.quarterMs]).toEqual([20, 3, null])
    expect(TOLD.bands[0]?.ended).toEqual({ answered: 5, gave_up: 1, otherwise: 0 })
    expect(readPatience({})).toMatchObject({ waits: 0, steps: [], bands: [] })
  })

  it("is drawn while a handful still waited, and whole when it never was more", () => {
    expect(readable(TOLD.steps).map(one => one.waitMs)).toEqual([10, 30])
    expect(readable(TOLD.steps.slice(2))).toHaveLength(1)
  })

  it("stays flat between steps and goes on to the end", () => {
    const points = readable(TOLD.steps).map(one => [one.waitMs, one.gone * 100] as const)
    expect(stairs(points, same, same, 40)).toBe("M0.0 0.0H10.0V10.0H30.0V20.0H40.0")
    expect(between(readable(TOLD.steps), same, value => value * 100, 40)).toBe(
      "M0.0 0.0H10.0V20.0H30.0V40.0H40.0V10.0H30.0V5.0H10.0V0.0Z",
    )
    expect(between([], same, same, 40)).toBe("")
  })
})

describe("a list of waits", () => {
  it("is found again by its address", () => {
    const query = new URLSearchParams("from=2026-11-01")
    const waits = { fromS: 30, toS: 60, ended: "gave_up" } as const
    const open = openWaits(query, waits)
    expect(readWaits(open)).toEqual(waits)
    expect(closed(open).toString()).toBe(query.toString())
    const last = { fromS: 600, toS: null, ended: null }
    expect(readWaits(openWaits(query, last))).toEqual(last)
  })

  it("does not believe nonsense", () => {
    expect(readWaits(new URLSearchParams("wait=abc"))).toBeNull()
    expect(readWaits(new URLSearchParams(""))).toBeNull()
    expect(readWaits(new URLSearchParams("wait=5-&ended=eaten"))).toEqual({
      fromS: 5,
      toS: null,
      ended: null,
    })
  })
})

it("a group is named once, the most lost first, and not at all when nothing of it was counted", () => {
  const row = (id: string, queue: string, value: number | null) => ({ id, value, group: { queue } })
  const rows = readRows({
    results: [
      row("conversation_abandonment_rate", "a", 0.1),
      row("conversation_abandonment_rate", "b", 0.3),
      row("conversation_abandonment_rate", "", null),
      row("dropped_rate", "a", 0.9),
      row("dropped_rate", "c", 0.2),
    ],
  })
  expect(
    groupsOf(rows, ["conversation_abandonment_rate", "dropped_rate"]).map(one => one.group.queue),
  ).toEqual(["b", "c", "a"])
})
