/** Where things lie on a chart: values up, time along, gaps where nothing was measured. Pure. */

import { nice } from "../chart"
import type { Row } from "./answer"

export interface Range {
  readonly low: number
  readonly high: number
}

/** From zero to a round number above everything; below zero only where values are. */
export function rangeOf(values: readonly number[], unit: string): Range {
  const top = values.length ? Math.max(...values, 0) : 0
  const bottom = values.length ? Math.min(...values, 0) : 0
  const high = unit === "ratio" && top <= 1 ? Math.min(1, nice(top)) : nice(top)
  return { low: bottom < 0 ? -nice(-bottom) : 0, high: top <= 0 && bottom < 0 ? 0 : high }
}

export type Scale = (value: number) => number

/** A value beyond the range stops at its edge. */
export const linear =
  (from: number, to: number, a: number, b: number): Scale =>
  value =>
    a + ((Math.max(from, Math.min(to, value)) - from) / (to - from || 1)) * (b - a)

/** A path with a new beginning after every gap; a point between two gaps stays visible. */
export function path(rows: readonly Row[], x: (row: Row) => number, y: Scale): string {
  let pen = "M"
  let out = ""
  rows.forEach((row, at) => {
    if (row.value === null) pen = "M"
    else {
      const alone = pen === "M" && rows[at + 1]?.value == null
      out += `${pen}${x(row).toFixed(1)} ${y(row.value).toFixed(1)}${alone ? "h0.1" : ""}`
      pen = "L"
    }
  })
  return out
}

/** Between the ends of the 95 % interval, one closed piece for each run that has one. */
export function band(rows: readonly Row[], x: (row: Row) => number, y: Scale): string {
  const runs: Row[][] = [[]]
  for (const row of rows) {
    if (row.low !== null && row.high !== null) runs.at(-1)?.push(row)
    else if (runs.at(-1)?.length) runs.push([])
  }
  return runs
    .filter(run => run.length > 1)
    .map(run => {
      const up = run.map((row, at) => `${at ? "L" : "M"}${x(row).toFixed(1)} ${y(row.high ?? 0).toFixed(1)}`)
      const down = [...run].reverse().map(row => `L${x(row).toFixed(1)} ${y(row.low ?? 0).toFixed(1)}`)
      return `${[...up, ...down].join("")}Z`
    })
    .join("")
}

/** Names at line ends must not lie on each other: the lower one moves down, and all up again if too low. */
export function spread(ys: readonly number[], lowest: number, step = 14): readonly number[] {
  const order = ys.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value)
  let last = Number.NEGATIVE_INFINITY
  const out: number[] = []
  for (const { value, at } of order) {
    last = Math.max(value, last + step)
    out[at] = last
  }
  let floor = lowest
  for (const { at } of [...order].reverse()) {
    out[at] = Math.min(out[at] ?? 0, floor)
    floor = (out[at] ?? 0) - step
  }
  return out
}

/** Every so-manieth, so that labels have room. */
export function marksOf<T>(all: readonly T[], room: number): readonly T[] {
  const step = Math.max(1, Math.ceil(all.length / Math.max(2, room)))
  return all.filter((_, at) => at % step === 0)
}

const DAY_MS = 86_400_000

/** A point's time: the date where points are days apart, of the day within one day, else both. */
export function timeShape(spanMs: number, stepMs: number): Intl.DateTimeFormatOptions {
  const clock = { hour: "numeric", minute: "2-digit" } as const
  const date = { day: "numeric", month: "short" } as const
  if (stepMs > 0 && stepMs < 0.9 * DAY_MS && spanMs <= 1.1 * DAY_MS) return clock
  if (stepMs < 0.9 * DAY_MS) return { ...date, ...clock }
  return spanMs > 400 * DAY_MS ? { ...date, year: "2-digit" } : date
}
