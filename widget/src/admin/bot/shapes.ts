/** What the bot's page reads: the server's answers under `/api/bot`, as they come. */

import { isJson, type Json } from "../../protocol/refused"
import { type Row, readRows } from "../../supervisor/reports/answer"
import { rowsOf } from "../shapes"

export interface Bot {
  readonly engine: "builtin" | "rasa" | "none"
  /** One sentence: what runs. */
  readonly says: string
  readonly state: "ready" | "training" | "failed"
  readonly since_ms: number
  /** What is going on; when it failed: file, line and reason. */
  readonly sentence: string
  /** Suggestions and articles exist. */
  readonly teachable: boolean
  /** They may be changed here; if not, why. */
  readonly editable: boolean
  readonly why_not: string
  readonly thresholds: { readonly answer: number; readonly calibrated: boolean } | null
  readonly articles: number
  readonly intents: readonly Intent[]
  /** How an article is quoted to visitors, with `{answer}`, `{guide}` and `{question}`. */
  readonly article_says: string | null
}

export interface Intent {
  readonly name: string
  readonly title: string | null
  readonly examples: number
  readonly some: readonly string[]
}

export const readBot = (answer: Json) => answer as unknown as Bot

/** Turns by how sure the bot was, from `from` (inclusive) to `to`. */
export interface Bin {
  readonly from: number
  readonly to: number
  readonly understood: number
  readonly fallback: number
}

export interface Used {
  readonly name: string
  readonly title: string | null
  readonly turns: number
  /** Of those: it was the likeliest, but not likely enough. */
  readonly fallbacks: number
  readonly confidence: number | null
}

export interface Candidate {
  readonly topic: string
  readonly score: number
  readonly volume_share: number
  readonly repeatability: number
  readonly simplicity: number
  /** Null: nobody knows. */
  readonly hours: number | null
}

export interface Report {
  readonly figures: ReadonlyMap<string, Row>
  readonly turns: number
  readonly silent: number
  readonly confidence: readonly Bin[]
  readonly intents: readonly Used[]
  readonly handoffs: readonly { readonly reason: string; readonly count: number }[]
  readonly candidates: readonly Candidate[]
}

export function readReport(answer: Json): Report {
  const figures = readRows({ results: answer.figures })
  return {
    figures: new Map(figures.map(row => [row.kpi, row])),
    turns: Number(answer.turns ?? 0),
    silent: Number(answer.silent ?? 0),
    confidence: rowsOf<Bin>(answer, "confidence"),
    intents: rowsOf<Used>(answer, "intents"),
    handoffs: rowsOf(answer, "handoffs"),
    candidates: rowsOf<Candidate>(answer, "candidates"),
  }
}

export interface Suggestion {
  readonly id: string
  readonly question: string
  readonly texts: readonly string[]
  readonly visitors: number
  readonly times: number
  /** What an agent answered. */
  readonly answer: string | null
  /** What the bot knows that it is nearest to. */
  readonly intent: string | null
  readonly confidence: number
  readonly last_ms: number
}

export interface Suggestions {
  readonly suggestions: readonly Suggestion[]
  readonly asked: number
  readonly days: number
}

export const readSuggestions = (answer: Json): Suggestions => ({
  suggestions: rowsOf<Suggestion>(answer, "suggestions"),
  asked: Number(answer.asked ?? 0),
  days: Number(answer.days ?? 0),
})

export interface Article {
  readonly id: string
  readonly file: string
  readonly guide: string
  readonly question: string
  readonly also: readonly string[]
  readonly answer: string
  readonly version: string
}

export interface Guide {
  readonly file: string
  readonly title: string
  readonly articles: number
}

export interface Knowledge {
  readonly articles: readonly Article[]
  readonly guides: readonly Guide[]
}

export const readKnowledge = (answer: Json): Knowledge => ({
  articles: rowsOf<Article>(answer, "articles"),
  guides: rowsOf<Guide>(answer, "guides"),
})

/** An article as `POST /api/bot/suggestions/{id}` answers it. */
export const articleOf = (answer: Json): Article | null =>
  isJson(answer.article) ? (answer.article as unknown as Article) : null
