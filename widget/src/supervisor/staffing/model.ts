/** The staffing page's model: the question in the address bar, the plan, what is tried, and the roster. */

import { batch, computed, effect, signal } from "@preact/signals"
import { isJson, type Json, Refused } from "../../protocol/refused"
import { rest } from "../../ui/rest"
import { skewMs } from "../../ui/time"
import { ask } from "../asking"
import { number } from "../board"
import type { Model } from "../model"
import { pagePath, router } from "../places"
import { createPage } from "../reports/model"
import { shift } from "../reports/question"
import { REPORT_MS } from "../told"
import { type Outlook, readOutlook, readTried, shown, type Tried } from "./answer"
import { asked, type Question, read, type Trial, write } from "./question"
import { body, lookedAt } from "./trial"

const SETTLED_MS = 120 // a slider is still moving

export interface Shift {
  readonly agent: string
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

export type StaffingModel = ReturnType<typeof createStaffing>

export function createStaffing(model: Model) {
  const page = createPage(model, "staffing")
  const { zone } = page
  const now = () => Date.now() + skewMs.value
  const question = computed(() => read(page.here.value, page.day.value))
  const outlook = signal<Outlook | null>(null)
  const tried = signal<Tried | null>(null)
  const shifts = signal<readonly Shift[]>([])
  const people = signal<ReadonlyMap<string, string>>(new Map())
  const phase = signal<"loading" | "there" | "failed">("loading")
  const problem = signal<Refused | null>(null)
  const untried = signal<Refused | null>(null)
  const plan = computed(() => outlook.value && shown(outlook.value, question.value.where.queue ?? ""))
  const at = computed(() => (plan.value ? lookedAt(plan.value, question.value.look, now()) : 0))
  let turn = 0
  let trialTurn = 0

  /** The latest question wins; an answer to an older one is dropped. */
  async function load(): Promise<void> {
    const mine = ++turn
    phase.value = "loading"
    try {
      const answer = readOutlook(await rest("GET", asked(question.value, zone.value), undefined, REPORT_MS))
      if (mine !== turn) return
      batch(() => {
        outlook.value = answer
        phase.value = "there"
      })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine !== turn) return
      problem.value = error
      phase.value = "failed"
    }
  }

  async function loadRoster(): Promise<void> {
    const { from, to } = question.value
    const query = new URLSearchParams({ from, to: shift(to, 1), tz: zone.value })
    const answer = await ask(rest("GET", `/api/shifts?${query}`))
    if (answer) shifts.value = readShifts(answer)
  }

  async function loadPeople(): Promise<void> {
    const { agents } = await rest("GET", "/api/agents").catch((): Json => ({}))
    const known = (Array.isArray(agents) ? agents.filter(isJson) : []).filter(one => one.disabled !== true)
    const rank = (one: Json) => `${one.role === "agent" ? 0 : 1} ${one.name}`
    known.sort((a, b) => rank(a).localeCompare(rank(b)))
    people.value = new Map(known.map(one => [String(one.id), String(one.name)] as const))
  }

  async function attempt(): Promise<void> {
    const mine = ++trialTurn
    if (!plan.value) return
    const { trial, model: name } = question.value
    try {
      const answer = readTried(
        await rest("POST", "/api/staffing/what-if", body(plan.value, trial, name, at.value)),
      )
      if (mine !== trialTurn) return
      tried.value = answer
      untried.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine === trialTurn) untried.value = error
    }
  }

  const what = computed(() => asked(question.value, zone.value))
  const stops = [
    effect(() => {
      void what.value
      void load()
    }),
    effect(() => {
      void what.value
      void loadRoster()
    }),
    effect(() => {
      const known = plan.value
      const { trial, model: name } = question.value
      if (!known) return
      void JSON.stringify([trial, name, at.value])
      const timer = setTimeout(() => void attempt(), SETTLED_MS)
      return () => clearTimeout(timer)
    }),
  ]
  void loadPeople()

  async function put(method: "POST" | "DELETE", agent: string, startMs: number, endMs: number) {
    const span = { agent, start_ms: startMs, end_ms: endMs }
    const query = new URLSearchParams(Object.entries(span).map(([name, value]) => [name, String(value)]))
    return method === "POST"
      ? ask(rest("POST", "/api/shifts", span))
      : ask(rest("DELETE", `/api/shifts?${query}`))
  }

  /** All that could be planned is; then the page counts again. */
  async function planShifts(agent: string, spans: readonly (readonly [number, number])[]): Promise<number> {
    let done = 0
    for (const [startMs, endMs] of spans) if (await put("POST", agent, startMs, endMs)) done++
    await Promise.all([loadRoster(), load()])
    return done
  }

  const change = (more: Partial<Question>) => page.go(write({ ...question.value, ...more }))

  return {
    ...page,
    now,
    question,
    outlook,
    plan,
    at,
    tried,
    untried,
    shifts,
    people,
    phase,
    problem,
    load,
    planShifts,
    withdraw: async ({ agent, startMs, endMs }: Shift) => {
      await put("DELETE", agent, startMs, endMs)
      await Promise.all([loadRoster(), load()])
    },
    change,
    /** Sliders move through many figures, the eye over many intervals: none is worth a step back. */
    tryOut: (trial: Trial) => router.go(pagePath("staffing", write({ ...question.value, trial })), true),
    look: (startMs: number | null) =>
      router.go(pagePath("staffing", write({ ...question.value, look: startMs })), true),
    stop: () => stops.map(stop => stop()),
  }
}

const readShifts = (answer: Json): readonly Shift[] =>
  (Array.isArray(answer.shifts) ? answer.shifts.filter(isJson) : []).map(one => ({
    agent: String(one.agent),
    name: String(one.name),
    startMs: number(one.start_ms) ?? 0,
    endMs: number(one.end_ms) ?? 0,
  }))
