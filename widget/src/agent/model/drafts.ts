/**
 * What is half written: per conversation and per mode, on this device. The mode (reply or private
 * note) sticks to its conversation, so that a note never slips out to a visitor.
 */

import { signal } from "@preact/signals"
import { isJson } from "../../protocol/refused"

export type Mode = "reply" | "note"

interface Draft {
  readonly mode: Mode
  readonly reply: string
  readonly note: string
  readonly atMs: number
}

const KEY = "antiphon:drafts"
const KEPT = 50
const EMPTY: Draft = { mode: "reply", reply: "", note: "", atMs: 0 }

export class Drafts {
  private readonly all = signal<{ readonly [conversation: string]: Draft }>({})

  constructor(private readonly storage: Storage) {
    this.all.value = read(storage)
  }

  of(conversation: string): Draft {
    return this.all.value[conversation] ?? EMPTY
  }

  write(conversation: string, text: string): void {
    this.change(conversation, { [this.of(conversation).mode]: text })
  }

  setMode(conversation: string, mode: Mode): void {
    this.change(conversation, { mode })
  }

  /** Sent, or thrown away. */
  clear(conversation: string): void {
    this.write(conversation, "")
  }

  forget(): void {
    this.all.value = {}
    this.storage.removeItem(KEY)
  }

  private change(conversation: string, change: Partial<Draft>): void {
    const next = { ...this.of(conversation), ...change, atMs: Date.now() }
    const others = Object.entries(this.all.value).filter(([id]) => id !== conversation)
    const kept = worthKeeping(next) ? [...others, [conversation, next] as const] : others
    this.all.value = Object.fromEntries(kept.sort(([, a], [, b]) => a.atMs - b.atMs).slice(-KEPT))
    try {
      this.storage.setItem(KEY, JSON.stringify(this.all.value))
    } catch {
      // a full disk: the draft lives as long as the page
    }
  }
}

const worthKeeping = (draft: Draft) => draft.mode === "note" || draft.reply !== "" || draft.note !== ""

function read(storage: Storage): { [conversation: string]: Draft } {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? "{}")
    const entries = isJson(value) ? Object.entries(value) : []
    return Object.fromEntries(entries.map(([id, draft]) => [id, { ...EMPTY, ...(draft as Partial<Draft>) }]))
  } catch {
    return {}
  }
}
