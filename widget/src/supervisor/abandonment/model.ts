/** The abandonment page's model: a period in the address, three answers. */

import { computed, effect } from "@preact/signals"
import type { Model } from "../model"
import { type Row, readRows } from "../reports/answer"
import { createPage } from "../reports/model"
import { isDimension, knows, periodAsked, readPeriod } from "../reports/question"
import { told } from "../told"
import { readPatience } from "./patience"

export const HEADS = [
  "conversation_abandonment_rate",
  "missed_chat_rate",
  "divert_rate",
  "ghost_agent_time",
] as const

/** One stage after the other, and how those of the queue were lost there. */
export const STAGES = [
  "bot_abandonment_rate",
  "queue_abandonment_rate_raw",
  "abandoned_after_accept_rate",
  "dropped_rate",
] as const
export const QUEUE_PARTS = [
  "queue_abandonment_rate_never_offered",
  "queue_abandonment_rate_while_offered",
  "short_abandon_rate",
  "silent_abandonment_share",
] as const
export type Stage = (typeof STAGES)[number] | (typeof QUEUE_PARTS)[number]

export const COLUMNS = [
  "conversation_abandonment_rate",
  "bot_abandonment_rate",
  "queue_abandonment_rate_raw",
  "short_abandon_rate",
  "abandoned_after_accept_rate",
  "dropped_rate",
] as const

export const ALL = [
  ...new Set<string>([...HEADS, ...STAGES, ...QUEUE_PARTS, "ghost_agent_time_share", "patience_mean_s"]),
]

export type AbandonmentModel = ReturnType<typeof createAbandonment>

export function createAbandonment(model: Model) {
  const page = createPage(model, "abandonment")
  const period = computed(() => readPeriod(page.here.value, page.day.value))
  const by = computed(() => {
    const asked = page.here.value.get("by") ?? "queue"
    return isDimension(asked) ? asked : "queue"
  })
  /** Those of the numbers that may be cut and filtered so. */
  const known = (kpis: readonly string[], cut: string) =>
    kpis.filter(kpi =>
      knows(model.definitions.value.get(kpi)?.segments ?? [], { by: cut, where: period.value.where }),
    )

  const ask = (kpis: readonly string[], cut: string) => {
    const query = periodAsked(period.value, page.zone.value)
    query.set("kpi", known(kpis, cut).join(","))
    if (cut) query.set("by", cut)
    return `/api/reports?${query}`
  }
  const ready = () => model.definitions.value.size > 0 && page.turn.value >= 0
  const figures = told(() => (ready() && known(ALL, "").length ? ask(ALL, "") : null), readRows)
  const cuts = told(
    () => (ready() && known(COLUMNS, by.value).length ? ask(COLUMNS, by.value) : null),
    readRows,
  )
  const patience = told(
    () => (ready() ? `/api/abandonment/patience?${periodAsked(period.value, page.zone.value)}` : null),
    readPatience,
  )
  const stopClock = effect(() => {
    page.asOfMs.value = figures.answer.value.value?.[0]?.asOfMs ?? page.asOfMs.peek()
  })
  return {
    ...page,
    period,
    by,
    figures: figures.answer,
    cuts: cuts.answer,
    patience: patience.answer,
    known,
    again: () => page.turn.value++,
    stop: () => {
      for (const stop of [figures.stop, cuts.stop, patience.stop, stopClock]) stop()
    },
  }
}

export const rowOf = (rows: readonly Row[], kpi: string): Row | null =>
  rows.find(row => row.kpi === kpi) ?? null
