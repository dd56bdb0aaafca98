/** What the bot's page works out of the answers. Pure. */

import { openCell, wholeCell } from "../../supervisor/reports/cell"
import { type Period, shift, type Where, writePeriod } from "../../supervisor/reports/question"
import type { Article, Bin, Bot, Guide, Intent, Used } from "./shapes"

export const DAYS = [7, 30, 90] as const
export type Days = (typeof DAYS)[number]
export const USUAL_DAYS = 30

export const daysIn = (query: URLSearchParams): Days =>
  DAYS.find(one => String(one) === query.get("days")) ?? USUAL_DAYS

/** So many whole days, today the last of them. */
export const periodOf = (days: number, today: string, zone: string): Period => ({
  from: shift(today, 1 - days),
  to: today,
  tz: zone,
  where: {},
  spam: false,
})

/** The same figure on the reports' screen, with the conversations behind it; `hits`: above the line only. */
export function behindHref(period: Period, kpi: string, where: Where = {}, hits = false): string {
  const query = writePeriod(period)
  query.set("kpi", kpi)
  return `/supervisor/reports?${openCell(query, { ...wholeCell(kpi, hits), where })}`
}

/** Several numbers as a report, cut. */
export function reportHref(period: Period, kpis: readonly string[], by: string): string {
  const query = writePeriod(period)
  query.set("kpi", kpis.join(","))
  query.set("interval", "")
  query.set("by", by)
  return `/supervisor/reports?${query}`
}

export const totals = (bins: readonly Bin[]) => ({
  understood: bins.reduce((sum, bin) => sum + bin.understood, 0),
  fallback: bins.reduce((sum, bin) => sum + bin.fallback, 0),
})

const ROUND = [1, 2, 3, 4, 5, 6, 8, 10]

/** The lowest round number that is not below a count; where the half of it is drawn, it is whole or left out. */
export function topOf(count: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, count)))
  return (ROUND.find(step => step * power >= count) ?? 10) * power
}

export interface IntentRow {
  readonly name: string
  readonly title: string | null
  /** Null: the bot no longer knows it, or never did by that name. */
  readonly examples: number | null
  readonly turns: number
  readonly fallbacks: number
  readonly confidence: number | null
}

/** What the bot knows and what was asked, the most asked first; what nobody asked at the end, by name. */
export function intentRows(known: readonly Intent[], used: readonly Used[]): readonly IntentRow[] {
  const names = new Set(known.map(one => one.name))
  const asked = new Map(used.map(one => [one.name, one]))
  const rows = known.map(one => ({
    name: one.name,
    title: one.title,
    examples: one.examples,
    turns: asked.get(one.name)?.turns ?? 0,
    fallbacks: asked.get(one.name)?.fallbacks ?? 0,
    confidence: asked.get(one.name)?.confidence ?? null,
  }))
  const gone = used.filter(one => !names.has(one.name)).map(one => ({ ...one, examples: null }))
  return [...rows, ...gone].sort((a, b) => b.turns - a.turns || a.name.localeCompare(b.name))
}

export const intentName = ({ name, title }: { readonly name: string; readonly title: string | null }) =>
  title ?? name.replaceAll("_", " ")

export const examplesOf = ({ intents }: Bot): number => intents.reduce((sum, one) => sum + one.examples, 0)

/** Articles that have every word somewhere, whatever their order and case. */
export function search(articles: readonly Article[], text: string): readonly Article[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return articles.filter(({ guide, question, also, answer }) => {
    const all = [guide, question, ...also, answer].join("\n").toLowerCase()
    return words.every(word => all.includes(word))
  })
}

/** In the order of the guides; a guide without articles is left out. */
export const byGuide = (
  guides: readonly Guide[],
  articles: readonly Article[],
): readonly (readonly [Guide, readonly Article[]])[] =>
  guides
    .map(guide => [guide, articles.filter(one => one.file === guide.file)] as const)
    .filter(([, mine]) => mine.length > 0)

/** One wording a line; what the list of wordings cannot hold becomes a space. */
export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map(line => line.replaceAll(";", " ").replace(/\s+/g, " ").trim())
    .filter(Boolean)

const SAID = "{answer}\n({guide}: “{question}”)"

/** An article as the bot says it: a blank line begins a new message, as in Rasa. */
export function quoted(
  article: { readonly guide: string; readonly question: string; readonly answer: string },
  says: string | null,
): string[] {
  const whole = (says || SAID).replace(/\{(answer|guide|question)\}/g, (_, name: keyof typeof article) =>
    article[name].trim(),
  )
  return whole
    .split("\n\n")
    .map(part => part.trim())
    .filter(Boolean)
}
