/**
 * Today by quarter-hour, as the report gives it: one series a KPI. A quarter without a value is a
 * gap, never a zero.
 */

import { isJson, type Json } from "../protocol/refused"
import { number } from "./board"

export interface Point {
  readonly atMs: number
  readonly value: number | null
  readonly n: number
}

export type Trends = ReadonlyMap<string, readonly Point[]>

/** The KPIs whose day is drawn under the tiles. */
export const TRENDS = [
  "queue_length_avg",
  "queue_wait_max",
  "service_level",
  "concurrency_system_avg",
  "csat",
] as const

/** A report that could not be had leaves what was there. */
export function readTrends(answer: Json, before: Trends): Trends {
  if (!Array.isArray(answer.results)) return before
  const series = new Map<string, Point[]>()
  for (const row of answer.results) {
    const at = isJson(row) ? instant(row.interval_start) : null
    if (!isJson(row) || at === null) continue
    const points = series.get(String(row.id)) ?? []
    points.push({ atMs: at, value: number(row.value), n: number(row.n) ?? 0 })
    series.set(String(row.id), points)
  }
  for (const points of series.values()) points.sort((a, b) => a.atMs - b.atMs)
  return series
}

const instant = (value: unknown): number | null =>
  typeof value === "string" ? number(Date.parse(value)) : number(value)

/** Runs of neighbouring values: what may be joined by a line. */
export function runs(points: readonly Point[]): Point[][] {
  const out: Point[][] = []
  let open: Point[] | null = null
  for (const point of points) {
    if (point.value === null) open = null
    else if (open) open.push(point)
    else {
      open = [point]
      out.push(open)
    }
  }
  return out
}
