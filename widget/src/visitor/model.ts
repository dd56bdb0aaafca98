/**
 * The widget's one model: what is known (signals) and what can be done (methods). Views read and
 * call; they keep nothing of their own but focus. Connects only when the chat is opened, or when
 * this device has talked before.
 */

import { batch, computed, signal } from "@preact/signals"
import type { Boot, Identity } from "../embed/port"
import type { VisitorCalls } from "../protocol/calls"
import { Connection, NEW, newCmid } from "../protocol/connection"
import type { Place, View } from "../protocol/evolve"
import type { Answers, EventFrame, QuickReply, Signal, VisitorSession } from "../protocol/frames.gen"
import type { Item } from "../protocol/outbox"
import { isJson, type Json, Refused } from "../protocol/refused"
import type { Status } from "../protocol/socket"
import type { Bus } from "./bus"
import { Others } from "./others"
import { page } from "./page"
import { Reading } from "./reading"
import type { Store } from "./store"
import { announce } from "./told"
import { setLocale } from "./words"

const TYPING_EVERY_MS = 2_000
const SILENCES = ["message", "closed", "queue_entered", "agent_left", "agent_lost", "diverted"]
const MAX_ATTRIBUTE = 500

export class Model {
  readonly open = signal(false)
  readonly session = signal<VisitorSession | null>(null)
  readonly status = signal<Status>({ phase: "closed" })
  readonly view = signal<View | null>(null)
  readonly place = signal<Place | null>(null)
  readonly pending = signal<readonly Item[]>([])
  readonly others = new Others()
  readonly draft = signal("")
  readonly muted = signal(false)
  /** What went wrong with the last thing asked, in the server's words; null when nothing did. */
  readonly trouble = signal<Refused | null>(null)
  /** The visitor wants to write on although the chat has ended. */
  readonly continuing = signal(false)
  /** Where an answer may be written to, if the visitor said. */
  readonly email = signal("")
  /** "End this chat?" is on the screen. */
  readonly ending = signal(false)
  readonly reading: Reading
  readonly greeting = computed(() => this.session.value?.site.greeting || this.boot.greeting || null)

  private readonly line: Connection<VisitorCalls>
  private current = NEW
  /** The ended chat that the visitor has left behind for a new one. */
  private left: string | null = null
  private identity: Identity | undefined
  private attributes: { [name: string]: string } = {}
  private department: string | undefined
  private wish: string | undefined
  private typedAtMs = 0

  constructor(
    readonly boot: Boot,
    readonly origin: string,
    private readonly store: Store,
    readonly bus: Bus,
  ) {
    this.identity = boot.identity
    this.wish = boot.locale
    this.department = boot.department
    this.draft.value = store.get("draft") ?? ""
    this.email.value = store.get("email") ?? boot.identity?.email ?? ""
    this.muted.value = store.get("muted") === "1"
    this.line = new Connection<VisitorCalls>({
      origin,
      namespace: "/visitor",
      auth: () => this.introduce(),
      shelf: store.shelf(),
      onStatus: status => this.turned(status),
      onView: (view, fresh) => this.shown(view, fresh),
      onOutbox: () => this.listed(),
      onSent: (item, answer) => this.sent(item, answer),
      onSignal: heard => this.sensed(heard),
      onFrame: (name, payload) => this.framed(name, payload),
    })
    this.reading = new Reading(this.view, this.open, store, (conversation, seq) =>
      this.line.hint("read", { conversation, seq }),
    )
    this.listed()
    if (store.get("token")) this.line.open()
  }

  // -- what a visitor does ------------------------------------------------------------------------

  show(): void {
    if (this.open.value) return
    this.open.value = true
    this.line.open()
    this.bus.tell("opened")
    this.reading.look()
  }

  hide(): void {
    if (!this.open.value || this.boot.mode === "page") return
    this.open.value = false
    this.bus.tell("closed")
  }

  send(text: string): void {
    const words = text.trim()
    if (!words) return
    this.type("")
    if (this.current === NEW && !this.starting()) this.start(words)
    else this.line.say(this.current, "say", { text: words })
    this.continuing.value = false
  }

  choose(reply: QuickReply): void {
    this.line.say(this.current, "say", { quick_reply: { title: reply.title, payload: reply.payload } })
  }

  retry(cmid: string): void {
    this.line.retry(cmid)
  }

  discard(cmid: string): void {
    this.line.discard(cmid)
  }

  /** Asks for a person. */
  async handoff(): Promise<void> {
    if (this.current === NEW) return
    const department = this.department ? { department: this.department } : {}
    await this.ask("handoff", { conversation: this.current, cmid: newCmid(), ...department })
  }

  async leaveMessage(email: string, text: string): Promise<boolean> {
    const optional = { ...(email ? { email } : {}), ...(text.trim() ? { text: text.trim() } : {}) }
    const done = await this.ask("leave_message", { conversation: this.current, cmid: newCmid(), ...optional })
    if (done && email) this.remember("email", this.email, email)
    return done !== null
  }

  askEnd(): void {
    this.ending.value = true
  }

  keepOn(): void {
    this.ending.value = false
  }

  async end(): Promise<void> {
    this.ending.value = false
    await this.ask("end", { conversation: this.current, cmid: newCmid() })
  }

  rate(answers: Answers): void {
    const survey = this.view.value?.survey
    if (survey) this.line.say(this.current, "rate", { survey: survey.id, answers })
  }

  /** Leaves the ended chat behind; the next word begins another. */
  fresh(): void {
    this.left = this.current
    this.current = NEW
    batch(() => {
      this.view.value = null
      this.place.value = null
      this.continuing.value = false
    })
    this.listed()
  }

  type(text: string): void {
    this.remember("draft", this.draft, text)
    const due = Date.now() - this.typedAtMs > TYPING_EVERY_MS
    if (this.current === NEW || (text && !due)) return
    this.typedAtMs = text ? Date.now() : 0
    this.line.hint("typing", { conversation: this.current, on: text !== "", ...this.preview(text) })
  }

  mute(on: boolean): void {
    this.muted.value = on
    this.store.set("muted", on ? "1" : null)
  }

  private remember(key: string, into: { value: string }, value: string): void {
    into.value = value
    this.store.set(key, value || null)
  }

  earlier(): Promise<void> {
    return this.line.earlier(this.current)
  }

  tryNow(): void {
    this.line.open()
  }

  // -- what the shop's page asks ------------------------------------------------------------------

  identify(identity: Identity): void {
    this.identity = identity
    if (this.status.value.phase !== "closed") this.line.reopen()
  }

  /** The page's wish first, then the visitor's languages, then the site's. */
  speak(wish?: string): Promise<void> {
    if (wish) this.wish = wish
    const site = this.session.value?.site.locale
    return setLocale(...(this.wish ? [this.wish] : []), ...navigator.languages, ...(site ? [site] : []))
  }

  setAttributes(attributes: Json): void {
    for (const [name, value] of Object.entries(attributes))
      this.attributes[name.slice(0, 60)] = String(value).slice(0, MAX_ATTRIBUTE)
  }

  setDepartment(department: string): void {
    this.department = department
  }

  track(name: string, more: { value?: number; currency?: string } = {}): void {
    this.line.open()
    const { value, currency } = more
    this.line.say("track", "track", {
      name,
      ...(value === undefined ? {} : { value }),
      ...(currency ? { currency } : {}),
    })
  }

  moved(): void {
    this.line.hint("page", page())
  }

  /** A shared computer: forgets the visitor, on this device and in this page. */
  reset(): void {
    this.line.close()
    this.line.forget()
    this.store.clear()
    this.identity = undefined
    this.attributes = {}
    this.session.value = null
    this.draft.value = this.email.value = ""
    this.reading.seq.value = 0
    this.fresh()
    if (this.open.value) this.line.open()
  }

  stop(): void {
    this.line.close()
  }

  // -- what comes in --------------------------------------------------------------------------------

  private introduce(): Json {
    const token = this.store.get("token")
    const { identity } = this
    const locale = this.boot.locale ?? navigator.language
    return {
      site: this.boot.site,
      locale,
      page: page(),
      ...(token ? { token } : {}),
      ...(identity ? { identity } : {}),
    }
  }

  private start(text: string): void {
    const asked = Object.keys(this.attributes).length ? { pre_chat: this.attributes } : {}
    this.line.say(NEW, "start", {
      text,
      ...asked,
      ...(this.department ? { department: this.department } : {}),
    })
  }

  private starting(): boolean {
    return this.line.pending(NEW).some(item => item.event === "start" && item.state !== "failed")
  }

  private preview(text: string): { draft?: string } {
    return this.session.value?.site.drafts ? { draft: text.slice(0, 4_000) } : {}
  }

  private async ask<K extends keyof VisitorCalls>(
    event: K,
    payload: VisitorCalls[K][0],
  ): Promise<VisitorCalls[K][1] | null> {
    try {
      this.trouble.value = null
      return await this.line.ask(event, payload)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.trouble.value = error
      this.bus.tell("error", { code: error.code, message: error.message })
      return null
    }
  }

  private turned(status: Status): void {
    this.status.value = status
    if (status.phase === "refused")
      this.bus.tell("error", { code: status.error.code, message: status.error.message })
    if (status.phase === "refused" && status.error.code === "unauthorized") this.renew()
  }

  /** What was shown is not believed: a badly signed identity, or a token of another time. Without it, then. */
  private renew(): void {
    if (!this.identity && !this.store.get("token")) return
    if (this.identity) this.identity = undefined
    else this.store.set("token", null)
    this.line.open()
  }

  private framed(name: string, payload: unknown): void {
    if (name === "session") this.welcomed(payload as VisitorSession)
    if (name === "queue" && isJson(payload)) this.placed(payload as unknown as Place)
  }

  private welcomed(session: VisitorSession): void {
    const visitor = String(session.visitor.id)
    const known = this.store.get("visitor")
    if (known !== null && known !== visitor) this.line.forget()
    this.store.set("visitor", visitor)
    this.store.set("token", session.token)
    const first = this.session.value === null
    this.session.value = session
    void this.speak()
    if (session.conversation) this.resumed(session.conversation)
    if (first) this.bus.tell("ready", { visitor })
  }

  /** An ended chat is shown again, unless the visitor has already left it behind. */
  private resumed(snapshot: NonNullable<VisitorSession["conversation"]>): void {
    if (snapshot.id === this.left || (snapshot.state === "closed" && this.starting())) return
    this.current = snapshot.id
    this.reading.recall(snapshot.id)
    this.place.value = snapshot.queue
    this.line.adopt(snapshot)
    this.listed()
  }

  private placed(place: Place): void {
    this.place.value = place
    this.bus.tell("queue-position", place)
  }

  private sent(item: Item, answer: Json): void {
    if (item.event !== "start") return
    const conversation = String(answer.conversation)
    this.current = conversation
    this.reading.recall(conversation)
    const view = this.line.view(conversation)
    if (view) this.view.value = view
    this.listed()
  }

  private shown(view: View, fresh: readonly EventFrame[]): void {
    if (view.id === this.left || (this.current === NEW && this.starting())) return
    if (this.current === NEW) this.current = view.id
    if (view.id !== this.current) return
    batch(() => {
      this.view.value = view
      this.place.value = view.state === "queued" ? (this.place.value ?? view.place) : null
      if (fresh.some(event => SILENCES.includes(event.kind))) this.others.silent()
    })
    this.listed()
    this.reading.look()
    for (const event of fresh) announce(this.bus, event, view)
  }

  private listed(): void {
    const items = [...this.line.pending(this.current)]
    for (const item of items)
      if (item.event === "rate" && item.state === "failed") this.line.discard(item.cmid)
    this.pending.value = items.filter(item => item.event === "start" || item.event === "say")
  }

  private sensed(heard: Signal): void {
    if (heard.conversation === this.current) this.others.hear(heard)
  }
}
