/**
 * What happened, in one line: event kind → icon, words and tone. A kind that is not in the table
 * is not told. Pure; `t` and the directory give the names.
 */

import type { EventFrame } from "../protocol/frames.gen"
import { isJson } from "../protocol/refused"
import type { IconName } from "../ui/icons"
import type { Tone } from "../ui/kit"
import { agentName, queueName, text } from "./directory"
import { pagePath } from "./people"
import { t } from "./words"

export interface Remark {
  readonly icon: IconName
  readonly text: string
  readonly tone?: Tone
  /** A second, quieter line. */
  readonly detail?: string | null
  /** Name → value pairs, for what a form or the bot collected. */
  readonly facts?: readonly (readonly [string, string])[]
}

type Data = { readonly [key: string]: unknown }
type Tell = (data: Data, who: string, event: EventFrame) => Remark | null

const QUEUE_REASONS = ["new", "handoff", "transfer", "overflow", "agent_lost"] as const
const WISHED = ["visitor", "supervisor"] as const
const DIVERSIONS = ["off_hours", "no_agents", "timeout", "visitor_choice"] as const

const TABLE: { readonly [kind: string]: Tell } = {
  conversation_started: data => ({
    icon: "chat",
    text: t("told.started"),
    detail: text(data.page) && pagePath({ url: data.page }),
    facts: facts(data.pre_chat),
  }),
  bot_started: () => ({ icon: "bot", text: t("told.bot") }),
  bot_confirm: data => ({
    icon: data.answer === "yes" ? "check" : "x",
    text: t(data.answer === "yes" ? "told.bot_helped" : "told.bot_failed"),
  }),
  handoff_requested: (data, who) => ({
    icon: "headset",
    text: t(`told.handoff_${WISHED.find(one => one === data.by) ?? "bot"}`, { name: who }),
    detail:
      text(data.summary) ?? (data.by === "bot" || data.by === "rule" ? handoffReason(data.reason) : null),
    facts: text(data.summary) ? [] : facts(data.slots), // the summary names what the bot knows
  }),
  queue_entered: data => {
    const reason = QUEUE_REASONS.find(one => one === data.reason) ?? "new"
    return { icon: "hourglass", text: t(`told.queue.${reason}`, { queue: queueName(text(data.queue)) }) }
  },
  diverted: data => {
    const reason = DIVERSIONS.find(one => one === data.reason) ?? "visitor_choice"
    return { icon: "mail", text: t(`told.diverted.${reason}`) }
  },
  offer_expired: data => ({ icon: "bellOff", text: t("told.missed", { name: nameIn(data) }) }),
  offer_declined: data => ({
    icon: "x",
    text: t("told.declined", { name: nameIn(data) }),
    detail: text(data.reason),
  }),
  accepted: data => ({
    icon: data.joined || data.warm ? "join" : "headset",
    text: t(data.joined || data.warm ? "told.joined" : "told.accepted", { name: nameIn(data) }),
  }),
  transferred: data => transferred(data),
  agent_left: data => ({ icon: "logOut", text: t("told.left", { name: nameIn(data) }) }),
  agent_lost: data => ({ icon: "offline", text: t("told.lost", { name: nameIn(data) }), tone: "warn" }),
  visitor_disconnected: () => ({ icon: "offline", text: t("told.visitor_away") }),
  visitor_reconnected: () => ({ icon: "check", text: t("told.visitor_back") }),
  closed: (data, who) => closed(data, who),
  reopened: () => ({ icon: "refresh", text: t("told.reopened") }),
  wrapup_ended: data => ({
    icon: "check",
    text: t("told.wrapup_ended", { name: agentName(text(data.agent)) }),
    detail: text(data.disposition),
  }),
  survey_offered: () => ({ icon: "star", text: t("told.survey") }),
  tagged: data => {
    const tags = Array.isArray(data.tags) ? data.tags.map(String) : [text(data.value) ?? ""]
    return {
      icon: "tag",
      text: tags.length ? t("told.tagged", { tags: tags.join(", ") }) : t("told.untagged"),
    }
  },
  complaint_flagged: (_, who) => ({ icon: "flag", text: t("told.complaint", { name: who }), tone: "warn" }),
  escalated: (data, who) => ({
    icon: "arrowUp",
    text: t("told.escalated", { name: who }),
    tone: "warn",
    detail: data.level === "supervisor" ? null : text(data.level),
  }),
  spam_flagged: (_, who) => ({ icon: "ban", text: t("told.spam", { name: who }), tone: "bad" }),
  spam_cleared: (_, who) => ({ icon: "check", text: t("told.not_spam", { name: who }) }),
}

export function remark(event: EventFrame): Remark | null {
  const who = event.actor?.name || (event.actor?.kind === "agent" ? agentName(event.actor.id) : t("someone"))
  return TABLE[event.kind]?.(event.data ?? {}, who, event) ?? null
}

const nameIn = (data: Data) => text(data.name) ?? agentName(text(data.agent))

function transferred(data: Data): Remark {
  const from = agentName(text(data.from))
  const to = text(data.to_agent)
    ? agentName(text(data.to_agent))
    : text(data.to_queue)
      ? queueName(text(data.to_queue))
      : t("bot")
  return { icon: "transfer", text: t(data.warm ? "told.consulted" : "told.transferred", { from, to }) }
}

function closed(data: Data, who: string): Remark {
  const key =
    data.by === "visitor" ? "visitor" : data.by === "agent" ? "agent" : data.by === "bot" ? "bot" : "system"
  const outcome = data.by === "agent" ? t(data.resolved ? "told.resolved" : "told.unresolved") : null
  return {
    icon: data.resolved ? "check" : "archive",
    text: [t(`told.closed.${key}`, { name: who }), outcome].filter(Boolean).join(" · "),
    detail: data.reason === "visitor_left" ? t("told.visitor_left") : text(data.reason),
  }
}

const REASONS = ["asked", "fallback", "timeout", "error", "rule", "policy"] as const

/** Why the bot gave up, in words; an unknown reason is shown as it came. */
export function handoffReason(reason: unknown): string | null {
  const known = REASONS.find(one => one === reason)
  return known ? t(`reason.${known}`) : (text(reason)?.replaceAll("_", " ") ?? null)
}

/** `{order_id: "4711"}` → `[["order id", "4711"]]`; empty ones are left out. */
export function facts(value: unknown): readonly (readonly [string, string])[] {
  if (!isJson(value)) return []
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== "" && typeof one !== "object")
    .map(([name, one]) => [name.replaceAll("_", " "), String(one)] as const)
}
