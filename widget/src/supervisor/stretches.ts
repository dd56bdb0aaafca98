/**
 * A conversation cut into named stretches that follow each other without gap or overlap, so that
 * they add up to its length: with the bot, in a queue, with a person, left for later, closed.
 */

import type { EventFrame } from "../protocol/frames.gen"

export type Phase = "new" | "bot" | "queue" | "agent" | "diverted" | "closed"

export interface Stretch {
  readonly phase: Phase
  readonly fromMs: number
  /** Null while it still goes on. */
  readonly toMs: number | null
  /** The queue's id, or the agent's name. */
  readonly who: string | null
}

type Turn = (event: EventFrame, before: Stretch) => Pick<Stretch, "phase" | "who"> | null

const named = (value: unknown): string | null => (typeof value === "string" && value ? value : null)

const TURNS: { readonly [kind: string]: Turn } = {
  conversation_started: () => ({ phase: "new", who: null }),
  bot_started: () => ({ phase: "bot", who: null }),
  queue_entered: event => ({ phase: "queue", who: named(event.data?.queue) }),
  accepted: (event, before) =>
    before.phase === "agent"
      ? null
      : { phase: "agent", who: named(event.data?.name) ?? named(event.data?.agent) },
  diverted: () => ({ phase: "diverted", who: null }),
  closed: () => ({ phase: "closed", who: null }),
  reopened: () => ({ phase: "bot", who: null }),
}

/** Only what can be seen in `events`: history that was not loaded is not guessed. */
export function stretches(events: readonly EventFrame[]): Stretch[] {
  const out: Stretch[] = []
  for (const event of events) {
    const at = event.at_ms
    if (at === undefined || at === null) continue
    const before = out.at(-1)
    const next = TURNS[event.kind]?.(event, before ?? { phase: "new", fromMs: at, toMs: null, who: null })
    if (!next) continue
    if (before) out[out.length - 1] = { ...before, toMs: at }
    out.push({ ...next, fromMs: at, toMs: null })
  }
  return out.filter(stretch => stretch.toMs === null || stretch.toMs > stretch.fromMs)
}

/** The same without the last, endless "closed": what is drawn as a bar. */
export const lived = (all: readonly Stretch[]): Stretch[] =>
  all.filter(stretch => !(stretch.phase === "closed" && stretch.toMs === null))
