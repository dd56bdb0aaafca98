/** A report's answer, row by row, as charts and tables need it. Pure. */

import { isJson, type Json } from "../../protocol/refused"
import { number } from "../board"

export interface Row {
  readonly kpi: string
  readonly value: number | null
  readonly unit: string
  readonly num: number | null
  readonly den: number | null
  readonly n: number
  readonly low: number | null
  readonly high: number | null
  readonly lowN: boolean
  readonly pending: number
  readonly fromMs: number
  readonly atMs: number | null
  readonly group: { readonly [name: string]: string | number }
}

export function readRows(answer: Json): readonly Row[] {
  return Array.isArray(answer.results) ? answer.results.filter(isJson).map(row) : []
}

function row(given: Json): Row {
  return {
    kpi: String(given.id),
    value: number(given.value),
    unit: typeof given.unit === "string" ? given.unit : "",
    num: number(given.num),
    den: number(given.den),
    n: number(given.n) ?? 0,
    low: number(given.ci_low),
    high: number(given.ci_high),
    lowN: given.low_n === true,
    pending: number(given.pending) ?? 0,
    fromMs: instant(given.from) ?? 0,
    atMs: instant(given.interval_start),
    group: isJson(given.group) ? (given.group as Row["group"]) : {},
  }
}

const instant = (value: unknown): number | null =>
  typeof value === "string" ? number(Date.parse(value)) : null

export interface Compared {
  readonly now: Row | null
  readonly before: Row | null
}

/** One KPI's whole figure, and that of the period before where it was asked for. */
export function compared(rows: readonly Row[], kpi: string): Compared {
  const mine = rows.filter(one => one.kpi === kpi).sort((a, b) => b.fromMs - a.fromMs)
  return { now: mine[0] ?? null, before: mine[1] ?? null }
}

export type Verdict = "better" | "worse" | "unclear" | "same"

/** Only a change that the intervals do not explain is called one; without intervals it is only told. */
export function verdict({ now, before }: Compared, better: string): Verdict | null {
  if (now?.value == null || before?.value == null || (better !== "higher" && better !== "lower")) return null
  if (now.value === before.value) return "same"
  if (now.low !== null && before.low !== null && overlap(now, before)) return "unclear"
  return now.value > before.value === (better === "higher") ? "better" : "worse"
}

const overlap = (a: Row, b: Row): boolean =>
  (a.low ?? 0) <= (b.high ?? Number.POSITIVE_INFINITY) && (b.low ?? 0) <= (a.high ?? Number.POSITIVE_INFINITY)

export interface Series {
  readonly name: string
  readonly rows: readonly Row[]
}

/** Lines, one a group, the most observed first; the rest is in the table. */
export function series(rows: readonly Row[], kpi: string, most = 6): readonly Series[] {
  const groups = new Map<string, Row[]>()
  for (const one of rows) {
    if (one.kpi !== kpi || one.atMs === null) continue
    const name = groupName(one)
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  const weight = (of: readonly Row[]) => of.reduce((sum, one) => sum + one.n, 0)
  return [...groups]
    .map(([name, of]) => ({ name, rows: of.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0)) }))
    .sort((a, b) => weight(b.rows) - weight(a.rows))
    .slice(0, most)
}

/** Every group's place in the alphabet: the same thing has the same colour on every chart. */
export function palette(rows: readonly Row[]): ReadonlyMap<string, number> {
  const names = [...new Set(rows.map(groupName))].sort((a, b) => a.localeCompare(b))
  return new Map(names.map((name, at) => [name, at % COLOURS]))
}

const COLOURS = 6

export const groupName = ({ group }: Row): string => Object.values(group).map(String).join(" · ")

/** Weekday (0 = Monday) × hour. */
export function heat(rows: readonly Row[], kpi: string): ReadonlyMap<string, Row> {
  const mine = rows.filter(one => one.kpi === kpi && "hour" in one.group && "weekday" in one.group)
  return new Map(mine.map(one => [`${one.group.weekday} ${one.group.hour}`, one]))
}
