/**
 * A conversation as one browser sees it: a pure fold of `event` frames, the mirror of the
 * server's `evolve`. Every face uses it. Rules: frames come in order of `seq`, each once
 * (`log.ts` sees to that); a kind that is not known moves nothing; a view is never changed,
 * only replaced.
 */

import type { AgentSnapshot, EventFrame, Person, Question, Snapshot, VisitorView } from "./frames.gen"

export type State = Snapshot["state"]
export type Place = { readonly position: number; readonly eta_s?: readonly [number, number] | null }
export type Ending = {
  readonly by: string
  readonly resolved: boolean | null
  readonly reason: string | null
}

export interface Survey {
  readonly id: string
  readonly questions: readonly Question[]
  readonly answers: { readonly [kind: string]: unknown }
  readonly expiresMs: number | null
}

export interface View {
  readonly id: string
  readonly epoch: string
  /** The last seq folded in; the next frame must be `seq + 1`. */
  readonly seq: number
  /** The lowest seq in `events`; above 1 there is earlier history to ask for. */
  readonly first: number
  /** Everything this audience may see, in order; `hidden` ones only count. */
  readonly events: readonly EventFrame[]
  readonly state: State
  readonly department: string | null
  readonly queue: string | null
  readonly queuedAtMs: number | null
  readonly place: Place | null
  readonly agent: Person | null
  readonly agents: readonly Person[]
  readonly survey: Survey | null
  readonly ending: Ending | null
  readonly startedAtMs: number
  readonly lastAtMs: number
  readonly closedAtMs: number | null
  /** Since when the visitor waits for a person's next word; null when it is the visitor's turn. */
  readonly waitingReplySinceMs: number | null
  readonly wrapupSinceMs: number | null
  readonly lastText: string | null
  readonly visitorAway: boolean
  readonly tags: readonly string[]
  readonly flags: readonly string[]
  readonly visitor: VisitorView | null
}

export function blank(id: string, epoch = ""): View {
  return {
    id,
    epoch,
    seq: 0,
    first: 1,
    events: [],
    state: "new",
    department: null,
    queue: null,
    queuedAtMs: null,
    place: null,
    agent: null,
    agents: [],
    survey: null,
    ending: null,
    startedAtMs: 0,
    lastAtMs: 0,
    closedAtMs: null,
    waitingReplySinceMs: null,
    wrapupSinceMs: null,
    lastText: null,
    visitorAway: false,
    tags: [],
    flags: [],
    visitor: null,
  }
}

/** A view from what the server keeps: its state is taken as given, its events as the tail of the log. */
export function fromSnapshot(snapshot: Snapshot | AgentSnapshot): View {
  const visible = snapshot.events.filter(event => event.kind !== "hidden")
  const base: View = {
    ...blank(snapshot.id, snapshot.epoch),
    seq: snapshot.head,
    first: snapshot.events[0]?.seq ?? snapshot.head + 1,
    events: visible,
    state: snapshot.state,
    department: snapshot.department,
    agent: snapshot.agent,
    agents: snapshot.agent ? [snapshot.agent] : [],
    startedAtMs: snapshot.started_at_ms ?? 0,
    lastAtMs: visible.at(-1)?.at_ms ?? 0,
    ending: endingOf(visible),
  }
  return "visitor" in snapshot ? asAgent(base, snapshot) : asVisitor(base, snapshot)
}

function asVisitor(base: View, snapshot: Snapshot): View {
  const card = snapshot.survey
  const survey = card && {
    id: card.id,
    questions: card.questions,
    answers: card.answers ?? {},
    expiresMs: card.expires_ms ?? null,
  }
  return { ...base, place: snapshot.queue, survey }
}

function asAgent(base: View, snapshot: AgentSnapshot): View {
  return {
    ...base,
    agents: snapshot.agents,
    queue: snapshot.queue,
    queuedAtMs: snapshot.queued_at_ms,
    waitingReplySinceMs: snapshot.waiting_reply_since_ms,
    lastAtMs: snapshot.last_at_ms,
    closedAtMs: snapshot.closed_at_ms,
    wrapupSinceMs: snapshot.wrapup_since_ms,
    lastText: snapshot.last_text,
    tags: snapshot.tags,
    flags: snapshot.flags,
    visitor: snapshot.visitor,
    visitorAway: !snapshot.visitor.connected,
  }
}

function endingOf(events: readonly EventFrame[]): Ending | null {
  const last = events.findLast(event => event.kind === "closed" || event.kind === "reopened")
  return last?.kind === "closed" ? ending(last) : null
}

const DAY_MS = 86_400_000 // an answer may be changed for a day

type Data = { readonly [key: string]: unknown }
type Move = (view: View, event: EventFrame, data: Data) => Partial<View>

const text = (value: unknown): string | null => (typeof value === "string" ? value : null)

function ending(event: EventFrame): Ending {
  const data = event.data ?? {}
  const resolved = typeof data.resolved === "boolean" ? data.resolved : null
  return { by: text(data.by) ?? event.actor?.kind ?? "system", resolved, reason: text(data.reason) }
}

function person(event: EventFrame, data: Data): Person {
  const id = text(data.agent) ?? event.actor?.id ?? ""
  return { id, name: text(data.name) ?? event.actor?.name ?? "", avatar: text(data.avatar) }
}

function without(view: View, id: string | null): Partial<View> {
  const agents = view.agents.filter(agent => agent.id !== id)
  return { agents, agent: view.agent?.id === id ? (agents[0] ?? null) : view.agent }
}

const nobody = { agent: null, agents: [] as readonly Person[] }
const noQueue = { place: null, queuedAtMs: null }

/** What each kind moves: the server's own table (`domain/conversation.py`). A new kind is a new row. */
const MOVES: { readonly [kind: string]: Move } = {
  conversation_started: (_, event, data) => ({
    startedAtMs: event.at_ms ?? 0,
    department: text(data.department),
  }),
  bot_started: () => ({ state: "bot", ...nobody, ...noQueue }),
  queue_entered: (view, event, data) => ({
    ...nobody,
    state: "queued",
    queue: text(data.queue),
    queuedAtMs: event.at_ms ?? 0,
    place: view.state === "queued" ? view.place : null,
  }),
  accepted: (view, event, data) => {
    const agent = person(event, data)
    const agents = [...view.agents.filter(other => other.id !== agent.id), agent]
    return { ...noQueue, state: "active", agent: view.agent ?? agent, agents }
  },
  agent_left: (view, event, data) => without(view, person(event, data).id),
  agent_lost: (view, event, data) => without(view, person(event, data).id),
  transferred: (view, _, data) => (data.warm === true ? {} : without(view, text(data.from))),
  diverted: () => ({ state: "diverted", ...nobody, ...noQueue }),
  closed: (_, event) => ({
    ...nobody,
    ...noQueue,
    state: "closed",
    ending: ending(event),
    closedAtMs: event.at_ms ?? 0,
    waitingReplySinceMs: null,
  }),
  reopened: () => ({ state: "bot", ending: null, closedAtMs: null, survey: null }),
  wrapup_started: (_, event) => ({ wrapupSinceMs: event.at_ms ?? 0 }),
  wrapup_ended: () => ({ wrapupSinceMs: null }),
  message: wrote,
  survey_offered: (_, event, data) => ({ survey: offered(event, data) }),
  survey_answered: (view, _, data) => answered(view, data),
  tagged: (view, _, data) => ({ tags: tagsOf(view, data) }),
  complaint_flagged: view => ({ flags: withFlag(view, "complaint") }),
  escalated: view => ({ flags: withFlag(view, "escalated") }),
  spam_flagged: view => ({ flags: withFlag(view, "spam") }),
  spam_cleared: view => ({ flags: view.flags.filter(flag => flag !== "spam") }),
  visitor_disconnected: () => ({ visitorAway: true }),
  visitor_reconnected: () => ({ visitorAway: false }),
}

/** The visitor waits from the first word that nobody has answered; an automatic line is no answer. */
function wrote(view: View, event: EventFrame, data: Data): Partial<View> {
  if (data.public === false) return {}
  const lastText = text(data.text) ?? view.lastText
  const since = view.waitingReplySinceMs ?? event.at_ms ?? 0
  if (event.actor?.kind === "visitor") return { lastText, waitingReplySinceMs: since }
  return data.auto === true ? { lastText } : { lastText, waitingReplySinceMs: null }
}

function offered(event: EventFrame, data: Data): Survey {
  const questions = Array.isArray(data.questions) ? (data.questions as Question[]) : []
  const expiresMs = typeof data.expires_ms === "number" ? data.expires_ms : (event.at_ms ?? 0) + DAY_MS
  return { id: text(data.survey) ?? "", questions, answers: {}, expiresMs }
}

function answered(view: View, data: Data): Partial<View> {
  const kind = text(data.kind)
  if (!view.survey || kind === null) return {}
  const answers = { ...view.survey.answers, [kind]: data.skipped ? null : data.score }
  if (text(data.text) !== null) answers.comment = data.text
  return { survey: { ...view.survey, answers } }
}

function tagsOf(view: View, data: Data): readonly string[] {
  if (Array.isArray(data.tags)) return data.tags.filter(tag => typeof tag === "string")
  const value = text(data.value)
  return value === null || view.tags.includes(value) ? view.tags : [...view.tags, value]
}

const withFlag = (view: View, flag: string) =>
  view.flags.includes(flag) ? view.flags : [...view.flags, flag]

/** The next view. `event.seq` is `view.seq + 1`; anything else is the caller's mistake. */
export function evolve(view: View, event: EventFrame): View {
  if (event.seq !== view.seq + 1) throw new Error(`seq ${event.seq} after ${view.seq}`)
  const counted = { ...view, seq: event.seq, epoch: event.epoch }
  if (event.kind === "hidden") return counted
  const moved = MOVES[event.kind]?.(view, event, event.data ?? {}) ?? {}
  return { ...counted, ...moved, events: [...view.events, event], lastAtMs: event.at_ms ?? view.lastAtMs }
}

/** Earlier history put before what is there; moves nothing. */
export function prepend(view: View, earlier: readonly EventFrame[]): View {
  const older = earlier.filter(event => event.seq < view.first)
  const first = older[0]?.seq ?? view.first
  return { ...view, first, events: [...older.filter(event => event.kind !== "hidden"), ...view.events] }
}
