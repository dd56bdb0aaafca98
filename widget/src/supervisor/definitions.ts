/** The catalogue (`GET /api/kpis`) as tooltips need it. */

import type { Json } from "../protocol/refused"

export interface Definition {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly family: string
  readonly unit: string
  readonly better: string
  readonly class: string
  readonly says: string
  readonly formula: string
  readonly edges: string
  /** What must be read with it (kpis.md §16). */
  readonly beside: readonly string[]
  /** What it may be cut by; a cut it does not know would be a wrong number. */
  readonly segments: readonly string[]
}

export function readDefinitions(answer: Json): ReadonlyMap<string, Definition> {
  const rows = [answer.kpis, answer.items, answer.results].find(Array.isArray) ?? []
  const read = rows.map(one => definition(one as Json)).filter(one => one.id)
  return new Map(read.map(one => [one.id, one]))
}

function definition(row: Json): Definition {
  const text = (name: string) => (typeof row[name] === "string" ? (row[name] as string) : "")
  return {
    id: text("id"),
    code: text("code"),
    name: text("name"),
    family: text("family"),
    unit: text("unit"),
    better: text("better"),
    class: text("class"),
    says: text("says"),
    formula: text("formula"),
    edges: text("edges"),
    beside: text("beside")
      .split(",")
      .map(one => one.trim())
      .filter(one => one && one !== text("id")),
    segments: Array.isArray(row.segments) ? row.segments.map(String) : [],
  }
}
