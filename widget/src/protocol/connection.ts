/**
 * One face's line to the server: a socket, the logs of its conversations, and the outbox of what
 * is not acknowledged yet. It promises what the delivery contract promises: what was said is
 * stored once and in order; what is shown has no gap and no repeat, through any cut.
 *
 *   const line = new Connection<VisitorCalls>({ origin, namespace: "/visitor", auth, … })
 *   line.open()
 *   line.say(conversation, "say", { text })          durable: kept until acknowledged
 *   await line.ask("handoff", { conversation, cmid })  one try: an answer or `Refused`
 *   line.hint("typing", { conversation, on: true })    best effort
 */

import type { Calls } from "./calls"
import { blank, fromSnapshot, type View } from "./evolve"
import type { AgentSnapshot, EventFrame, Head, Notice, Signal, Snapshot } from "./frames.gen"
import { ConversationLog, type Page } from "./log"
import { type Item, memoryShelf, Outbox, type Shelf } from "./outbox"
import type { Json, Refused } from "./refused"
import { Socket, type Status } from "./socket"

export interface ConnectionOptions {
  readonly origin: string
  readonly namespace: "/visitor" | "/agent" | "/supervisor"
  readonly auth: () => Json | Promise<Json>
  readonly shelf?: Shelf
  readonly onStatus?: (status: Status) => void
  /** A conversation moved; `fresh` are the frames that moved it (empty after a snapshot). */
  readonly onView?: (view: View, fresh: readonly EventFrame[]) => void
  readonly onOutbox?: () => void
  /** Something durable was acknowledged. */
  readonly onSent?: (item: Item, answer: Json) => void
  readonly onSignal?: (signal: Signal) => void
  /** The server is about to go; the line dials again by itself. */
  readonly onNotice?: (notice: Notice) => void
  /** Everything else: `session`, `offer`, `queue`, `board` … */
  readonly onFrame?: (name: string, payload: unknown) => void
}

/** These name no conversation. */
const UNADDRESSED = ["start", "track"]

export { NEW } from "./outbox"

export class Connection<C extends Calls<C>> {
  private readonly logs = new Map<string, ConversationLog>()
  private readonly socket: Socket
  private readonly outbox: Outbox

  constructor(private readonly options: ConnectionOptions) {
    this.socket = new Socket({
      origin: options.origin,
      namespace: options.namespace,
      auth: options.auth,
      onStatus: status => this.turned(status),
      onEvent: (name, payload) => this.heard(name, payload),
    })
    this.outbox = new Outbox({
      shelf: options.shelf ?? memoryShelf(),
      send: (event, payload) => this.socket.emit(event, payload),
      onChange: () => options.onOutbox?.(),
      onSent: (item, answer) => this.sent(item, answer),
      onSilence: () => this.socket.reconnect(0),
    })
  }

  get status(): Status {
    return this.socket.status
  }

  /** Connects, or tries at once when it was waiting to. */
  open(): void {
    this.socket.connect()
  }

  close(): void {
    this.socket.close()
  }

  /** Dials again with fresh `auth`, for example after `identify`. */
  reopen(): void {
    this.socket.reconnect(0)
  }

  /** Forgets every conversation and everything unsent. */
  forget(): void {
    this.logs.clear()
    this.outbox.clear()
  }

  view(conversation: string): View | null {
    return this.logs.get(conversation)?.view ?? null
  }

  /** What was said and is not in the log yet, oldest first. */
  pending(conversation: string): readonly Item[] {
    return this.outbox.list(conversation)
  }

  /** Durable: kept, and sent again with the same cmid until the server has answered. */
  say<K extends keyof C & string>(
    lane: string,
    event: K,
    payload: Omit<C[K][0], "cmid" | "conversation">,
  ): Item {
    const cmid = newCmid()
    const addressed = UNADDRESSED.includes(event) ? payload : { ...payload, conversation: lane }
    return this.outbox.push(event, lane, { ...addressed, cmid })
  }

  retry(cmid: string): void {
    this.outbox.retry(cmid)
  }

  discard(cmid: string): void {
    this.outbox.settle(cmid)
  }

  /** One try: the answer's fields, or `Refused`. Give a cmid of `newCmid()` where the request takes one. */
  async ask<K extends keyof C & string>(event: K, payload: C[K][0]): Promise<C[K][1]> {
    return (await this.socket.emit(event, payload as Json)) as C[K][1]
  }

  hint<K extends keyof C & string>(event: K, payload: C[K][0]): void {
    if (this.socket.open) this.socket.hint(event, payload as Json)
  }

  /** Takes a conversation in, or brings what is known of it up to date. */
  adopt(snapshot: Snapshot | AgentSnapshot): View {
    const fresh = fromSnapshot(snapshot)
    this.log(snapshot.id).adopt(fresh)
    return this.log(snapshot.id).view
  }

  /** No longer followed: its frames are not for this face any more. */
  drop(conversation: string): void {
    this.logs.delete(conversation)
  }

  /** One page of older history. */
  earlier(conversation: string): Promise<void> {
    return this.log(conversation).earlier()
  }

  private log(conversation: string): ConversationLog {
    const known = this.logs.get(conversation)
    if (known) return known
    const log = new ConversationLog(blank(conversation), {
      sync: (after, epoch, limit) => this.sync(conversation, after, epoch, limit),
      onView: (view, fresh) => this.shown(view, fresh),
    })
    this.logs.set(conversation, log)
    return log
  }

  private async sync(
    conversation: string,
    after: number,
    epoch: string | undefined,
    limit: number,
  ): Promise<Page> {
    const request = { conversation, after, limit, ...(epoch ? { epoch } : {}) }
    return (await this.socket.emit("sync", request)) as unknown as Page
  }

  private turned(status: Status): void {
    this.options.onStatus?.(status)
  }

  private heard(name: string, payload: unknown): void {
    if (name === "event") this.log((payload as EventFrame).conversation).receive(payload as EventFrame)
    else if (name === "head") this.counted(payload as Head)
    else if (name === "signal") this.options.onSignal?.(payload as Signal)
    else if (name === "notice") this.warned(payload as Notice)
    else this.framed(name, payload)
  }

  private counted({ conversation, head, epoch }: Head): void {
    this.log(conversation).head(head, epoch)
  }

  private warned(notice: Notice): void {
    this.options.onNotice?.(notice)
    if (notice.kind === "draining") this.socket.reconnect(notice.retry_in_ms)
  }

  /** After `session` the server knows us: what waits may go. */
  private framed(name: string, payload: unknown): void {
    this.options.onFrame?.(name, payload)
    if (name === "session" || name === "board") this.outbox.pump()
  }

  private sent(item: Item, answer: Json): void {
    if (item.event === "start" && typeof answer.conversation === "string") {
      this.outbox.rename(item.lane, answer.conversation)
      if (answer.snapshot) this.adopt(answer.snapshot as Snapshot)
    }
    const lane = item.event === "start" ? String(answer.conversation) : item.lane
    if (item.event === "say" && !this.view(lane)) this.log(lane).head(Number(answer.seq), "")
    this.outbox.seen(lane, this.view(lane)?.seq ?? 0)
    this.options.onSent?.(item, answer)
  }

  private shown(view: View, fresh: readonly EventFrame[]): void {
    const events = fresh.length ? fresh : view.events
    for (const event of events)
      if (typeof event.data?.cmid === "string") this.outbox.settle(event.data.cmid, view.id)
    this.outbox.seen(view.id, view.seq)
    this.options.onView?.(view, fresh)
  }
}

/** 128 bits; `crypto.randomUUID` is missing on plain http pages. */
export function newCmid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
}

export type { Refused }
