/**
 * The board as the server tells it: whole once, then only the rows that changed. `merge` is pure
 * and keeps every row that did not change as the same object, so that nothing on the screen is
 * drawn again without reason.
 *
 * Waits are kept as the instants they began at, because clocks tick here and not there.
 */

export interface Share {
  readonly num: number
  readonly den: number
}

export type AgentStatus = "online" | "busy" | "away" | "offline"

/** One KPI of today or of now, as the board tells it; `value` is null over nothing. */
export interface Figure {
  readonly value: number | null
  readonly num: number | null
  readonly den: number | null
  readonly n: number
  readonly target: number | null
}

export type Figures = { readonly [kpi: string]: Figure | undefined }

export interface QueueRow {
  readonly queue: string
  readonly name: string
  readonly open: boolean
  readonly waiting: number
  readonly longestSinceMs: number | null
  readonly serviceLevel: Share
  readonly target: number
  readonly thresholdS: number
  readonly abandoned: number
  readonly agentsOnline: number
  readonly freeSlots: number
  readonly kpis: Figures
}

export interface AgentRow {
  readonly agent: string
  readonly name: string
  readonly status: AgentStatus
  readonly reason: string | null
  readonly sinceMs: number
  readonly load: number
  readonly limit: number
  readonly conversations: readonly string[]
  readonly queues: readonly string[]
  readonly wrapups: number
}

export interface LiveRow {
  readonly conversation: string
  readonly state: string
  readonly queue: string | null
  readonly agent: string | null
  readonly visitor: string | null
  readonly lastText: string | null
  readonly channel: string | null
  readonly startedAtMs: number
  readonly queuedAtMs: number | null
  readonly replySinceMs: number | null
  readonly flags: readonly string[]
}

/** What the server raises on its own, and what fires by a rule (kind `rule`, with an id and a name). */
export interface Alert {
  readonly kind: string
  readonly id: number | null
  readonly name: string | null
  readonly kpi: string | null
  readonly firedAtMs: number | null
  readonly acknowledgedBy: string | null
  readonly queue: string | null
  readonly waiting: number | null
  readonly value: number | null
  readonly target: number | null
}

export interface Board {
  readonly asOfMs: number
  readonly zone: string
  readonly dayFromMs: number | null
  readonly queues: ReadonlyMap<string, QueueRow>
  readonly agents: ReadonlyMap<string, AgentRow>
  readonly live: ReadonlyMap<string, LiveRow>
  readonly totals: Figures
  readonly alerts: readonly Alert[]
}

type Json = { readonly [key: string]: unknown }

export const EMPTY: Board = {
  asOfMs: 0,
  zone: "UTC",
  dayFromMs: null,
  queues: new Map(),
  agents: new Map(),
  live: new Map(),
  totals: {},
  alerts: [],
}

/** The board after a frame. A whole one forgets what was there before. */
export function merge(before: Board, frame: Json): Board {
  const base = frame.whole === true ? EMPTY : before
  const gone = isJson(frame.gone) ? frame.gone : {}
  return {
    asOfMs: number(frame.as_of_ms) ?? before.asOfMs,
    zone: text(frame.zone) ?? base.zone,
    dayFromMs: number(frame.day_from_ms) ?? base.dayFromMs,
    queues: laid(base.queues, frame.queues, gone.queues, "queue", queueRow),
    agents: laid(base.agents, frame.agents, gone.agents, "agent", agentRow),
    live: laid(base.live, frame.conversations, gone.conversations, "conversation", liveRow),
    totals: isJson(frame.totals) ? { ...base.totals, ...figures(frame.totals) } : base.totals,
    alerts: Array.isArray(frame.alerts) ? rows(frame.alerts).map(alertRow) : base.alerts,
  }
}

function laid<R>(
  before: ReadonlyMap<string, R>,
  changed: unknown,
  gone: unknown,
  key: string,
  read: (row: Json) => R,
): ReadonlyMap<string, R> {
  const [fresh, left] = [rows(changed), strings(gone)]
  if (!fresh.length && !left.length) return before
  const after = new Map(before)
  for (const row of fresh) after.set(String(row[key]), read(row))
  for (const id of left) after.delete(id)
  return after
}

function queueRow(row: Json): QueueRow {
  return {
    queue: String(row.queue),
    name: text(row.name) ?? String(row.queue),
    open: row.open !== false,
    waiting: count(row.waiting),
    longestSinceMs: number(row.waiting_since_ms),
    serviceLevel: share(row.service_level_today) ?? NONE,
    target: number(row.sl_target) ?? 0.8,
    thresholdS: number(row.sl_threshold_s) ?? 30,
    abandoned: count(row.abandoned_today),
    agentsOnline: count(row.agents_online),
    freeSlots: count(row.free_slots),
    kpis: isJson(row.kpis) ? figures(row.kpis) : {},
  }
}

function agentRow(row: Json): AgentRow {
  return {
    agent: String(row.agent),
    name: text(row.name) ?? String(row.agent),
    status: statusOf(row.status),
    reason: text(row.reason),
    sinceMs: count(row.since_ms),
    load: count(row.load),
    limit: count(row.max_concurrency),
    conversations: strings(row.conversations),
    queues: strings(row.queues),
    wrapups: count(row.wrapups),
  }
}

function liveRow(row: Json): LiveRow {
  return {
    conversation: String(row.conversation),
    state: text(row.state) ?? "new",
    queue: text(row.queue),
    agent: text(row.agent),
    visitor: text(row.visitor),
    lastText: text(row.last_text),
    channel: text(row.channel),
    startedAtMs: count(row.started_at_ms),
    queuedAtMs: number(row.queued_at_ms),
    replySinceMs: number(row.waiting_reply_since_ms),
    flags: strings(row.flags),
  }
}

function alertRow(row: Json): Alert {
  return {
    kind: text(row.kind) ?? "",
    id: number(row.id),
    name: text(row.name),
    kpi: text(row.kpi),
    firedAtMs: number(row.fired_at_ms),
    acknowledgedBy: text(row.acknowledged_by),
    queue: text(row.queue),
    waiting: number(row.waiting),
    value: number(row.value),
    target: number(row.target),
  }
}

function figures(given: Json): Figures {
  return Object.fromEntries(Object.entries(given).map(([kpi, one]) => [kpi, figure(one)]))
}

function figure(given: unknown): Figure {
  const row = isJson(given) ? given : {}
  return {
    value: number(row.value),
    num: number(row.num),
    den: number(row.den),
    n: count(row.n),
    target: number(row.target),
  }
}

const NONE: Share = { num: 0, den: 0 }
const STATUSES: readonly AgentStatus[] = ["online", "busy", "away", "offline"]

const statusOf = (value: unknown) => STATUSES.find(status => status === value) ?? "offline"
const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const rows = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
const text = (value: unknown) => (typeof value === "string" && value ? value : null)
const count = (value: unknown) => number(value) ?? 0
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === "string") : []

export const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null)

/** `{num, den}`, or null when the server does not say. */
export function share(value: unknown): Share | null {
  if (!isJson(value)) return null
  const [num, den] = [number(value.num), number(value.den)]
  return num === null || den === null ? null : { num, den }
}
