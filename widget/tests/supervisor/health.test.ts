/** Colour follows meaning: inclusive thresholds, and no flicker at them. */

import { describe, expect, it } from "vitest"
import { Levels, level, serviceBands, waitBands, waitingBands } from "../../src/supervisor/health"

describe("a service level of 80 %", () => {
  const bands = serviceBands(0.8)

  it("is good at exactly the target, watched below it, bad ten points below", () => {
    expect(level("none", 0.8, bands)).toBe("good")
    expect(level("none", 0.799, bands)).toBe("warn")
    expect(level("none", 0.7, bands)).toBe("warn")
    expect(level("none", 0.699, bands)).toBe("bad")
  })

  it("gets worse at once and better only when it clears the threshold", () => {
    expect(level("good", 0.799, bands)).toBe("warn")
    expect(level("warn", 0.802, bands)).toBe("warn")
    expect(level("warn", 0.806, bands)).toBe("good")
    expect(level("bad", 0.702, bands)).toBe("bad")
    expect(level("bad", 0.71, bands)).toBe("warn")
    expect(level("bad", 0.9, bands)).toBe("good")
  })

  it("does not flicker while it trembles at the target", () => {
    const levels = new Levels()
    const seen = [0.801, 0.799, 0.801, 0.799, 0.802].map(value => levels.of("sl", value, bands))
    expect(seen).toEqual(["good", "warn", "warn", "warn", "warn"])
  })

  it("is not judged without enough to go by", () => {
    expect(level("bad", null, bands)).toBe("none")
    expect(level("none", 0.9, bands)).toBe("good")
  })
})

describe("a wait", () => {
  it("is late after 20 and far too late after 60 seconds at a threshold of 30", () => {
    const bands = waitBands(30)
    expect([20_000, 20_001, 60_000, 60_001].map(ms => level("none", ms, bands))).toEqual([
      "good",
      "warn",
      "warn",
      "bad",
    ])
  })
})

describe("people waiting", () => {
  it("are fine while there is a free place for each", () => {
    const bands = waitingBands(3, 2)
    expect([3, 4, 5, 6].map(count => level("none", count, bands))).toEqual(["good", "warn", "warn", "bad"])
  })

  it("are bad when nobody is online", () => {
    expect(level("none", 2, waitingBands(0, 0))).toBe("bad")
  })
})
