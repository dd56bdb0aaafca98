/**
 * What the console knows: who I am, my conversations, who waits, what rings. Signals only; frames
 * go in, nothing goes out (`model.ts` acts). Everything here can be tested without a server.
 */

import { batch, computed, signal } from "@preact/signals"
import { agentName, colleagues, queues, readColleagues, readQueues, text } from "../../desk/directory"
import { visitorName } from "../../desk/people"
import type { View } from "../../protocol/evolve"
import type {
  AgentMe,
  AgentSession,
  EventFrame,
  Offer,
  OfferGone,
  QueueFrame,
  QueueWaiting,
  Signal,
  VisitorView,
} from "../../protocol/frames.gen"
import { skewMs } from "../../ui/time"
import { type Canned, readCanned } from "./canned"
import { type DeskSettings, readSite } from "./site"

export interface Ringing {
  readonly conversation: string
  readonly queue: string | null
  /** By this browser's clock. */
  readonly sinceMs: number
  readonly expiresAtMs: number
  readonly lastsMs: number
  readonly summary: { readonly [key: string]: unknown }
}

export interface Missed {
  readonly conversation: string
  readonly visitor: string
  readonly atMs: number
}

interface Heard {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly draft: string | null
  readonly untilMs: number
}

type ById<T> = ReadonlyMap<string, T>

const TYPING_MS = 6_000
const VIEWER_MS = 120_000

export class Floor {
  readonly me = signal<AgentMe | null>(null)
  readonly site = signal<DeskSettings>(readSite({}))
  readonly canned = signal<readonly Canned[]>([])
  readonly views = signal<ById<View>>(new Map())
  /** Conversation → since when I wrap it up. */
  readonly wrapups = signal<ById<number>>(new Map())
  readonly waiting = signal<readonly QueueWaiting[]>([])
  readonly offers = signal<readonly Ringing[]>([])
  readonly missed = signal<readonly Missed[]>([])
  /** Visitors as they are now; a snapshot only says how one was when the chat was opened. */
  readonly visitors = signal<ById<VisitorView>>(new Map())
  private readonly readTo = signal<ById<number>>(new Map())
  private readonly seenTo = signal<ById<number>>(new Map())
  private readonly typists = signal<ById<readonly Heard[]>>(new Map())
  private readonly onlookers = signal<ById<readonly Heard[]>>(new Map())

  /** What I have or wrap up, the longest unanswered visitor first. */
  readonly mine = computed(() =>
    [...this.views.value.values()].filter(view => this.isMine(view)).sort(mostUrgent),
  )
  readonly load = computed(() => this.mine.value.length)
  /** How many of mine have something I have not read. */
  readonly unreadCount = computed(() => this.mine.value.filter(view => this.unread(view) > 0).length)

  constructor(readonly myId: string) {}

  /** Everything at once, after (re)connecting. Its conversations are `put` by who adopts them. */
  begin(session: AgentSession): void {
    batch(() => {
      this.me.value = session.agent
      this.site.value = readSite(session.site)
      this.canned.value = readCanned(session.canned)
      colleagues.value = readColleagues(session.agents)
      this.line(session.queue)
      this.offers.value = session.offers.map(ringing)
      this.wrapups.value = new Map(
        session.conversations.flatMap(one =>
          one.wrapup_since_ms === null ? [] : [[one.id, one.wrapup_since_ms] as const],
        ),
      )
      const still = new Set(session.conversations.map(one => one.id))
      const kept = [...this.views.value].filter(
        ([id, view]) => still.has(id) || !view.agents.some(isMe(this.myId)),
      )
      this.views.value = new Map(kept)
    })
  }

  /** A conversation moved; `fresh` are the frames that moved it. */
  put(view: View, fresh: readonly EventFrame[]): void {
    batch(() => {
      this.views.value = with_(this.views.value, view.id, view)
      for (const event of fresh) this.noteWrapup(event)
      if (fresh.some(event => event.kind === "message"))
        this.typists.value = with_(this.typists.value, view.id, [])
    })
  }

  /** A snapshot says whether I wrap it up. */
  setWrapup(conversation: string, sinceMs: number | null): void {
    this.wrapups.value =
      sinceMs === null
        ? without(this.wrapups.value, conversation)
        : with_(this.wrapups.value, conversation, sinceMs)
  }

  meet(visitor: VisitorView): void {
    this.visitors.value = with_(this.visitors.value, visitor.id, visitor)
  }

  drop(conversation: string): void {
    this.views.value = without(this.views.value, conversation)
  }

  line(frame: QueueFrame): void {
    skewMs.value = frame.as_of_ms - Date.now()
    this.waiting.value = [...frame.waiting].sort((a, b) => a.queued_at_ms - b.queued_at_ms)
    queues.value = readQueues(frame.queues)
    if (frame.agents?.length) colleagues.value = readColleagues(frame.agents)
    const waits = new Set(frame.waiting.map(one => one.conversation))
    this.missed.value = this.missed.value.filter(one => waits.has(one.conversation))
  }

  ring(offer: Offer): void {
    const others = this.offers.value.filter(one => one.conversation !== offer.conversation)
    this.offers.value = [...others, ringing(offer)]
  }

  unring({ conversation, why }: Pick<OfferGone, "conversation" | "why">): void {
    const gone = this.offers.value.find(one => one.conversation === conversation)
    this.offers.value = this.offers.value.filter(one => one.conversation !== conversation)
    if (!gone || why !== "expired") return
    const missed = { conversation, visitor: this.nameOf(gone), atMs: Date.now() }
    this.missed.value = [...this.missed.value.filter(one => one.conversation !== conversation), missed]
  }

  /** Who rings. The list of who waits knows names too, and sometimes sooner. */
  nameOf({ conversation, summary }: Ringing): string {
    const waiting = this.waiting.value.find(one => one.conversation === conversation)
    return visitorName({ name: text(summary.visitor) ?? waiting?.visitor ?? null }, conversation)
  }

  forgive(conversation: string): void {
    this.missed.value = this.missed.value.filter(one => one.conversation !== conversation)
  }

  hear(signal: Signal): void {
    const { conversation, actor } = signal
    if (actor.kind === "agent" && actor.id === this.myId) return
    if (signal.kind === "read" && actor.kind === "visitor" && signal.seq)
      this.markSeen(conversation, signal.seq)
    else if (signal.kind === "typing" || signal.kind === "draft")
      this.typists.value = heardIn(this.typists.value, signal, TYPING_MS)
    else if (signal.kind === "presence" && actor.kind !== "visitor")
      this.onlookers.value = heardIn(this.onlookers.value, signal, VIEWER_MS)
  }

  /** Who writes there now, the visitor first. */
  typing(conversation: string, nowMs: number): readonly Heard[] {
    const alive = (this.typists.value.get(conversation) ?? []).filter(one => one.untilMs > nowMs)
    return [...alive].sort((a, b) => Number(b.kind === "visitor") - Number(a.kind === "visitor"))
  }

  /** Colleagues who look at it now. */
  viewers(conversation: string, nowMs: number): readonly Heard[] {
    return (this.onlookers.value.get(conversation) ?? []).filter(one => one.untilMs > nowMs)
  }

  markRead(conversation: string, seq: number): void {
    if ((this.readTo.value.get(conversation) ?? 0) < seq)
      this.readTo.value = with_(this.readTo.value, conversation, seq)
  }

  /** Another window of the visitor may have read less far: what he has seen, he has seen. */
  private markSeen(conversation: string, seq: number): void {
    if (this.seenSeq(conversation) < seq) this.seenTo.value = with_(this.seenTo.value, conversation, seq)
  }

  readSeq = (conversation: string): number => this.readTo.value.get(conversation) ?? 0
  seenSeq = (conversation: string): number => this.seenTo.value.get(conversation) ?? 0

  /** The visitor's messages that came after what I have read, or said. */
  unread(view: View): number {
    const mine =
      view.events.findLast(one => one.actor?.kind === "agent" && one.actor.id === this.myId)?.seq ?? 0
    const from = Math.max(mine, this.readSeq(view.id))
    return view.events.filter(
      one => one.kind === "message" && one.actor?.kind === "visitor" && one.seq > from,
    ).length
  }

  isMine(view: View): boolean {
    return view.agents.some(isMe(this.myId)) || this.wrapups.value.has(view.id)
  }

  /** May I write to the visitor? */
  mayWrite = (view: View): boolean => view.agents.some(isMe(this.myId))

  private noteWrapup(event: EventFrame): void {
    if (event.data?.agent !== this.myId) return
    if (event.kind === "wrapup_started") this.setWrapup(event.conversation, event.at_ms ?? Date.now())
    if (event.kind === "wrapup_ended") this.setWrapup(event.conversation, null)
  }
}

const isMe = (id: string) => (agent: { readonly id: string }) => agent.id === id

/** Who has waited longest for a word comes first; then what moved last; what is over comes last. */
export function mostUrgent(a: View, b: View): number {
  const over = Number(a.state === "closed") - Number(b.state === "closed")
  if (over) return over
  const [waitsA, waitsB] = [unansweredSince(a) ?? Infinity, unansweredSince(b) ?? Infinity]
  return waitsA === waitsB ? b.lastAtMs - a.lastAtMs : waitsA - waitsB
}

/**
 * Since when the visitor waits for a person: his first unanswered word, or, where no person has
 * said anything since one took the chat, that moment. The assistant's words are no answer here.
 */
export function unansweredSince(view: View): number | null {
  if (view.state !== "active") return null
  if (view.waitingReplySinceMs) return view.waitingReplySinceMs
  const last = view.events.findLast(
    one =>
      one.kind === "accepted" ||
      (one.kind === "message" && one.actor?.kind === "agent" && one.data?.public !== false),
  )
  return last?.kind === "accepted" && !last.data?.joined ? (last.at_ms ?? null) : null
}

function ringing(offer: Offer): Ringing {
  const nowMs = Date.now()
  return {
    conversation: offer.conversation,
    queue: offer.queue,
    sinceMs: nowMs - offer.waiting_ms,
    expiresAtMs: nowMs + offer.expires_in_ms,
    lastsMs: offer.expires_in_ms,
    summary: offer.summary,
  }
}

function heardIn(all: ById<readonly Heard[]>, signal: Signal, livesMs: number): ById<readonly Heard[]> {
  const { actor, conversation } = signal
  const id = actor.id ?? actor.kind
  const others = (all.get(conversation) ?? []).filter(one => one.id !== id)
  const name = actor.name || (actor.kind === "agent" ? agentName(actor.id) : "")
  const fresh = { id, name, kind: actor.kind, draft: signal.draft || null, untilMs: Date.now() + livesMs }
  return with_(all, conversation, signal.on === false ? others : [...others, fresh])
}

function with_<T>(map: ById<T>, id: string, value: T): ById<T> {
  return new Map(map).set(id, value)
}

function without<T>(map: ById<T>, id: string): ById<T> {
  const next = new Map(map)
  next.delete(id)
  return next
}
