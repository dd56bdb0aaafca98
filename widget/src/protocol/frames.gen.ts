// Generated from schema.json by `npm run gen`. Do not edit.

export interface AgentEnd {
  conversation: string
  cmid: string
  resolved: boolean
  reason?: string | null
}
export interface AgentMe {
  id: string
  name: string
  email: string
  role: "admin" | "agent" | "supervisor"
  avatar: string | null
  status: "away" | "busy" | "offline" | "online"
  reason: string | null
  max_concurrency: number
  queues: string[]
}
export interface AgentSay {
  conversation: string
  cmid: string
  text: string
  canned?: string | null
}
export interface AgentSession {
  agent: AgentMe
  site: {
    [k: string]: unknown
  }
  conversations: AgentSnapshot[]
  queue: QueueFrame
  offers: Offer[]
  agents: {
    [k: string]: unknown
  }[]
  canned: {
    [k: string]: unknown
  }[]
  epoch: string
}
/**
 * The same conversation as an agent or supervisor sees it.
 */
export interface AgentSnapshot {
  id: string
  state: "active" | "bot" | "closed" | "diverted" | "new" | "queued"
  department: string | null
  head: number
  epoch: string
  agent: Person | null
  agents: Person[]
  queue: string | null
  queued_at_ms: number | null
  waiting_reply_since_ms: number | null
  started_at_ms: number
  last_at_ms: number
  closed_at_ms: number | null
  resolved: boolean | null
  site: string
  channel: string
  tags: string[]
  flags: string[]
  visitor: VisitorView
  last_text: string | null
  wrapup_since_ms: number | null
  events: EventFrame[]
}
export interface Person {
  id: string
  name: string
  avatar?: string | null
}
/**
 * What the console's side panel shows of a visitor.
 */
export interface VisitorView {
  id: string
  name?: string | null
  email?: string | null
  verified?: boolean
  locale?: string | null
  timezone?: string | null
  page?: {
    [k: string]: unknown
  } | null
  trail?: {
    [k: string]: unknown
  }[]
  user_agent?: string | null
  first_seen_ms?: number | null
  last_seen_ms?: number | null
  conversations?: number
  attributes?: {
    [k: string]: unknown
  }
  connected?: boolean
}
/**
 * One fact, as one audience may see it. Kind `hidden` has neither actor nor data.
 */
export interface EventFrame {
  conversation: string
  seq: number
  epoch: string
  kind: string
  id?: string | null
  at_ms?: number | null
  actor?: WireActor | null
  data?: {
    [k: string]: unknown
  } | null
}
export interface WireActor {
  kind: "agent" | "bot" | "system" | "visitor"
  id?: string | null
  name?: string | null
}
/**
 * All who wait, for every agent: the console's "queued" list.
 */
export interface QueueFrame {
  queues: {
    [k: string]: unknown
  }[]
  waiting: QueueWaiting[]
  as_of_ms: number
  agents?: {
    [k: string]: unknown
  }[]
}
export interface QueueWaiting {
  conversation: string
  queue: string
  queued_at_ms: number
  position: number
  visitor: string
  last_text?: string | null
  offered_to?: string | null
  reason?: string | null
}
export interface Offer {
  conversation: string
  queue: string | null
  waiting_ms: number
  expires_in_ms: number
  summary: {
    [k: string]: unknown
  }
}
/**
 * One score a question; null skips it, absent says nothing of it.
 */
export interface Answers {
  csat?: number | null
  nps?: number | null
  ces?: number | null
  fcr?: number | null
  comment?: string | null
}
export interface Assign {
  conversation: string
  agent?: string | null
  queue?: string | null
}
export interface Decline {
  conversation: string
  reason?: string | null
}
export interface ErrorAnswer {
  ok: false
  error: ErrorShape
}
export interface ErrorShape {
  code: string
  message: string
  retryable: boolean
  request_id: string
  field?: string | null
  retry_after_ms?: number | null
}
export interface Head {
  conversation: string
  head: number
  epoch: string
}
/**
 * Who the shop says the visitor is; `hash` = HMAC-SHA256(site secret, id) in hex.
 */
export interface Identity {
  id: string
  name?: string | null
  email?: string | null
  hash?: string | null
}
export interface Notice {
  kind: "draining"
  retry_in_ms: number
}
export interface OfConversation {
  conversation: string
}
export interface OfferGone {
  conversation: string
  why: "accepted" | "assigned" | "closed" | "declined" | "expired" | "left"
}
/**
 * Where the visitor is.
 */
export interface Page {
  url: string
  title?: string | null
  referrer?: string | null
}
/**
 * A place in a queue; `eta_s` is a range in seconds, null when nobody can say.
 */
export interface Place {
  position: number
  eta_s?: [number, number] | null
  queue?: string | null
}
export interface Question {
  kind: "ces" | "csat" | "fcr" | "nps"
  text: string
  low?: string | null
  high?: string | null
}
/**
 * A button: what is read, and what it stands for.
 */
export interface QuickReply {
  title: string
  payload: string
}
export interface Read {
  conversation: string
  seq: number
}
export interface SetAgentStatus {
  agent: string
  status: "away" | "busy" | "offline" | "online"
  reason?: string | null
}
export interface SetFlag {
  conversation: string
  flag: "complaint" | "escalate" | "not_spam" | "spam"
  level?: string | null
}
export interface SetStatus {
  status: "away" | "busy" | "offline" | "online"
  reason?: string | null
  max_concurrency?: number | null
}
export interface SetTags {
  conversation: string
  /**
   * @maxItems 20
   */
  tags:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
}
/**
 * Best effort: the latest wins, nothing is kept.
 */
export interface Signal {
  conversation: string
  kind: "draft" | "presence" | "read" | "typing"
  actor: WireActor
  on?: boolean | null
  seq?: number | null
  draft?: string | null
}
/**
 * What a widget must know of its site.
 */
export interface SiteSettings {
  id: string
  name: string
  locale: string
  theme: {
    [k: string]: unknown
  }
  hours: {
    [k: string]: unknown
  }
  surveys: string[]
  greeting: string | null
  departments: {
    [k: string]: string
  }[]
  uploads?: boolean
  drafts?: boolean
  reply_time_s?: number | null
}
/**
 * A conversation as the visitor sees it on (re)joining.
 */
export interface Snapshot {
  id: string
  state: "active" | "bot" | "closed" | "diverted" | "new" | "queued"
  department: string | null
  head: number
  epoch: string
  agent: Person | null
  queue: Place | null
  survey: SurveyCard | null
  events: EventFrame[]
  started_at_ms?: number
}
export interface SurveyCard {
  id: string
  questions: Question[]
  answers?: {
    [k: string]: unknown
  }
  expires_ms?: number | null
}
export interface Sync {
  conversation: string
  after: number
  epoch?: string | null
  limit?: number
}
export interface TicketAuth {
  ticket: string
}
export interface Track {
  cmid: string
  name: string
  value?: number | null
  currency?: string | null
}
export interface Transfer {
  conversation: string
  cmid: string
  to_queue?: string | null
  to_agent?: string | null
  to_bot?: boolean | null
  warm?: boolean
  note?: string | null
}
export interface Typing {
  conversation: string
  on: boolean
  draft?: string | null
}
export interface VisitorAuth {
  site: string
  token?: string | null
  identity?: Identity | null
  locale?: string | null
  page?: Page | null
}
export interface VisitorEnd {
  conversation: string
  cmid: string
}
export interface VisitorHandoff {
  conversation: string
  cmid: string
  department?: string | null
}
/**
 * Leave the queue for a written answer later.
 */
export interface VisitorLeaveMessage {
  conversation: string
  cmid: string
  email?: string | null
  text?: string | null
}
export interface VisitorRate {
  conversation: string
  survey: string
  cmid: string
  answers: Answers
}
export interface VisitorSay {
  conversation: string
  cmid: string
  text?: string | null
  attachments?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | null
  quick_reply?: QuickReply | null
}
export interface VisitorSession {
  visitor: {
    [k: string]: unknown
  }
  token: string
  site: SiteSettings
  conversation: Snapshot | null
  epoch: string
}
export interface VisitorStart {
  cmid: string
  text?: string | null
  department?: string | null
  pre_chat?: {
    [k: string]: string
  } | null
}
export interface Wrapup {
  conversation: string
  done: boolean
  disposition?: string | null
  tags?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | null
}
export interface WriteNote {
  conversation: string
  cmid: string
  text: string
}
