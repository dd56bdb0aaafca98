/**
 * One conversation's log in the browser: what arrives late, twice or with a hole becomes a view
 * without gap or repeat. Drop what is known, fold what is next, hold what is ahead and ask for
 * the missing once (single flight, with back-off: a server's fault must not become a storm).
 */

import { blank, evolve, prepend, type View } from "./evolve"
import type { EventFrame } from "./frames.gen"
import { Refused } from "./refused"

export interface Page {
  readonly events: readonly EventFrame[]
  readonly head: number
  readonly epoch: string
  readonly more: boolean
}

export interface LogOptions {
  /** Asks the server for what comes after; throws `Refused`. */
  readonly sync: (after: number, epoch: string | undefined, limit: number) => Promise<Page>
  readonly onView: (view: View, fresh: readonly EventFrame[]) => void
}

const PAGE = 200
const FIRST_WAIT_MS = 500
const LAST_WAIT_MS = 15_000

export class ConversationLog {
  private held = new Map<number, EventFrame>()
  private target = 0
  private flight: Promise<void> | null = null

  constructor(
    public view: View,
    private readonly options: LogOptions,
  ) {}

  /** A live frame: a hint of the truth, in whatever order it comes. */
  receive(frame: EventFrame): void {
    if (this.view.epoch && frame.epoch !== this.view.epoch) return this.restart(frame.epoch)
    if (frame.seq <= this.view.seq) return
    this.held.set(frame.seq, frame)
    this.target = Math.max(this.target, frame.seq)
    this.drain()
    this.repair()
  }

  /** The server says how long the log is. */
  head(head: number, epoch: string): void {
    if (this.view.epoch && epoch !== this.view.epoch) return this.restart(epoch)
    this.target = Math.max(this.target, head)
    // Read a moment too early, or a log that went backwards? A sync knows: it says `resync`.
    this.repair(head < this.view.seq)
  }

  /** A snapshot taken later than ours replaces it when it has nothing in common, else fills it. */
  adopt(fresh: View): void {
    const { view } = this
    if (fresh.epoch !== view.epoch || fresh.seq < view.seq) return this.replace(fresh)
    if (fresh.first > view.seq + 1) return this.replace(fresh)
    const news = fresh.events.filter(event => event.seq > view.seq)
    const first = Math.min(view.first, fresh.first)
    const known = view.events.filter(event => event.seq < fresh.first)
    this.held.clear()
    this.show({ ...fresh, first, events: [...known, ...fresh.events] }, news)
  }

  /** One page of history before the first event we have. */
  async earlier(limit = 50): Promise<void> {
    const after = Math.max(0, this.view.first - 1 - limit)
    const missing = this.view.first - 1 - after
    if (missing <= 0) return
    const page = await this.options.sync(after, this.view.epoch || undefined, missing)
    this.show(prepend(this.view, page.events), [])
  }

  /** Settles when nothing is missing any more, or the line is gone. */
  settled(): Promise<void> {
    return this.flight ?? Promise.resolve()
  }

  private replace(view: View): void {
    this.held.clear()
    this.target = view.seq
    this.show(view, [])
  }

  private restart(epoch: string): void {
    this.held.clear()
    this.target = 0
    this.view = { ...blank(this.view.id), epoch }
    this.repair(true)
  }

  private drain(): void {
    const fresh: EventFrame[] = []
    let view = this.view
    for (let next = this.held.get(view.seq + 1); next; next = this.held.get(view.seq + 1)) {
      this.held.delete(next.seq)
      view = evolve(view, next)
      fresh.push(next)
    }
    if (fresh.length) this.show(view, fresh)
  }

  private show(view: View, fresh: readonly EventFrame[]): void {
    this.view = view
    this.options.onView(view, fresh)
  }

  private repair(always = false): void {
    if (this.flight || (!always && this.target <= this.view.seq)) return
    this.flight = this.fill(always).finally(() => {
      this.flight = null
    })
  }

  private async fill(always: boolean): Promise<void> {
    for (let failures = 0, first = always; first || this.target > this.view.seq; first = false) {
      const before = this.view.seq
      const ok = await this.page()
      if (ok === "stop") return
      failures = this.view.seq > before ? 0 : failures + 1
      if (failures) await pause(Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)))
    }
  }

  private async page(): Promise<"go" | "stop"> {
    try {
      const page = await this.options.sync(this.view.seq, this.view.epoch || undefined, PAGE)
      this.take(page)
      return "go"
    } catch (error) {
      return this.failed(error)
    }
  }

  private take(page: Page): void {
    if (this.view.epoch && page.epoch !== this.view.epoch) this.view = blank(this.view.id, page.epoch)
    for (const frame of page.events) if (frame.seq > this.view.seq) this.held.set(frame.seq, frame)
    this.target = Math.max(page.head, ...page.events.map(frame => frame.seq))
    this.drain()
  }

  private failed(error: unknown): "go" | "stop" {
    if (!(error instanceof Refused)) throw error
    if (error.details.resync === true) {
      this.held.clear()
      this.view = blank(this.view.id)
      this.target = 1
      return "go"
    }
    // Without a line there is nothing to ask; the head that comes on joining again asks anew.
    return error.code === "offline" || !error.retryable ? "stop" : "go"
  }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
