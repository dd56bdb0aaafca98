/**
 * What a person said and the server has not yet acknowledged. First in, first out within a lane
 * (a conversation), one in flight, the same cmid for ever: the server answers a repeat with what
 * it stored the first time. A definite refusal stays here, marked, until it is retried or dropped.
 *
 * Kept in a `Shelf`; the widget's is localStorage per site, so a reload resends.
 */

import { isJson, type Json, Refused } from "./refused"

export interface Item {
  readonly cmid: string
  readonly event: string
  readonly lane: string
  readonly payload: Json
  readonly atMs: number
  /** Counts up over reloads, so that the order of writing survives. */
  readonly place: number
  readonly state: "waiting" | "sending" | "sent" | "failed"
  /** Where it is in the log, once acknowledged. */
  readonly seq: number | null
  readonly error: string | null
}

export interface Shelf {
  all(): Item[]
  put(item: Item): void
  remove(cmid: string): void
}

export interface OutboxOptions {
  readonly shelf: Shelf
  readonly send: (event: string, payload: Json) => Promise<Json>
  readonly onChange: () => void
  readonly onSent: (item: Item, answer: Json) => void
  /** No answer: the line is not to be trusted. */
  readonly onSilence: () => void
}

/** The lane of what is written before there is a conversation. */
export const NEW = ""

const WAIT_MS = 1_000

export class Outbox {
  private items: Item[]
  private busy = new Set<string>()

  constructor(private readonly options: OutboxOptions) {
    this.items = options.shelf
      .all()
      .map(item => (item.state === "failed" ? item : { ...item, state: "waiting" as const }))
      .sort((a, b) => a.place - b.place)
  }

  list(lane: string): readonly Item[] {
    return this.items.filter(item => item.lane === lane)
  }

  has(cmid: string): boolean {
    return this.items.some(item => item.cmid === cmid)
  }

  push(event: string, lane: string, payload: Json & { cmid: string }): Item {
    const place = (this.items.at(-1)?.place ?? 0) + 1
    const fresh = { cmid: payload.cmid, event, lane, payload, place, atMs: Date.now() }
    const item: Item = { ...fresh, state: "waiting", seq: null, error: null }
    this.items.push(item)
    this.options.shelf.put(item)
    this.options.onChange()
    this.pump()
    return item
  }

  /** Tries everything that waits; called when the line opens. */
  pump(): void {
    for (const lane of new Set(this.items.map(item => item.lane))) void this.pumpLane(lane)
  }

  /** A fact with this cmid is in the log of `conversation`: it needs no answer any more. */
  settle(cmid: string, conversation?: string): void {
    const item = this.items.find(one => one.cmid === cmid)
    if (!item) return
    if (item.event === "start" && conversation) this.rename(item.lane, conversation)
    this.items = this.items.filter(item => item.cmid !== cmid)
    this.options.shelf.remove(cmid)
    this.options.onChange()
  }

  /** Facts up to `seq` are in the view: what was acknowledged below it is shown from there. */
  seen(lane: string, seq: number): void {
    for (const item of this.list(lane)) if (item.seq !== null && item.seq <= seq) this.settle(item.cmid)
  }

  retry(cmid: string): void {
    this.change(cmid, { state: "waiting", error: null })
    this.pump()
  }

  /** The lane got its name: what was written before the conversation had an id now has one. */
  rename(lane: string, conversation: string): void {
    for (const item of this.list(lane)) {
      const payload = item.event === "start" ? item.payload : { ...item.payload, conversation }
      this.change(item.cmid, { lane: conversation, payload })
    }
  }

  /** Removes everything, stored or not: a shared computer must not keep it. */
  clear(): void {
    for (const item of this.items) this.options.shelf.remove(item.cmid)
    this.items = []
    this.options.onChange()
  }

  /** Another window has begun meanwhile: what was said belongs there. */
  private join(item: Item, conversation: string): boolean {
    const { cmid, text } = item.payload
    this.change(item.cmid, { event: "say", state: "waiting", payload: { cmid, text } })
    this.rename(item.lane, conversation)
    return true
  }

  private change(cmid: string, change: Partial<Item>): Item | undefined {
    this.items = this.items.map(item => (item.cmid === cmid ? { ...item, ...change } : item))
    const changed = this.items.find(item => item.cmid === cmid)
    if (changed) this.options.shelf.put(changed)
    this.options.onChange()
    return changed
  }

  private async pumpLane(lane: string): Promise<void> {
    const next = this.list(lane).find(item => item.state === "waiting")
    if (!next || this.busy.has(lane)) return
    this.busy.add(lane)
    const again = await this.attempt(lane === NEW ? this.begin(next) : next)
    this.busy.delete(lane)
    if (again) this.pump()
  }

  /** The start was refused: the next word begins the conversation instead. */
  private begin(item: Item): Item {
    const { conversation: _, ...payload } = item.payload
    return this.change(item.cmid, { event: "start", payload }) ?? item
  }

  /** True when the lane may go on at once. */
  private async attempt(item: Item): Promise<boolean> {
    this.change(item.cmid, { state: "sending" })
    try {
      this.accepted(item, await this.options.send(item.event, item.payload))
      return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return this.refused(item, error)
    }
  }

  private accepted(item: Item, answer: Json): void {
    const seq = typeof answer.seq === "number" ? answer.seq : null
    this.options.shelf.remove(item.cmid)
    if (seq === null) this.settle(item.cmid)
    else this.items = this.items.map(one => (one.cmid === item.cmid ? { ...one, state: "sent", seq } : one))
    this.options.onSent(item, answer)
    this.options.onChange()
  }

  private refused(item: Item, error: Refused): boolean {
    const open = item.event === "start" && error.code === "conflict" && error.details.conversation
    if (typeof open === "string") return this.join(item, open)
    if (!error.retryable) {
      this.change(item.cmid, { state: "failed", error: error.code })
      return true
    }
    this.change(item.cmid, { state: "waiting" })
    if (error.code === "timeout") this.options.onSilence()
    else if (error.code !== "offline") setTimeout(() => this.pump(), error.retryAfterMs ?? WAIT_MS)
    return false
  }
}

/** The shelf of a page that keeps nothing. */
export function memoryShelf(): Shelf {
  const items = new Map<string, Item>()
  return {
    all: () => [...items.values()],
    put: item => void items.set(item.cmid, item),
    remove: cmid => void items.delete(cmid),
  }
}

/** One key an item, so that two tabs never overwrite each other. Full or forbidden storage is no error. */
export function storageShelf(storage: Storage, prefix: string): Shelf {
  const keys = () => Object.keys(storage).filter(key => key.startsWith(prefix))
  return {
    all: () => keys().flatMap(key => revive(storage.getItem(key))),
    put: item => quietly(() => storage.setItem(prefix + item.cmid, JSON.stringify(item))),
    remove: cmid => quietly(() => storage.removeItem(prefix + cmid)),
  }
}

function revive(text: string | null): Item[] {
  try {
    const value: unknown = JSON.parse(text ?? "null")
    return isJson(value) && typeof value.cmid === "string" ? [value as unknown as Item] : []
  } catch {
    return []
  }
}

function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // private mode or a full disk: the message lives as long as the page
  }
}
