/** How far the visitor has read, in this window and in others; what is beyond is unread. */

import { computed, signal } from "@preact/signals"
import type { View } from "../protocol/evolve"
import { isTheirs } from "./others"
import type { Store } from "./store"

const PAUSE_MS = 400 // a burst of messages is one "read"

export class Reading {
  readonly seq = signal(0)
  readonly unread = computed(
    () => this.view.value?.events.filter(event => event.seq > this.seq.value && isTheirs(event)).length ?? 0,
  )
  private timer = 0

  constructor(
    private readonly view: { readonly value: View | null },
    private readonly open: { readonly value: boolean },
    private readonly store: Store,
    private readonly tell: (conversation: string, seq: number) => void,
  ) {}

  /** Everything up to the end is in front of somebody's eyes, if anybody looks. */
  look(): void {
    const view = this.view.value
    if (!view || !this.open.value || document.hidden || !this.unread.value) return
    this.mark(view.id, view.seq)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.tell(view.id, this.seq.value), PAUSE_MS) as unknown as number
  }

  /** Read here, or in another window. */
  mark(conversation: string, seq: number): void {
    if (conversation !== this.view.value?.id || seq <= this.seq.value) return
    this.seq.value = seq
    this.store.set("read", `${conversation} ${seq}`)
  }

  /** What this device remembers of a conversation. */
  recall(conversation: string): void {
    const [id, seq] = (this.store.get("read") ?? "").split(" ")
    this.seq.value = id === conversation ? Number(seq) : 0
  }
}
