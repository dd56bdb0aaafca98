/**
 * The board's one model: what the server told, what a supervisor looks at, and everything that
 * can be done from here. Views read signals and call actions; nothing else talks to the server.
 */

import { computed, effect, signal } from "@preact/signals"
import { colleagues, queues, readColleagues, readQueues } from "../desk/directory"
import { openLine } from "../desk/line"
import type { SupervisorCalls } from "../protocol/calls"
import { newCmid } from "../protocol/connection"
import type { View } from "../protocol/evolve"
import type { AgentSnapshot, Signal } from "../protocol/frames.gen"
import { isJson, type Json } from "../protocol/refused"
import { rest } from "../ui/rest"
import { skewMs } from "../ui/time"
import { owedReplies } from "./attention"
import { type AgentStatus, type Board, EMPTY, merge } from "./board"
import { type Definition, readDefinitions } from "./definitions"
import { type Goal, readGoals } from "./goals"
import { Levels } from "./health"
import { nowOf } from "./now"
import { readScores, SCORES, type Scores } from "./scores"
import { readTrends, TRENDS, type Trends } from "./trends"

const SKEW_NOISE_MS = 300 // a frame's way here is no clock's fault
const DAY_EVERY_MS = 60_000

export type Model = ReturnType<typeof createModel>

export function createModel() {
  const board = signal<Board>(EMPTY)
  const heard = signal(false)
  const definitions = signal<ReadonlyMap<string, Definition>>(new Map())
  const trends = signal<Trends>(new Map())
  const scores = signal<Scores>(new Map())
  const goals = signal<readonly Goal[]>([])
  const views = signal<ReadonlyMap<string, View>>(new Map())
  const typing = signal<(Signal & { readonly heardAtMs: number }) | null>(null)
  const desk = openLine<SupervisorCalls>({
    namespace: "/supervisor",
    onFrame: (name, payload) => name === "board" && isJson(payload) && take(payload),
    onView: view => {
      views.value = new Map(views.value).set(view.id, view)
    },
    onSignal: said => {
      typing.value = { ...said, heardAtMs: Date.now() }
    },
  })
  const watched = new Set<string>()

  function take(frame: Json): void {
    board.value = merge(board.value, frame)
    const skew = board.value.asOfMs - Date.now()
    if (Math.abs(skew - skewMs.value) > SKEW_NOISE_MS) skewMs.value = skew
    if (Array.isArray(frame.agents))
      colleagues.value = readColleagues([...board.value.agents.values()].map(asPerson))
    if (Array.isArray(frame.queues)) queues.value = readQueues([...board.value.queues.values()].map(asQueue))
    if (!heard.value) begin()
  }

  /** Once the first board is here, what explains it. */
  function begin(): void {
    heard.value = true
    void loadDefinitions()
    void loadDay()
    void loadGoals()
  }

  /** What an administrator wants the numbers to be; without an answer what was known stays. */
  async function loadGoals(): Promise<void> {
    const answer = await rest("GET", "/api/goals").catch(() => null)
    if (answer) goals.value = readGoals(answer)
  }

  async function loadDefinitions(): Promise<void> {
    definitions.value = readDefinitions(await rest("GET", "/api/kpis").catch(() => ({})))
  }

  /** The day so far, and each agent's; while nobody looks it can wait. */
  async function loadDay(): Promise<void> {
    const from = board.value.dayFromMs
    if (from === null || document.hidden) return
    const period = `from=${from}&to=${Date.now() + skewMs.value}&tz=${encodeURIComponent(board.value.zone)}`
    const report = (kpis: readonly string[], cut: string) =>
      rest("GET", `/api/reports?kpi=${kpis.join(",")}&${cut}&${period}`).catch(() => ({}))
    trends.value = readTrends(await report(TRENDS, "interval=15m"), trends.value)
    scores.value = readScores(await report(SCORES, "by=agent"), scores.value)
  }

  /** After a cut the server has forgotten what we read along. */
  const rejoin = effect(() => {
    if (desk.status.value.phase === "open") for (const id of watched) void adopt(id).catch(() => undefined)
  })
  const dayTimer = setInterval(() => {
    if (!heard.value) return
    void loadDay()
    void loadGoals()
  }, DAY_EVERY_MS)

  async function adopt(conversation: string): Promise<void> {
    const { conversation: snapshot } = await desk.line.ask("watch", { conversation })
    desk.line.adopt(snapshot as AgentSnapshot)
  }

  async function watch(conversation: string): Promise<void> {
    watched.add(conversation)
    if (desk.status.value.phase === "open") await adopt(conversation)
  }

  function unwatch(conversation: string): void {
    watched.delete(conversation)
    desk.line.ask("unwatch", { conversation }).catch(() => undefined)
    desk.line.drop(conversation)
    const rest = new Map(views.value)
    rest.delete(conversation)
    views.value = rest
  }

  return {
    board,
    heard,
    levels: new Levels(),
    now: computed(() => nowOf(board.value)),
    owed: computed(() => owedReplies(board.value.live.values())),
    definitions,
    trends,
    scores,
    goals,
    views,
    typing,
    desk,
    watch,
    unwatch,
    whisper: (conversation: string, text: string) =>
      desk.line.ask("whisper", { conversation, text, cmid: newCmid() }),
    join: (conversation: string) => desk.line.ask("join", { conversation }),
    takeOver: (conversation: string) => desk.line.ask("take_over", { conversation }),
    assign: (conversation: string, to: { agent: string } | { queue: string }) =>
      desk.line.ask("assign", { conversation, ...to }),
    setStatus: (agent: string, status: AgentStatus, reason?: string) =>
      desk.line.ask("set_status", { agent, status, ...(reason ? { reason } : {}) }),
    close(): void {
      rejoin()
      clearInterval(dayTimer)
      desk.close()
    },
  }
}

const asPerson = (row: { agent: string; limit: number }) => ({
  ...row,
  id: row.agent,
  max_concurrency: row.limit,
})
const asQueue = (row: { queue: string; agentsOnline: number }) => ({
  ...row,
  id: row.queue,
  agents_online: row.agentsOnline,
})
