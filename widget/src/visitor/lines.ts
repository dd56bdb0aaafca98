/**
 * From facts to what is on the screen: days, notes and runs of bubbles. Pure; `log.tsx` draws it.
 */

import type { View } from "../protocol/evolve"
import type { EventFrame, QuickReply } from "../protocol/frames.gen"
import type { Item } from "../protocol/outbox"
import { isJson } from "../protocol/refused"
import type { Key } from "./words"

export interface Bubble {
  readonly kind: "bubble"
  readonly key: string
  readonly mine: boolean
  readonly who: string | null
  readonly from: "visitor" | "bot" | "agent" | "system"
  readonly text: string
  readonly image: string | null
  readonly atMs: number
  readonly seq: number | null
  readonly item: Item | null
  /** First and last of a run of one sender. */
  readonly first: boolean
  readonly last: boolean
}

export interface Note {
  readonly kind: "note"
  readonly key: string
  readonly says: Key
  readonly name: string
}

export interface Day {
  readonly kind: "day"
  readonly key: string
  readonly atMs: number
}

export type Line = Bubble | Note | Day

const RUN_MS = 180_000 // a pause this long begins a new run

/** Facts the visitor is told in a line. A new one is a new row. */
const NOTES: { readonly [kind: string]: (data: { readonly [key: string]: unknown }) => Key | null } = {
  bot_started: () => "line.bot",
  accepted: () => "line.joined",
  transferred: () => "line.transfer",
  agent_left: () => "line.left",
  agent_lost: () => "line.lost",
  diverted: data => (data.reason === "off_hours" ? "diverted.hours" : "diverted"),
  closed: data => (data.reason === "idle" ? "line.idle" : "line.closed"),
  reopened: () => "line.reopened",
}

export function linesOf(view: View | null, pending: readonly Item[]): readonly Line[] {
  const told = (view?.events ?? []).flatMap(event => lineOf(event, view as View))
  const stored = new Set((view?.events ?? []).map(event => event.data?.cmid))
  const waiting = pending.filter(item => !stored.has(item.cmid)).map(waitingBubble)
  return withDays(runs([...told, ...waiting]))
}

function lineOf(event: EventFrame, view: View): Line[] {
  if (event.kind === "message") return bubbleOf(event)
  const says = NOTES[event.kind]?.(event.data ?? {})
  return says ? [{ kind: "note", key: `n${event.seq}`, says, name: nameIn(event, view) }] : []
}

/** Who it is about: the event says, or an earlier "joined" of the same agent does. */
function nameIn(event: EventFrame, view: View): string {
  const agent = event.data?.agent
  const named = [event, ...view.events.toReversed()].find(
    one => typeof one.data?.name === "string" && one.data.agent === agent,
  )
  return String(named?.data?.name ?? (event.actor?.kind === "agent" ? event.actor.name : null) ?? "")
}

function bubbleOf(event: EventFrame): Bubble[] {
  const data = event.data ?? {}
  const text = typeof data.text === "string" ? data.text : ""
  const image = imageOf(data.attachments)
  if (data.public === false || (!text && !image)) return []
  const from = event.actor?.kind ?? "system"
  const shared = { kind: "bubble", item: null, first: true, last: true } as const
  const who = event.actor?.name ?? null
  return [
    {
      ...shared,
      key: `m${data.cmid ?? event.seq}`,
      mine: from === "visitor",
      who,
      from,
      text,
      image,
      ...at(event),
    },
  ]
}

function imageOf(attachments: unknown): string | null {
  const found = Array.isArray(attachments)
    ? attachments.find(one => isJson(one) && one.type === "image")
    : null
  return isJson(found) && /^(https?:)?\//i.test(String(found.url)) ? String(found.url) : null
}

const at = (event: EventFrame) => ({ atMs: event.at_ms ?? 0, seq: event.seq })

function waitingBubble(item: Item): Bubble {
  const reply = item.payload.quick_reply
  const text = String(item.payload.text ?? (isJson(reply) ? reply.title : ""))
  const shared = { kind: "bubble", mine: true, who: null, from: "visitor", image: null, seq: null } as const
  return { ...shared, key: `m${item.cmid}`, text, atMs: item.atMs, item, first: true, last: true }
}

function runs(lines: readonly Line[]): readonly Line[] {
  return lines.map((line, index) => {
    if (line.kind !== "bubble") return line
    const first = !together(lines[index - 1], line)
    const next = lines[index + 1]
    return { ...line, first, last: !next || !together(line, next) }
  })
}

function together(one: Line | undefined, other: Line): boolean {
  if (one?.kind !== "bubble" || other.kind !== "bubble") return false
  return (
    one.from === other.from && one.who === other.who && other.atMs - one.atMs < RUN_MS && !one.item?.error
  )
}

function withDays(lines: readonly Line[]): readonly Line[] {
  let day = new Date().toDateString()
  return lines.flatMap(line => {
    if (line.kind !== "bubble" || new Date(line.atMs).toDateString() === day) return [line]
    day = new Date(line.atMs).toDateString()
    return [{ kind: "day", key: `d${line.key}`, atMs: line.atMs } as const, line]
  })
}

/** The chips that may be tapped now: those of the last word, while nothing was said since. */
export function quickReplies(view: View | null, pending: readonly Item[]): readonly QuickReply[] {
  if (!view || pending.length || view.state === "closed") return []
  const last = view.events.findLast(event => event.kind === "message")
  const asks = view.state === "bot" ? "bot" : "agent"
  const offered = last?.actor?.kind === asks ? last.data?.quick_replies : null
  return Array.isArray(offered) ? offered.filter(isReply) : []
}

const isReply = (value: unknown): value is QuickReply =>
  isJson(value) && typeof value.title === "string" && typeof value.payload === "string"

/** One to three emoji and nothing else are shown large. */
export const onlyEmoji = (text: string): boolean =>
  /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,3}$/u.test(
    text,
  )
