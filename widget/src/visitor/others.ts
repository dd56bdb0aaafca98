/** The other side's passing signs: who is writing, how far we were read. Best effort, the latest wins. */

import { signal } from "@preact/signals"
import type { EventFrame, Signal } from "../protocol/frames.gen"

const TYPING_LIVES_MS = 6_000 // without a fresh sign nobody is writing any more

export class Others {
  /** Who is writing: a name, "" for the bot, null for nobody. */
  readonly typing = signal<string | null>(null)
  readonly readSeq = signal(0)
  private timer = 0

  hear(heard: Signal): void {
    const { kind, actor } = heard
    if (actor.kind === "visitor") return
    if (kind === "read") this.readSeq.value = Math.max(this.readSeq.value, heard.seq ?? 0)
    if (kind !== "typing") return
    clearTimeout(this.timer)
    this.typing.value = heard.on ? (actor.kind === "agent" ? (actor.name ?? "") : "") : null
    this.timer = setTimeout(() => this.silent(), TYPING_LIVES_MS) as unknown as number
  }

  silent(): void {
    this.typing.value = null
  }
}

export const isTheirs = (event: EventFrame): boolean =>
  event.kind === "message" && (event.actor?.kind === "agent" || event.actor?.kind === "bot")
