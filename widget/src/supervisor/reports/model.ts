/** The reports' model: the question in the address bar, and each number's answer. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals"
import { Refused, rest } from "../../ui/rest"
import { skewMs } from "../../ui/time"
import { closed } from "../beside"
import type { Definition } from "../definitions"
import type { Model } from "../model"
import { type Page, pagePath, router } from "../places"
import { inTurn, REPORT_MS } from "../told"
import { type Compared, compared, halves, type Row, readRows } from "./answer"
import {
  asked,
  clocked,
  knows,
  type Period,
  pointsOf,
  type Question,
  read,
  today,
  write,
  writePeriod,
  zoneIn,
} from "./question"

const MOST_POINTS = 4_000 // of all lines of a chart; more is neither readable nor quick

export type PageModel = ReturnType<typeof createPage>

/** What every page over a period shares: zone, today, who is read beside it, goals. */
export function createPage(model: Model, page: Page) {
  const query = computed(() => closed(router.route.value.query).toString())
  const here = computed(() => new URLSearchParams(query.value))
  const account = computed(() => model.board.value.zone)
  const zone = computed(() => zoneIn(here.value) || account.value)
  const day = computed(() => today(Date.now() + skewMs.value, zone.value))
  const turn = signal(0)
  const asOfMs = signal<number | null>(null)
  const go = (next: URLSearchParams) => router.go(pagePath(page, next))
  return {
    board: model,
    page,
    here,
    account,
    zone,
    day,
    goals: model.goals,
    /** Grows when somebody wants everything counted again. */
    turn,
    asOfMs,
    go,
    /** The question said in full, so that it shows the same tomorrow, with what lies open beside it. */
    link: (question: URLSearchParams) => {
      for (const [name, value] of router.route.value.query)
        if (!here.value.has(name)) question.append(name, value)
      return question
    },
    /** Other parameters of the address stay. */
    changePeriod: (period: Period) => {
      const next = writePeriod(period)
      for (const name of ["kpi", "interval", "by", "compare"]) {
        const kept = here.value.get(name)
        if (kept !== null) next.set(name, kept)
      }
      go(next)
    },
  }
}

export type ReportModel = ReturnType<typeof createReports>

export function createReports(model: Model) {
  const page = createPage(model, "reports")
  const question = computed(() => read(page.here.value, page.day.value))
  return {
    ...page,
    question,
    change: (more: Partial<Question>) => page.go(write({ ...question.value, ...more })),
  }
}

export interface Told {
  readonly phase: "loading" | "there" | "failed"
  readonly problem: Refused | null
  readonly whole: Compared
  readonly beside: readonly Row[]
  readonly cuts: readonly Row[]
  readonly cutsBefore: readonly Row[]
  readonly lines: readonly Row[]
  readonly before: readonly Row[]
  /** There were too many lines: how many; the whole is drawn instead. */
  readonly many: number | null
}

const NOTHING: Told = {
  phase: "loading",
  problem: null,
  whole: { now: null, before: null },
  beside: [],
  cuts: [],
  cutsBefore: [],
  lines: [],
  before: [],
  many: null,
}

/** One number's answer, asked once it is seen; the latest question wins, an older answer is dropped. */
export function answerTo(model: ReportModel, kpi: string, seen: ReadonlySignal<boolean>) {
  const told = signal<Told>(NOTHING)
  let turn = 0

  async function load(question: Question, definition: Definition, zone: string): Promise<void> {
    const mine = ++turn
    told.value = { ...told.peek(), phase: "loading" }
    try {
      const next = await count(question, definition, zone)
      if (mine !== turn) return
      told.value = next
      model.asOfMs.value = next.whole.now?.asOfMs || model.asOfMs.value
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine === turn) told.value = { ...NOTHING, phase: "failed", problem: error }
    }
  }

  const again = signal(0)
  const stop = effect(() => {
    void again.value
    void model.turn.value
    const definition = model.board.definitions.value.get(kpi)
    if (
      !seen.value ||
      !definition ||
      !knows(definition.segments, { by: "", where: model.question.value.where })
    )
      return
    void load(model.question.value, definition, model.zone.value)
  })
  return { told, stop, again: () => again.value++ }
}

async function count(question: Question, { id, beside, segments }: Definition, zone: string): Promise<Told> {
  const { by, interval } = question
  const get = (part: Parameters<typeof asked>[2], kpis = [id]) => rows(asked(question, zone, part, kpis))
  const cut = by !== "" && knows(segments, question)
  const [all, parts, others] = await Promise.all([
    get("whole"),
    cut ? get("cut") : [],
    beside.length ? rows(asked({ ...question, compare: false }, zone, "whole", beside)).catch(() => []) : [],
  ])
  const whole = compared(all, id)
  const sinceMs = whole.now?.fromMs ?? 0
  const [cuts, cutsBefore] = halves(parts, sinceMs)
  const points = pointsOf(question)
  const split = cut && !clocked(by)
  const many = split && cuts.length * points > MOST_POINTS ? cuts.length : null
  const over = interval ? await get(split && many === null ? "lines" : "series") : []
  const [lines, before] = halves(over, sinceMs)
  return { ...NOTHING, phase: "there", whole, beside: others, cuts, cutsBefore, lines, before, many }
}

async function rows(path: string): Promise<readonly Row[]> {
  return readRows(await inTurn(() => rest("GET", path, undefined, REPORT_MS)))
}
