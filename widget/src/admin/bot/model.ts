/** The bot page's model: what runs, how it did, what it should learn, what it may look up. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals"
import type { Json } from "../../protocol/refused"
import { periodAsked, today } from "../../supervisor/reports/question"
import { REPORT_MS, type Told, told } from "../../supervisor/told"
import { rest } from "../../ui/rest"
import { now } from "../../ui/time"
import { type Days, intentName, periodOf } from "./figures"
import {
  type Article,
  articleOf,
  type Bot,
  readKnowledge,
  readReport,
  readSuggestions,
  type Suggestion,
  type Suggestions,
} from "./shapes"
import { t } from "./words"

export type BotModel = ReturnType<typeof createBot>

export interface Written {
  readonly question: string
  readonly also: readonly string[]
  readonly answer: string
}

/** `bot` is read again and again by its owner; what depends on what the bot knows follows it. */
export function createBot(bot: ReadonlySignal<Bot | null>, days: ReadonlySignal<Days>) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const day = computed(() => today(now.value, zone))
  const period = computed(() => periodOf(days.value, day.value, zone))
  const teachable = computed(() => bot.value?.teachable ?? false)
  /** When the bot last came to know something else; while it learns it is what it was. */
  const known = signal(0)
  const stopKnown = effect(() => {
    if (bot.value && bot.value.state !== "training") known.value = bot.value.since_ms
  })
  const fresh = () => teachable.value && known.value > 0
  const report = told(() => `/api/bot/report?${periodAsked(period.value, zone)}`, readReport)
  const suggestions = told(
    () => (fresh() ? `/api/bot/suggestions?days=${days.value}` : null),
    readSuggestions,
  )
  const knowledge = told(() => (fresh() ? "/api/bot/articles" : null), readKnowledge)

  /** What has been decided here is gone at once, not only when the list comes anew. */
  const decided = signal<ReadonlySet<string>>(new Set())
  const undecided = computed(() => without(suggestions.answer.value, decided.value))

  const suggestion = async (id: string, body: Json) => {
    const answer = await rest("POST", `/api/bot/suggestions/${encodeURIComponent(id)}`, body, REPORT_MS)
    decided.value = new Set(decided.value).add(id)
    suggestions.again()
    if (body.action === "article") knowledge.again()
    return answer
  }
  const article = async (method: string, path: string, body?: Json) => {
    const answer = await rest(method, `/api/bot/articles${path}`, body)
    knowledge.again()
    return answer
  }
  const at = (one: Article) => `/${encodeURIComponent(one.id)}`

  return {
    bot,
    days,
    period,
    report,
    suggestions: { ...suggestions, answer: undecided },
    knowledge,
    /** Each answers what became of it, in a sentence. */
    async learnExamples(one: Suggestion, intent: string, texts: readonly string[]): Promise<string> {
      const answer = await suggestion(one.id, { action: "examples", intent, texts: [...texts] })
      const name = intentName(
        bot.value?.intents.find(i => i.name === intent) ?? { name: intent, title: null },
      )
      const added = Number(answer.added ?? 0)
      return added ? t("asked.added.examples", { count: added, name }) : t("asked.added.none", { name })
    },
    async learnArticle(one: Suggestion, question: string, answer: string, guide: string): Promise<string> {
      const made = articleOf(
        await suggestion(one.id, { action: "article", question, answer, ...(guide && { guide }) }),
      )
      return t("asked.added.article", { question: made?.question ?? question })
    },
    drop: (one: Suggestion) => suggestion(one.id, { action: "drop" }).then(() => t("asked.dropped")),
    write: (old: Article | null, guide: string, { question, also, answer }: Written) => {
      const body = { question, also: [...also], answer }
      const sent = old
        ? article("PUT", at(old), { ...body, version: old.version })
        : article("POST", "", { ...body, guide })
      return sent.then(() => t("article.saved"))
    },
    forget: (one: Article) => article("DELETE", at(one)).then(() => t("article.dropped")),
    stop: () => {
      for (const end of [stopKnown, report.stop, suggestions.stop, knowledge.stop]) end()
    },
  }
}

function without(told: Told<Suggestions>, decided: ReadonlySet<string>): Told<Suggestions> {
  if (told.value === null) return told
  const left = told.value.suggestions.filter(one => !decided.has(one.id))
  return { ...told, value: { ...told.value, suggestions: left } }
}
