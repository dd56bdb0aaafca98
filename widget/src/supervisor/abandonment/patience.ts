/** How long visitors wait (`GET /api/abandonment/patience`), as the curve and its tables need it. Pure. */

import { isJson, type Json } from "../../protocol/refused"
import { number } from "../board"
import type { Scale } from "../reports/scale"

export interface Step {
  readonly waitMs: number
  readonly atRisk: number
  readonly gaveUp: number
  readonly gone: number
  readonly low: number
  readonly high: number
}

export const ENDINGS = ["answered", "gave_up", "otherwise"] as const
export type Ending = (typeof ENDINGS)[number]

interface Band {
  readonly fromS: number
  readonly toS: number | null
  readonly reached: number
  readonly ended: { readonly [ending in Ending]: number }
}

export interface Patience {
  readonly waits: number
  readonly gaveUp: number
  readonly quarterMs: number | null
  readonly halfMs: number | null
  readonly steps: readonly Step[]
  readonly bands: readonly Band[]
}

export function readPatience(answer: Json): Patience {
  const count = (row: Json, name: string) => number(row[name]) ?? 0
  const rows = (name: string) => {
    const given = answer[name]
    return Array.isArray(given) ? given.filter(isJson) : []
  }
  return {
    waits: count(answer, "waits"),
    gaveUp: count(answer, "gave_up"),
    quarterMs: number(answer.quarter_ms),
    halfMs: number(answer.half_ms),
    steps: rows("steps").map(row => ({
      waitMs: count(row, "wait_ms"),
      atRisk: count(row, "at_risk"),
      gaveUp: count(row, "gave_up"),
      gone: count(row, "gone"),
      low: count(row, "low"),
      high: count(row, "high"),
    })),
    bands: rows("bands").map(row => ({
      fromS: count(row, "from_s"),
      toS: number(row.to_s),
      reached: count(row, "reached"),
      ended: {
        answered: count(row, "answered"),
        gave_up: count(row, "gave_up"),
        otherwise: count(row, "otherwise"),
      },
    })),
  }
}

const FEW = 5

/** Where fewer than a handful still waited, a curve says nothing: it ends before; a short one is whole. */
export function readable(steps: readonly Step[]): readonly Step[] {
  const sure = steps.filter(step => step.atRisk >= FEW)
  return sure.length ? sure : steps
}

/** Flat from step to step: nobody leaves in between. */
export function stairs(
  points: readonly (readonly [number, number])[],
  x: Scale,
  y: Scale,
  endMs: number,
): string {
  const [first, ...rest] = [[0, 0] as const, ...points].map(([at, value]) => [x(at), y(value)] as const)
  if (!first) return ""
  const to = ([px, py]: readonly [number, number]) => `H${px.toFixed(1)}V${py.toFixed(1)}`
  return `M${first[0].toFixed(1)} ${first[1].toFixed(1)}${rest.map(to).join("")}H${x(endMs).toFixed(1)}`
}

/** The band between two stairs, closed. */
export function between(steps: readonly Step[], x: Scale, y: Scale, endMs: number): string {
  if (!steps.length) return ""
  const up = stairs(
    steps.map(step => [step.waitMs, step.high]),
    x,
    y,
    endMs,
  )
  const down: string[] = []
  for (const step of [...steps].reverse())
    down.push(`V${y(step.low).toFixed(1)}H${x(step.waitMs).toFixed(1)}`)
  return `${up}${down.join("")}V${y(0).toFixed(1)}Z`
}

/** A list of waits as the address names it: `30-60`, `600-`. */
export interface Waits {
  readonly fromS: number
  readonly toS: number | null
  readonly ended: Ending | null
}

export function readWaits(query: URLSearchParams): Waits | null {
  const [whole, from, to] = /^(\d{1,9}(?:\.\d+)?)-(\d{1,9}(?:\.\d+)?)?$/.exec(query.get("wait") ?? "") ?? []
  if (whole === undefined) return null
  return {
    fromS: Number(from),
    toS: to === undefined ? null : Number(to),
    ended: ENDINGS.find(one => one === query.get("ended")) ?? null,
  }
}

export function openWaits(query: URLSearchParams, { fromS, toS, ended }: Waits): URLSearchParams {
  const open = new URLSearchParams(query)
  open.set("wait", `${fromS}-${toS ?? ""}`)
  if (ended) open.set("ended", ended)
  return open
}
