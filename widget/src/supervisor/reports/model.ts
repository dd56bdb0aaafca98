/** The reports' model: the question in the address bar, and its three answers. */

import { computed, effect, signal } from "@preact/signals"
import { Refused } from "../../protocol/refused"
import { rest } from "../../ui/rest"
import { skewMs } from "../../ui/time"
import type { Model } from "../model"
import { router } from "../places"
import { type Row, readRows } from "./answer"
import { asked, type Question, read, today, write } from "./question"

export type ReportModel = ReturnType<typeof createReports>

export function createReports(model: Model) {
  const zone = computed(() => model.board.value.zone)
  const day = computed(() => today(Date.now() + skewMs.value, zone.value))
  const question = computed(() => read(router.route.value.query, day.value))
  const whole = signal<readonly Row[]>([])
  const lines = signal<readonly Row[]>([])
  const cuts = signal<readonly Row[]>([])
  const phase = signal<"loading" | "there" | "failed">("loading")
  const problem = signal<Refused | null>(null)
  let turn = 0

  /** The latest question wins; an answer to an older one is dropped. */
  async function load(): Promise<void> {
    const mine = ++turn
    const { interval, by } = question.value
    phase.value = "loading"
    const get = async (part: "whole" | "series" | "cut") =>
      readRows(await rest("GET", asked(question.value, zone.value, part)))
    try {
      const [all, overTime, cut] = await Promise.all([
        get("whole"),
        interval ? get("series") : [],
        by ? get("cut") : [],
      ])
      if (mine !== turn) return
      whole.value = all
      lines.value = overTime
      cuts.value = cut
      phase.value = "there"
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine !== turn) return
      problem.value = error
      phase.value = "failed"
    }
  }

  const stop = effect(() => {
    void asked(question.value, zone.value, "series")
    void load()
  })

  return {
    board: model,
    zone,
    day,
    question,
    whole,
    lines,
    cuts,
    phase,
    problem,
    load,
    change: (more: Partial<Question>) => router.go(write({ ...question.value, ...more })),
    stop,
  }
}
