/**
 * What may be asked in each namespace and what an `ok` answer carries: the table of the
 * server's `frames.py` as types. A new request is a new row.
 */

import type * as F from "./frames.gen"
import type { Page } from "./log"

type Stored = { seq: number; id: string; at_ms: number; dup?: true }
type Moved = { state: F.Snapshot["state"] }
type Nothing = Record<never, never>

export interface VisitorCalls {
  start: [
    F.VisitorStart,
    { conversation: string; seq: number; state: F.Snapshot["state"]; snapshot: F.Snapshot },
  ]
  say: [F.VisitorSay, Stored]
  sync: [F.Sync, Page]
  handoff: [F.VisitorHandoff, Moved & { queue: F.Place | null }]
  leave_message: [F.VisitorLeaveMessage, Moved]
  end: [F.VisitorEnd, Moved & { survey: F.SurveyCard | null }]
  rate: [F.VisitorRate, Nothing]
  typing: [F.Typing, Nothing]
  read: [F.Read, Nothing]
  page: [F.Page, Nothing]
  track: [F.Track, Nothing]
}

export interface AgentCalls {
  status: [F.SetStatus, { agent: F.AgentMe }]
  accept: [F.OfConversation, { conversation: F.AgentSnapshot }]
  decline: [F.Decline, Nothing]
  say: [F.AgentSay, Stored]
  note: [F.WriteNote, Stored]
  typing: [F.Typing, Nothing]
  read: [F.Read, Nothing]
  sync: [F.Sync, Page]
  transfer: [F.Transfer, Moved]
  leave: [F.OfConversation, Moved]
  end: [F.AgentEnd, Moved]
  wrapup: [F.Wrapup, Nothing]
  tag: [F.SetTags, { tags: string[] }]
  flag: [F.SetFlag, { flags: string[] }]
  watch: [F.OfConversation, { conversation: F.AgentSnapshot }]
  unwatch: [F.OfConversation, Nothing]
}

export interface SupervisorCalls {
  watch: [F.OfConversation, { conversation: F.AgentSnapshot }]
  unwatch: [F.OfConversation, Nothing]
  sync: [F.Sync, Page]
  whisper: [F.WriteNote, Stored]
  join: [F.OfConversation, Moved]
  take_over: [F.OfConversation, Moved]
  assign: [F.Assign, Moved]
  set_status: [F.SetAgentStatus, { agent: F.AgentMe }]
}

/** Any of the three tables. */
export type Calls<T> = { [K in keyof T]: [object, object] }
