/** A report's answer, row by row, as charts and tables need it. Pure. */

import { isJson, type Json } from "../../protocol/refused"
import { number } from "../board"

export interface Row {
  readonly kpi: string
  readonly value: number | null
  /** A verdict in words, where the number is one. */
  readonly said: string | null
  readonly unit: string
  readonly num: number | null
  readonly den: number | null
  readonly n: number
  readonly low: number | null
  readonly high: number | null
  readonly lowN: boolean
  readonly pending: number
  readonly immature: number
  readonly spam: number
  readonly short: number
  readonly final: boolean
  readonly fromMs: number
  readonly toMs: number
  readonly asOfMs: number
  /** Where its interval begins; null for a whole period. */
  readonly atMs: number | null
  readonly group: { readonly [name: string]: string | number }
}

export function readRows(answer: Json): readonly Row[] {
  return Array.isArray(answer.results) ? answer.results.filter(isJson).map(row) : []
}

function row(given: Json): Row {
  const count = (name: string) => number(given[name]) ?? 0
  return {
    kpi: String(given.id),
    value: number(given.value),
    said: typeof given.value === "string" ? given.value : null,
    unit: typeof given.unit === "string" ? given.unit : "",
    num: number(given.num),
    den: number(given.den),
    n: count("n"),
    low: number(given.ci_low),
    high: number(given.ci_high),
    lowN: given.low_n === true,
    pending: count("pending"),
    immature: count("immature"),
    spam: count("excluded_spam"),
    short: count("excluded_short"),
    final: given.final !== false,
    fromMs: instant(given.from) ?? 0,
    toMs: instant(given.to) ?? 0,
    asOfMs: instant(given.as_of) ?? 0,
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

/** Only a change that the intervals do not explain is called one; without intervals nothing is claimed. */
export function verdict({ now, before }: Compared, better: string): Verdict | null {
  if (now?.value == null || before?.value == null || (better !== "higher" && better !== "lower")) return null
  if (now.value === before.value) return "same"
  if (now.low === null || before.low === null) return null
  if (overlap(now, before)) return "unclear"
  return now.value > before.value === (better === "higher") ? "better" : "worse"
}

const overlap = (a: Row, b: Row): boolean =>
  (a.low ?? 0) <= (b.high ?? Number.POSITIVE_INFINITY) && (b.low ?? 0) <= (a.high ?? Number.POSITIVE_INFINITY)

export interface Series {
  readonly name: string
  readonly rows: readonly Row[]
}

/** Lines, one a group, the most observed first; the rest is in the table. */
export function series(rows: readonly Row[], most = MOST_LINES): readonly Series[] {
  const groups = new Map<string, Row[]>()
  for (const one of rows) {
    if (one.atMs === null) continue
    const name = groupName(one)
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  const weight = (of: readonly Row[]) => of.reduce((sum, one) => sum + one.n, 0)
  return [...groups]
    .map(([name, of]) => ({ name, rows: of.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0)) }))
    .sort((a, b) => weight(b.rows) - weight(a.rows))
    .slice(0, most)
}

/** The rows since the period began, and those of the period before it. */
export function halves(rows: readonly Row[], fromMs: number): readonly [readonly Row[], readonly Row[]] {
  return [rows.filter(row => row.fromMs >= fromMs), rows.filter(row => row.fromMs < fromMs)]
}

/**
 * Every group's place in the alphabet: the same thing has the same colour on every chart, but for two of
 * the drawn lines that would share one.
 */
export function palette(rows: readonly Row[], drawn: readonly Series[]): ReadonlyMap<string, number> {
  const names = [...new Set(rows.map(groupName))].sort((a, b) => a.localeCompare(b))
  const colours = new Map(names.map((name, at) => [name, at % COLOURS]))
  const taken = new Set<number>()
  for (const { name } of drawn) {
    let colour = colours.get(name) ?? 0
    while (taken.has(colour)) colour = (colour + 1) % COLOURS
    taken.add(colour)
    colours.set(name, colour)
  }
  return colours
}

const COLOURS = 10
const MOST_LINES = 6

/** A group's identity; what people read is `called` of names.ts. */
export const groupName = ({ group }: Row): string => Object.values(group).map(String).join(" · ")

/** A clock keeps its order; everything else begins with the largest. */
export function ordered(rows: readonly Row[]): readonly Row[] {
  const clock = (row: Row) => row.group.hour ?? row.group.weekday
  if (rows.some(row => clock(row) !== undefined))
    return [...rows].sort((a, b) => Number(clock(a)) - Number(clock(b)))
  return [...rows].sort(
    (a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY),
  )
}

/** One row a group, of the first number that has a value for it. */
export function groupsOf(rows: readonly Row[], kpis: readonly string[]): readonly Row[] {
  const groups = new Map<string, Row>()
  for (const kpi of kpis)
    for (const row of rows)
      if (row.kpi === kpi && row.value !== null && !groups.has(groupName(row)))
        groups.set(groupName(row), row)
  return ordered([...groups.values()])
}

/** Weekday (0 = Monday) × hour. */
export function heat(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const mine = rows.filter(one => "hour" in one.group && "weekday" in one.group)
  return new Map(mine.map(one => [`${one.group.weekday} ${one.group.hour}`, one]))
}
