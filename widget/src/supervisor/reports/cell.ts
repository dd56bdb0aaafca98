/**
 * One figure among many: a point, a bar, a cell, a count. Its address, and what the server is asked
 * for what it was counted from. Pure.
 */

import { closed } from "../beside"
import type { Row } from "./answer"
import { isDimension, type Period, periodAsked, type Where } from "./question"

export interface Cell {
  readonly kpi: string
  /** The instants `[from, to)`; null: the whole period. */
  readonly span: readonly [number, number] | null
  /** What it is cut by, beside the question's own filters. */
  readonly where: Where
  /** Only what counts above the line. */
  readonly hits: boolean
}

export const wholeCell = (kpi: string, hits = false): Cell => ({ kpi, span: null, where: {}, hits })

export function cellOf({ kpi, fromMs, toMs, group }: Row): Cell {
  const where = Object.entries(group).filter(([name]) => isDimension(name))
  return {
    kpi,
    span: [fromMs, toMs],
    where: Object.fromEntries(where.map(([name, value]) => [name, String(value)])),
    hits: false,
  }
}

export function openCell(query: URLSearchParams, { kpi, span, where, hits }: Cell): URLSearchParams {
  const open = closed(query)
  open.set("behind", kpi)
  if (span) open.set("at", span.join("-"))
  for (const [name, value] of Object.entries(where)) open.append("in", `${name}:${value}`)
  if (hits) open.set("part", "num")
  return open
}

export function readCell(query: URLSearchParams): Cell | null {
  const kpi = query.get("behind")
  if (!kpi) return null
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(query.get("at") ?? "") ?? []
  const where = query.getAll("in").flatMap(one => {
    const colon = one.indexOf(":")
    const name = one.slice(0, colon)
    return colon > 0 && isDimension(name) ? [[name, one.slice(colon + 1)]] : []
  })
  return {
    kpi,
    span: from && to ? [Number(from), Number(to)] : null,
    where: Object.fromEntries(where),
    hits: query.get("part") === "num",
  }
}

/** The question narrowed to the cell. */
function narrowed(period: Period, zone: string, { span, where }: Cell): URLSearchParams {
  const query = periodAsked({ ...period, where: { ...period.where, ...where } }, zone)
  if (span) {
    query.set("from", String(span[0]))
    query.set("to", String(span[1]))
  }
  return query
}

/** The same figure again, asked alone. */
export function figureAsked(period: Period, zone: string, cell: Cell): string {
  const query = narrowed(period, zone, cell)
  query.set("kpi", cell.kpi)
  return `/api/reports?${query}`
}

/** The conversations it was counted from. */
export function behindAsked(period: Period, zone: string, cell: Cell): string {
  const query = narrowed(period, zone, cell)
  if (cell.hits) query.set("part", "num")
  return `/api/reports/${encodeURIComponent(cell.kpi)}/conversations?${query}`
}
