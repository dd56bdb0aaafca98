/**
 * A Socket.IO client in the small: one namespace over one WebSocket (protocol 5, Engine.IO 4),
 * acknowledgements with a time limit, heartbeat, jittered exponential back-off. No buffer: what
 * must arrive is kept by `outbox.ts`, because only the caller knows what may be sent twice.
 *
 * Used by all three faces. `auth` is asked before every attempt (an agent's ticket works once).
 */

import { isJson, type Json, offline, Refused, refusal, timedOut } from "./refused"

export type Status =
  | { readonly phase: "connecting" | "open" | "closed" }
  | { readonly phase: "waiting"; readonly retryAtMs: number }
  | { readonly phase: "refused"; readonly error: Refused }

export interface SocketOptions {
  /** Where the server is, e.g. `https://chat.example`. */
  readonly origin: string
  readonly namespace: string
  readonly auth: () => Json | Promise<Json>
  readonly onStatus: (status: Status) => void
  readonly onEvent: (name: string, payload: unknown) => void
}

type Waiter = { resolve(answer: Json): void; reject(error: Refused): void; timer: number }

const ACK_MS = 10_000 // the server answers within ten seconds or not at all
const CONNECT_MS = 10_000
const FIRST_RETRY_MS = 800
const LAST_RETRY_MS = 15_000
const SETTLED_MS = 5_000 // a connection that lived this long was a good one: start small again

export class Socket {
  private ws: WebSocket | null = null
  private waiters = new Map<number, Waiter>()
  private nextId = 0
  private attempt = 0
  private openedAtMs = 0
  private retryTimer = 0
  private silenceTimer = 0
  private patienceMs = CONNECT_MS
  private current: Status = { phase: "closed" }

  constructor(private readonly options: SocketOptions) {}

  get status(): Status {
    return this.current
  }

  get open(): boolean {
    return this.current.phase === "open"
  }

  /** Connects now, whatever it was waiting for. Does nothing while connected or connecting. */
  connect(): void {
    if (this.current.phase === "open" || this.current.phase === "connecting") return
    clearTimeout(this.retryTimer)
    this.attempt += 1
    this.become({ phase: "connecting" })
    const ws = new WebSocket(
      `${this.options.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`,
    )
    this.ws = ws
    this.patienceMs = CONNECT_MS
    ws.onmessage = event => this.ws === ws && this.read(String(event.data))
    ws.onclose = () => this.ws === ws && this.dropped()
    this.listenForSilence()
  }

  /** Ends it for good; `connect` may begin again. */
  close(): void {
    this.tearDown()
    this.become({ phase: "closed" })
  }

  /** Throws the line away and dials again: when answers stop coming, the line is not to be trusted. */
  reconnect(afterMs?: number): void {
    this.tearDown()
    this.retry(afterMs)
  }

  /** Asks, and gives the answer's fields; throws `Refused`. */
  emit(event: string, payload: Json, withinMs = ACK_MS): Promise<Json> {
    if (!this.open) return Promise.reject(offline())
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(id)?.reject(timedOut()), withinMs) as unknown as number
      this.waiters.set(id, { resolve, reject, timer })
      this.packet(`2${this.prefix}${id}${JSON.stringify([event, payload])}`)
    })
  }

  /** Says, and does not care: typing, read, page. */
  hint(event: string, payload: Json): void {
    this.emit(event, payload).catch(() => undefined)
  }

  private get prefix(): string {
    return `${this.options.namespace},`
  }

  private become(status: Status): void {
    this.current = status
    this.options.onStatus(status)
  }

  private packet(text: string): void {
    this.ws?.send(`4${text}`)
  }

  private read(text: string): void {
    this.listenForSilence()
    const kind = text[0]
    if (kind === "0") void this.greeted(text.slice(1))
    else if (kind === "2") this.ws?.send("3")
    else if (kind === "1") this.dropped()
    else if (kind === "4") this.readPacket(text.slice(1))
  }

  private async greeted(text: string): Promise<void> {
    const hello = parse(text)
    if (isJson(hello)) this.patienceMs = Number(hello.pingInterval) + Number(hello.pingTimeout) || CONNECT_MS
    const ws = this.ws
    try {
      const auth = await this.options.auth()
      if (this.ws === ws) this.packet(`0${this.prefix}${JSON.stringify(auth)}`)
    } catch (error) {
      if (this.ws === ws) this.turnedAway(error instanceof Refused ? error : offline())
    }
  }

  private readPacket(text: string): void {
    const kind = text[0]
    if (!text.startsWith(this.prefix, 1)) return
    const [, id = "", body = ""] = /^(\d*)([\s\S]*)$/.exec(text.slice(1 + this.prefix.length)) ?? []
    const value = parse(body)
    if (kind === "0") this.welcomed()
    else if (kind === "1") this.dropped()
    else if (kind === "4") this.turnedAway(refusal(isJson(value) && isJson(value.data) ? value.data : value))
    else if (kind === "2" && Array.isArray(value)) this.options.onEvent(String(value[0]), value[1])
    else if (kind === "3" && Array.isArray(value)) this.answered(Number(id), value[0])
  }

  private welcomed(): void {
    this.openedAtMs = Date.now()
    this.become({ phase: "open" })
  }

  private answered(id: number, answer: unknown): void {
    const waiter = this.settle(id)
    if (!waiter) return
    if (isJson(answer) && answer.ok === true) waiter.resolve(answer)
    else waiter.reject(refusal(isJson(answer) ? answer.error : answer))
  }

  private settle(id: number): Waiter | undefined {
    const waiter = this.waiters.get(id)
    this.waiters.delete(id)
    clearTimeout(waiter?.timer)
    return waiter
  }

  private turnedAway(error: Refused): void {
    this.tearDown()
    if (error.retryable) this.retry(error.retryAfterMs ?? undefined)
    else this.become({ phase: "refused", error })
  }

  private dropped(): void {
    this.tearDown()
    this.retry()
  }

  private retry(afterMs?: number): void {
    if (this.openedAtMs && Date.now() - this.openedAtMs > SETTLED_MS) this.attempt = 0
    this.openedAtMs = 0
    const waitMs = afterMs ?? backoffMs(this.attempt, Math.random())
    this.become({ phase: "waiting", retryAtMs: Date.now() + waitMs })
    this.retryTimer = setTimeout(() => this.connect(), waitMs) as unknown as number
  }

  private tearDown(): void {
    clearTimeout(this.retryTimer)
    clearTimeout(this.silenceTimer)
    const ws = this.ws
    this.ws = null
    if (ws) {
      ws.onmessage = ws.onclose = null
      ws.close()
    }
    for (const id of [...this.waiters.keys()]) this.settle(id)?.reject(offline())
  }

  /** A line that says nothing for longer than the heartbeat allows is dead, whatever TCP thinks. */
  private listenForSilence(): void {
    clearTimeout(this.silenceTimer)
    this.silenceTimer = setTimeout(() => this.dropped(), this.patienceMs) as unknown as number
  }
}

/** Equal jitter: half the step is certain, half is chance, so that a restart is not a stampede. */
export function backoffMs(attempt: number, chance: number): number {
  const step = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(step / 2 + (step / 2) * chance)
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
