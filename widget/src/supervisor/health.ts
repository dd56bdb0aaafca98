/**
 * Good, watch or bad: a value against its bands, with hysteresis, so that a number that trembles
 * at a threshold does not make the colour flicker. Getting worse shows at once; getting better
 * must clear the threshold by the margin.
 */

export type Level = "good" | "warn" | "bad" | "none"

export interface Bands {
  readonly better: "higher" | "lower"
  /** At the worse side of `warn` it is to be watched, at the worse side of `bad` it is bad. */
  readonly warn: number
  readonly bad: number
  readonly margin: number
}

const RANK = { good: 0, warn: 1, bad: 2 } as const

/** `none` before there is a value, or while there are too few observations to judge. */
export function level(before: Level, value: number | null, bands: Bands): Level {
  if (value === null) return "none"
  const now = plain(value, bands, 0)
  if (before === "none" || RANK[now] >= RANK[before]) return now
  const cleared = plain(value, bands, bands.margin)
  return RANK[cleared] < RANK[before] ? cleared : before
}

/** Inclusive on the good side (kpis.md G4): 80 % at a target of 80 % is good. */
function plain(value: number, { better, warn, bad }: Bands, margin: number): "good" | "warn" | "bad" {
  const worse = (limit: number) => (better === "higher" ? value < limit + margin : value > limit - margin)
  if (worse(bad)) return "bad"
  return worse(warn) ? "warn" : "good"
}

/** What a board colours by when nobody has set a goal: the conventions of the trade. */
export const ANSWERS_TO_JUDGE = 30 // kpis.md G23: fewer survey answers say little
export const REQUESTS_TO_JUDGE = 5

export const serviceBands = (target: number): Bands => ({
  better: "higher",
  warn: target,
  bad: Math.round(target * 1_000 - 100) / 1_000, // ten points below; a float would miss 70 %
  margin: 0.005,
})

/** 20 and 60 seconds at a threshold of 30. */
export const waitBands = (thresholdS: number): Bands => ({
  better: "lower",
  warn: (thresholdS * 2_000) / 3,
  bad: thresholdS * 2_000,
  margin: 1_000,
})

/** More people waiting than free places: nobody will take them at once. */
export const waitingBands = (freeSlots: number, agentsOnline: number): Bands => ({
  better: "lower",
  warn: freeSlots,
  bad: freeSlots + Math.max(1, agentsOnline),
  margin: 1, // places come and go by the second; one person more or less is no news
})

export const loadBands: Bands = { better: "lower", warn: 0.85, bad: 0.999, margin: 0.03 }
export const csatBands = (target: number): Bands => serviceBands(target)

/** One memory of levels per figure, by its name. */
export class Levels {
  private readonly kept = new Map<string, Level>()

  of(name: string, value: number | null, bands: Bands): Level {
    const next = level(this.kept.get(name) ?? "none", value, bands)
    this.kept.set(name, next)
    return next
  }
}
