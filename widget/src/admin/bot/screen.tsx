/** The bot's page: what runs, and three rooms: how it did, what it should learn, what it may look up. */

import { Head } from "../head"
import "../../supervisor/reports/charts.css"
import "./bot.css"
import { useComputed } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import { why } from "../../supervisor/asking"
import { setLocale as setReports } from "../../supervisor/reports/words"
import { EmptyState, Spinner, Tabs } from "../../ui/kit"
import { router } from "../places"
import { usePages } from "../rows"
import { DAYS, daysIn } from "./figures"
import { Knowledge } from "./knowledge"
import { createBot } from "./model"
import { Overview } from "./overview"
import { type Bot, readBot } from "./shapes"
import { State } from "./state"
import { Suggestions } from "./suggestions"
import { setLocale, t } from "./words"

void setLocale(navigator.language)
void setReports(navigator.language)

const PATH = "/api/bot"
const LOOK_MS = 2_000 // learning is over within seconds

const PARTS = { overview: Overview, suggestions: Suggestions, knowledge: Knowledge } as const
type Part = keyof typeof PARTS

export default function BotPage() {
  const pages = usePages([PATH], LOOK_MS)
  const bot = useComputed(() => {
    const answer = pages.answers.value?.[PATH]
    return answer ? readBot(answer) : null
  })
  const days = useComputed(() => daysIn(router.route.value.query))
  const model = useMemo(() => createBot(bot, days), [])
  useEffect(() => model.stop, [])
  const problem = pages.problem.value
  if (!bot.value)
    return problem ? <EmptyState icon="offline" title={why(problem)} /> : <Spinner label={t("loading")} />
  return (
    <section class="page bot-page" aria-labelledby="page">
      <Head title={t("title")} lead={t("lead")} />
      <State bot={bot.value} />
      <Parts bot={bot.value} model={model} />
    </section>
  )
}

function Parts({ bot, model }: { bot: Bot; model: ReturnType<typeof createBot> }) {
  const asked = router.route.value.params.part
  const part: Part = asked === "suggestions" || asked === "knowledge" ? asked : "overview"
  const days = model.days.value
  const go = (part: Part, days: number) =>
    router.go(`/bot${part === "overview" ? "" : `/${part}`}?days=${days}`)
  const counts: { readonly [part in Part]?: number | undefined } = {
    suggestions: model.suggestions.answer.value.value?.suggestions.length,
    knowledge: bot.articles,
  }
  const dated = part === "overview" ? bot.engine !== "none" : part === "suggestions" && bot.teachable
  const Here = PARTS[part]
  return (
    <>
      <div class="bot-bar">
        <Tabs
          label={t("places")}
          tabs={(Object.keys(PARTS) as Part[]).map(value => ({
            value,
            label: t(`tab.${value}`),
            ...(counts[value] === undefined ? {} : { count: counts[value] }),
          }))}
          value={part}
          onChange={next => go(next, days)}
        />
        {dated && (
          <div class="filters" role="group" aria-label={t("period")}>
            {DAYS.map(one => (
              <button key={one} type="button" aria-pressed={one === days} onClick={() => go(part, one)}>
                {t("days", { count: one })}
              </button>
            ))}
          </div>
        )}
      </div>
      <div id={`panel-${part}`} role="tabpanel" aria-labelledby={`tab-${part}`}>
        <Here bot={bot} model={model} />
      </div>
    </>
  )
}
