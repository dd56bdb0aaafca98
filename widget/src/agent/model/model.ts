/**
 * The console's one model: signals to read (`floor`, `ui`, `drafts`, …) and actions to call.
 * Actions never throw: what was refused is told in a toast, in words that say what to do.
 * Made when somebody has logged in, closed when he logs out.
 */

import { computed, effect, signal, untracked } from "@preact/signals"
import { listConversations } from "../../desk/conversations"
import { type DeskLine, openLine } from "../../desk/line"
import type { AgentCalls } from "../../protocol/calls"
import { newCmid } from "../../protocol/connection"
import type { View } from "../../protocol/evolve"
import type {
  AgentMe,
  AgentSession,
  AgentSnapshot,
  EventFrame,
  Offer,
  OfferGone,
  QueueFrame,
  SetFlag,
  SetStatus,
  SetTags,
  VisitorView,
} from "../../protocol/frames.gen"
import { type Item, storageShelf } from "../../protocol/outbox"
import { Refused } from "../../protocol/refused"
import { toast } from "../../ui/kit"
import { logOut, rest, type User } from "../../ui/rest"
import { createRouter } from "../../ui/router"
import { t } from "../words"
import { Alerts } from "./alerts"
import { Drafts, type Mode } from "./drafts"
import { Floor } from "./floor"
import { watchIdle } from "./idle"
import { createSettings } from "./settings"
import { Typing } from "./typing"
import { createUi } from "./ui"

export interface Handover {
  readonly toQueue?: string
  readonly toAgent?: string
  readonly toBot?: boolean
  readonly warm?: boolean
  readonly note?: string
}

type Tags = SetTags["tags"]

const VISITOR_MS = 12_000 // a visitor's page is not on the line; this bounds how old it may look

export class Model {
  readonly floor: Floor
  readonly drafts = new Drafts(localStorage)
  readonly ui = createUi()
  readonly alerts: Alerts
  readonly settings
  readonly setSettings
  readonly desk: DeskLine<AgentCalls>
  readonly router = createRouter("/console", { list: "/", conversation: "/c/:id" })
  readonly openId = computed(() => this.router.route.value.params.id ?? null)
  readonly openView = computed(
    () => (this.openId.value && this.floor.views.value.get(this.openId.value)) || null,
  )
  /** Why the open conversation cannot be shown; null while it can, or is on its way. */
  readonly openTrouble = signal<Refused | null>(null)
  readonly ready = computed(() => this.floor.me.value !== null)
  private readonly outboxMoved = signal(0)
  private readonly typing: Typing
  private watched: string | null = null
  private readonly stops: (() => void)[] = []

  constructor(readonly user: User) {
    this.floor = new Floor(user.id)
    const { settings, set } = createSettings(localStorage)
    this.settings = settings
    this.setSettings = set
    this.alerts = new Alerts(this.floor, settings, id => this.open(id))
    this.desk = openLine<AgentCalls>({
      namespace: "/agent",
      shelf: storageShelf(localStorage, `antiphon:out:${user.id}:`),
      onFrame: (name, payload) => this.framed(name, payload),
      onView: (view, fresh) => this.moved(view, fresh),
      onSignal: heard => this.floor.hear(heard),
      onOutbox: () => {
        this.outboxMoved.value += 1
      },
    })
    this.typing = new Typing((conversation, on) => this.line.hint("typing", { conversation, on }))
    this.stops.push(
      effect(() => {
        const [id, ready] = [this.openId.value, this.ready.value]
        untracked(() => {
          this.ui.sheet.value = null // it spoke of the conversation that is left
          this.follow(id, ready)
        })
      }),
      effect(() => this.readOpen()),
      watchIdle(settings, () => void this.goAwayIdle()),
      this.alerts.start(),
      every(VISITOR_MS, () => void this.meetVisitor()),
    )
  }

  close(): void {
    for (const stop of this.stops) stop()
    this.desk.close()
  }

  // -- where I am ---------------------------------------------------------------------------------

  open(conversation: string): void {
    this.router.go(`/c/${conversation}`)
    this.ui.pane.value = "conversation"
  }

  leaveConversation(): void {
    this.router.go("/")
    this.ui.pane.value = "list"
  }

  /** The next or the one before in the list on screen. */
  step(by: 1 | -1): void {
    const ids = this.ui.shown.value
    const at = ids.indexOf(this.openId.value ?? "")
    const next = ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))]
    if (next) this.open(next)
  }

  // -- my shift -----------------------------------------------------------------------------------

  async setStatus(status: SetStatus["status"], reason: string | null = null): Promise<boolean> {
    return this.status({ status, reason })
  }

  async setLimit(limit: number): Promise<boolean> {
    const me = this.floor.me.value
    return !!me && this.status({ status: me.status, reason: me.reason, max_concurrency: limit })
  }

  async logOut(): Promise<void> {
    if (this.floor.me.value?.status !== "offline") await this.setStatus("offline")
    this.line.forget()
    this.drafts.forget()
    await logOut()
  }

  // -- offers and the queue -----------------------------------------------------------------------

  async accept(conversation: string): Promise<boolean> {
    this.floor.unring({ conversation, why: "accepted" })
    const done = await this.run(async () => {
      const answer = await this.line.ask("accept", { conversation })
      this.take(answer.conversation)
    })
    if (done) {
      this.ui.tab.value = "mine"
      this.open(conversation)
      this.ui.focusComposer()
    }
    return done
  }

  decline(conversation: string, reason?: string): Promise<boolean> {
    this.floor.unring({ conversation, why: "declined" })
    return this.run(() => this.line.ask("decline", { conversation, ...(reason ? { reason } : {}) }))
  }

  // -- talking ------------------------------------------------------------------------------------

  say(conversation: string, text: string, canned?: string): void {
    this.typing.stop()
    this.line.say(conversation, "say", { text, ...(canned ? { canned } : {}) })
  }

  note(conversation: string, text: string): void {
    this.line.say(conversation, "note", { text })
  }

  typed(conversation: string): void {
    this.typing.typed(conversation)
  }

  pending(conversation: string): readonly Item[] {
    this.outboxMoved.value
    return this.line.pending(conversation)
  }

  retry = (cmid: string): void => this.line.retry(cmid)
  discard = (cmid: string): void => this.line.discard(cmid)
  earlier = (conversation: string): Promise<void> => this.line.earlier(conversation)

  setMode(conversation: string, mode: Mode): void {
    this.drafts.setMode(conversation, mode)
    this.ui.focusComposer()
  }

  // -- handing on, ending -------------------------------------------------------------------------

  transfer(conversation: string, to: Handover): Promise<boolean> {
    return this.run(() =>
      this.line.ask("transfer", {
        conversation,
        cmid: newCmid(),
        warm: to.warm ?? false,
        ...(to.toQueue ? { to_queue: to.toQueue } : {}),
        ...(to.toAgent ? { to_agent: to.toAgent } : {}),
        ...(to.toBot ? { to_bot: true } : {}),
        ...(to.note ? { note: to.note } : {}),
      }),
    )
  }

  leave(conversation: string): Promise<boolean> {
    return this.run(() => this.line.ask("leave", { conversation }))
  }

  end(conversation: string, resolved: boolean): Promise<boolean> {
    return this.run(() => this.line.ask("end", { conversation, cmid: newCmid(), resolved }))
  }

  async wrapUp(conversation: string, disposition: string | null, tags: readonly string[]): Promise<boolean> {
    const done = await this.run(() =>
      this.line.ask("wrapup", {
        conversation,
        done: true,
        tags: [...tags] as Tags,
        ...(disposition ? { disposition } : {}),
      }),
    )
    if (done) this.floor.setWrapup(conversation, null)
    if (done && this.openId.value === conversation) this.next()
    return done
  }

  setTags(conversation: string, tags: readonly string[]): Promise<boolean> {
    return this.run(() => this.line.ask("tag", { conversation, tags: [...tags] as Tags }))
  }

  flag(conversation: string, flag: SetFlag["flag"]): Promise<boolean> {
    return this.run(() => this.line.ask("flag", { conversation, flag }))
  }

  /** What the same visitor talked about before. */
  earlierChats = (visitor: string) => listConversations({ visitor, limit: 20 })

  // -- inside -------------------------------------------------------------------------------------

  private get line() {
    return this.desk.line
  }

  private status(wanted: SetStatus): Promise<boolean> {
    return this.run(async () => {
      const { agent } = await this.line.ask("status", wanted)
      this.floor.me.value = agent
    })
  }

  private async goAwayIdle(): Promise<void> {
    if (this.floor.me.value?.status === "online") await this.setStatus("away", "idle")
  }

  private async run(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act()
      return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      toast(error.code === "offline" ? t("error.offline") : error.message, "bad")
      return false
    }
  }

  private framed(name: string, payload: unknown): void {
    if (name === "session") this.begin(payload as AgentSession)
    else if (name === "offer") this.floor.ring(payload as Offer)
    else if (name === "offer_gone") this.floor.unring(payload as OfferGone)
    else if (name === "queue") this.floor.line(payload as QueueFrame)
    else if (name === "me") this.floor.me.value = payload as AgentMe
  }

  private begin(session: AgentSession): void {
    this.floor.begin(session)
    for (const snapshot of session.conversations) this.line.adopt(snapshot)
    this.watched = null
    void this.follow(this.openId.value, true)
  }

  private take(snapshot: AgentSnapshot): void {
    this.floor.setWrapup(snapshot.id, snapshot.wrapup_since_ms)
    this.line.adopt(snapshot)
  }

  private moved(view: View, fresh: readonly EventFrame[]): void {
    const before = this.floor.views.peek().get(view.id)
    this.floor.put(view, fresh)
    this.alerts.moved(view, fresh)
    const mine = this.floor.isMine(view)
    // Given to me by somebody else: the frames do not say who the visitor is, a snapshot does.
    if (mine && !view.visitor && this.watched !== view.id) void this.watch(view.id)
    if (!mine && before && this.floor.isMine(before)) this.handedOn(view.id)
  }

  /** Mine no longer: what is still open is read along, the rest is let go. */
  private handedOn(id: string): void {
    if (id === this.openId.peek()) void this.watch(id)
    else this.forget(id)
  }

  /** Reads along with what is open and not mine; stops when it is left. */
  private follow(id: string | null, ready: boolean): void {
    if (!ready) return
    if (this.watched && this.watched !== id) this.unwatch(this.watched)
    const view = id ? this.floor.views.peek().get(id) : null
    if (id && (!view || !this.floor.isMine(view))) void this.watch(id)
  }

  private async watch(id: string): Promise<void> {
    if (this.watched === id) return
    this.watched = id
    this.openTrouble.value = null
    try {
      this.take((await this.line.ask("watch", { conversation: id })).conversation)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (this.watched === id) this.watched = null
      if (this.openId.peek() === id && error.code !== "offline") this.openTrouble.value = error
    }
  }

  private unwatch(id: string): void {
    this.watched = null
    this.line.hint("unwatch", { conversation: id })
    const view = this.floor.views.peek().get(id)
    if (view && !this.floor.isMine(view)) this.forget(id)
  }

  private forget(id: string): void {
    this.line.drop(id)
    this.floor.drop(id)
  }

  /** What is on the screen of somebody who looks is read. */
  private readOpen(): void {
    const view = this.openView.value
    if (!view || !this.ui.looking.value || !this.floor.isMine(view)) return
    if (this.floor.readSeq(view.id) >= view.seq) return
    this.floor.markRead(view.id, view.seq)
    this.line.hint("read", { conversation: view.id, seq: view.seq })
  }

  /** Where the visitor of the open conversation is by now. */
  private async meetVisitor(): Promise<void> {
    const visitor = this.openView.peek()?.visitor
    if (!visitor || !this.ui.looking.peek() || this.desk.status.peek().phase !== "open") return
    const answer = await rest("GET", `/api/visitors/${visitor.id}`).catch(ignoreRefusal)
    if (answer) this.floor.meet(answer.visitor as VisitorView)
  }

  /** After one is done: the next that needs me, or the list. */
  private next(): void {
    const next = this.floor.mine.value[0]
    if (next) this.open(next.id)
    else this.leaveConversation()
  }
}

function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms)
  return () => clearInterval(timer)
}

/** For what is nice to have: without it the screen shows what it had. */
function ignoreRefusal(error: unknown): null {
  if (error instanceof Refused) return null
  throw error
}
