/**
 * Which facts the shop's page is told, and as what (contract: window events). A new row for a new one.
 */

import type { View } from "../protocol/evolve"
import type { EventFrame } from "../protocol/frames.gen"
import type { Bus, Told } from "./bus"

const TOLD: { readonly [kind: string]: Told } = {
  conversation_started: "started",
  queue_entered: "queued",
  accepted: "assigned",
  message: "message",
  closed: "ended",
  survey_offered: "survey-shown",
  survey_answered: "survey-answered",
}

export function announce(bus: Bus, event: EventFrame, view: View): void {
  const told = TOLD[event.kind]
  const detail = { conversation: event.conversation, seq: event.seq, from: event.actor?.kind, ...event.data }
  if (told) bus.tell(told, detail)
  if (event.kind === "closed" && neverAnswered(view)) bus.tell("abandoned", detail)
}

/** It ended while the visitor waited: queued and never taken since. */
function neverAnswered(view: View): boolean {
  const turn = view.events.findLast(event => event.kind === "queue_entered" || event.kind === "accepted")
  return turn?.kind === "queue_entered"
}
