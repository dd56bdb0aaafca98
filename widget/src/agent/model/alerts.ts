/**
 * Getting an agent's attention without wearing it out. An offer rings until it is answered; a
 * message sounds, shows a notification and counts in the title only while nobody looks at this
 * page. Of several tabs one speaks, and none while another is being looked at.
 */

import { effect, type ReadonlySignal } from "@preact/signals"
import { text } from "../../desk/directory"
import { visitorName } from "../../desk/people"
import type { View } from "../../protocol/evolve"
import type { EventFrame } from "../../protocol/frames.gen"
import { t } from "../words"
import type { Floor, Ringing } from "./floor"
import type { Settings } from "./settings"
import { play, unlock } from "./sounds"

const RING_EVERY_MS = 3_200
const SEEN_KEY = "antiphon:looking"
const SEEN_EVERY_MS = 2_000
const LOCK = "antiphon:speaker"

export class Alerts {
  private ringTimer: ReturnType<typeof setInterval> | undefined
  private speaker = !navigator.locks
  private release: (() => void) | undefined
  private readonly shown = new Map<string, Notification>()
  private readonly announced = new Set<string>()

  constructor(
    private readonly floor: Floor,
    private readonly settings: ReadonlySignal<Settings>,
    private readonly open: (conversation: string) => void,
  ) {}

  start(): () => void {
    this.becomeSpeaker()
    const beat = setInterval(seenHere, SEEN_EVERY_MS)
    const looked = () => {
      seenHere()
      this.retitle()
      if (!document.hidden) this.clearNotifications()
    }
    document.addEventListener("visibilitychange", looked)
    addEventListener("pointerdown", unlock, { once: true })
    addEventListener("keydown", unlock, { once: true })
    const stops = [effect(() => this.rings(this.floor.offers.value)), effect(() => this.retitle())]
    return () => {
      for (const stop of stops) stop()
      clearInterval(beat)
      clearInterval(this.ringTimer)
      document.removeEventListener("visibilitychange", looked)
      this.release?.()
      document.title = t("title")
    }
  }

  /** Asks the browser's leave; call on a click only. */
  async allowNotifications(): Promise<boolean> {
    if (!("Notification" in globalThis)) return false
    return (await Notification.requestPermission()) === "granted"
  }

  /** Fresh frames of a conversation. */
  moved(view: View, fresh: readonly EventFrame[]): void {
    const last = fresh.findLast(one => one.kind === "message" && one.actor?.kind === "visitor")
    if (!last || !this.floor.mayWrite(view) || !mayDisturb()) return
    this.sound("message")
    this.notify(view.id, visitorName(view.visitor, view.id), text(last.data?.text) ?? t("notify.message"))
  }

  private rings(offers: readonly Ringing[]): void {
    clearInterval(this.ringTimer)
    if (!offers.length) return
    this.sound("offer")
    this.ringTimer = setInterval(() => this.sound("offer"), RING_EVERY_MS)
    for (const offer of offers) this.announce(offer)
  }

  private announce(offer: Ringing): void {
    const { conversation, summary } = offer
    if (this.announced.has(conversation) || !mayDisturb()) return
    this.announced.add(conversation)
    const name = this.floor.nameOf(offer)
    this.notify(conversation, t("notify.offer", { name }), text(summary.text) ?? "")
  }

  private sound(sound: "offer" | "message"): void {
    const { sounds, volume } = this.settings.peek()
    if (sounds && (this.speaker || !document.hidden)) play(sound, volume)
  }

  private notify(conversation: string, title: string, body: string): void {
    const allowed = "Notification" in globalThis && Notification.permission === "granted"
    if (!allowed || !this.settings.peek().notifications || !this.speaker) return
    const shown = new Notification(title, { body: body.slice(0, 140), tag: conversation })
    shown.onclick = () => {
      focus()
      this.open(conversation)
      shown.close()
    }
    this.shown.set(conversation, shown)
  }

  private clearNotifications(): void {
    for (const one of this.shown.values()) one.close()
    this.shown.clear()
  }

  private retitle(): void {
    const ringing = this.floor.offers.value.length
    const count = this.floor.unreadCount.value
    if (!document.hidden || !(ringing || count)) document.title = t("title")
    else document.title = ringing ? t("title.ringing") : t("title.unread", { count })
  }

  /** Of all tabs the one that holds the lock speaks; it is let go with the tab. */
  private becomeSpeaker(): void {
    void navigator.locks?.request(LOCK, () => {
      this.speaker = true
      return new Promise<void>(resolve => {
        this.release = resolve
      })
    })
  }
}

const seenHere = () => {
  if (!document.hidden && document.hasFocus()) localStorage.setItem(SEEN_KEY, String(Date.now()))
}

/** Nobody looks here, nor at another tab of the console. */
const mayDisturb = () =>
  document.hidden && Date.now() - Number(localStorage.getItem(SEEN_KEY)) > SEEN_EVERY_MS * 1.5
