/** A conversation's time: named stretches that follow each other and add up. */

import { describe, expect, it } from "vitest"
import { readStretches, seconds } from "../../src/supervisor/stretches"

const row = (state: string, start_ms: number, end_ms: number, more: object = {}) => ({
  state,
  start_ms,
  end_ms,
  length_ms: end_ms - start_ms,
  queue: null,
  agents: [],
  open: false,
  ...more,
})

const LIFE = readStretches({
  stretches: [
    row("bot", 0, 1_500),
    row("queued", 1_500, 3_000, { queue: "support" }),
    row("active", 3_000, 90_400, { agents: ["ada", "ben"] }),
  ],
})

describe("stretches", () => {
  it("are read with who and where", () => {
    expect(LIFE[1]).toEqual({ state: "queued", fromMs: 1_500, toMs: 3_000, queue: "support", agents: [] })
    expect(LIFE[2]?.agents).toEqual(["ada", "ben"])
    expect(readStretches({})).toEqual([])
  })

  it("add up to the whole in the seconds that are shown", () => {
    expect(seconds(LIFE, 0)).toEqual([2, 1, 87])
    expect(seconds(LIFE, 0).reduce((sum, one) => sum + one, 0)).toBe(Math.round(90_400 / 1_000))
  })

  it("go on to now while one is open, and never backwards", () => {
    const open = readStretches({
      stretches: [row("bot", 0, 5_000), row("queued", 5_000, 6_000, { open: true })],
    })
    expect(open[1]?.toMs).toBeNull()
    expect(seconds(open, 65_000)).toEqual([5, 60])
    expect(seconds(open, 1_000)).toEqual([5, 0])
  })
})
