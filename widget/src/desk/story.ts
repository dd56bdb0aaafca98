/**
 * A conversation as a reader sees it: frames and what is not sent yet, folded into days, runs of
 * bubbles, one-line remarks and survey cards. Pure: the same view gives the same story.
 */

import type { EventFrame } from "../protocol/frames.gen"
import type { Item } from "../protocol/outbox"
import { number, text } from "./directory"
import { type Remark, remark } from "./remarks"
import { t } from "./words"

export type Side = "visitor" | "bot" | "agent" | "note" | "whisper"

export interface Bubble {
  readonly type: "bubble"
  readonly key: string
  readonly side: Side
  readonly name: string
  readonly senderId: string | null
  readonly atMs: number
  readonly seq: number
  readonly text: string
  readonly images: readonly string[]
  /** Where in a run of the same sender: the name is said at its head, the time at its tail. */
  readonly head: boolean
  readonly tail: boolean
  readonly unsent: Item["state"] | null
  readonly error: string | null
}

export interface Answer {
  readonly kind: string
  readonly score: number | null
}

export type Entry =
  | Bubble
  | { readonly type: "day"; readonly key: string; readonly atMs: number }
  | (Remark & { readonly type: "remark"; readonly key: string; readonly atMs: number })
  | {
      readonly type: "answers"
      readonly key: string
      readonly atMs: number
      readonly answers: readonly Answer[]
      readonly comment: string | null
    }

const RUN_MS = 5 * 60_000

export function story(
  events: readonly EventFrame[],
  pending: readonly Item[] = [],
  me = t("you"),
): readonly Entry[] {
  const entries: Entry[] = []
  for (const event of quiet(events)) {
    const entry = told(event, entries)
    if (entry) push(entries, entry)
  }
  for (const item of pending) if (item.event !== "start") push(entries, unsent(item, me))
  return runs(entries)
}

/** A short cut of the visitor's line is not worth two lines, nor are tags set one by one. */
function quiet(events: readonly EventFrame[]): readonly EventFrame[] {
  return events.filter((event, at) => {
    const next = events[at + 1]
    if (event.kind === "visitor_disconnected") return next?.kind !== "visitor_reconnected"
    if (event.kind === "visitor_reconnected") return events[at - 1]?.kind !== "visitor_disconnected"
    return !(event.kind === "tagged" && next?.kind === "tagged")
  })
}

function told(event: EventFrame, before: Entry[]): Entry | null {
  const atMs = event.at_ms ?? 0
  const key = String(event.seq)
  if (event.kind === "message") return bubble(event)
  if (event.kind === "survey_answered") return answer(event, before)
  const line = remark(event)
  return line && { type: "remark", key, atMs, ...line }
}

function bubble(event: EventFrame): Bubble {
  const data = event.data ?? {}
  const attachments = Array.isArray(data.attachments) ? data.attachments : []
  return {
    type: "bubble",
    key: text(data.cmid) ?? String(event.seq),
    side: sideOf(event),
    name: event.actor?.name ?? "",
    senderId: event.actor?.id ?? null,
    atMs: event.at_ms ?? 0,
    seq: event.seq,
    text: text(data.text) ?? "",
    images: attachments.map(one => text(one?.url)).filter(url => url !== null),
    head: true,
    tail: true,
    unsent: null,
    error: null,
  }
}

function sideOf(event: EventFrame): Side {
  if (event.data?.whisper) return "whisper"
  if (event.data?.public === false) return "note"
  const kind = event.actor?.kind
  return kind === "visitor" || kind === "agent" ? kind : "bot"
}

function unsent(item: Item, me: string): Bubble {
  return {
    type: "bubble",
    key: item.cmid,
    side: item.event === "note" ? "note" : item.event === "whisper" ? "whisper" : "agent",
    name: me,
    senderId: null,
    atMs: item.atMs,
    seq: Number.MAX_SAFE_INTEGER,
    text: text(item.payload.text) ?? "",
    images: [],
    head: true,
    tail: true,
    unsent: item.state,
    error: item.error,
  }
}

/** Answers of one survey stand on one card; a changed answer replaces the old one. */
function answer(event: EventFrame, before: Entry[]): Entry | null {
  const data = event.data ?? {}
  const fresh: Answer = {
    kind: text(data.kind) ?? "",
    score: data.skipped ? null : number(data.score),
  }
  const last = before.at(-1)
  const comment = text(data.text)
  if (last?.type !== "answers")
    return { type: "answers", key: String(event.seq), atMs: event.at_ms ?? 0, answers: [fresh], comment }
  const answers = [...last.answers.filter(one => one.kind !== fresh.kind), fresh]
  before[before.length - 1] = { ...last, answers, comment: comment ?? last.comment }
  return null
}

function push(entries: Entry[], entry: Entry): void {
  const last = entries.at(-1)
  const newDay = new Date(entry.atMs).toDateString()
  if (!last || new Date(last.atMs).toDateString() !== newDay)
    entries.push({ type: "day", key: `day-${newDay}`, atMs: entry.atMs })
  entries.push(entry)
}

function runs(entries: readonly Entry[]): readonly Entry[] {
  return entries.map((entry, at) =>
    entry.type === "bubble"
      ? { ...entry, head: !sameRun(entries[at - 1], entry), tail: !sameRun(entry, entries[at + 1]) }
      : entry,
  )
}

function sameRun(first: Entry | undefined, next: Entry | undefined): boolean {
  if (first?.type !== "bubble" || next?.type !== "bubble") return false
  const oneSender = first.side === next.side && (first.senderId === next.senderId || next.unsent !== null)
  return oneSender && next.atMs - first.atMs < RUN_MS
}
