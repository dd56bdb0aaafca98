/**
 * A desk face's line: `Connection` with a fresh socket ticket for every attempt, its status as
 * signals, and the browser's own hints (back online, looked at again) to dial at once.
 *
 *   const desk = openLine<AgentCalls>({ namespace: "/agent", onFrame, onView })
 *   await desk.line.ask("accept", { conversation })
 *   desk.close()
 */

import { type ReadonlySignal, signal } from "@preact/signals"
import type { Calls } from "../protocol/calls"
import { Connection, type ConnectionOptions } from "../protocol/connection"
import type { Status } from "../protocol/socket"
import { socketTicket } from "../ui/rest"

type Hooks = Omit<ConnectionOptions, "origin" | "auth" | "onStatus" | "onNotice">

export interface DeskLine<C extends Calls<C>> {
  readonly line: Connection<C>
  readonly status: ReadonlySignal<Status>
  /** The server said it is going; true until the line is open again. */
  readonly draining: ReadonlySignal<boolean>
  close(): void
}

export function openLine<C extends Calls<C>>(hooks: Hooks): DeskLine<C> {
  const status = signal<Status>({ phase: "closed" })
  const draining = signal(false)
  const line = new Connection<C>({
    ...hooks,
    origin: location.origin,
    auth: socketTicket,
    onStatus: next => {
      status.value = next
      if (next.phase === "open") draining.value = false
    },
    onNotice: () => {
      draining.value = true
    },
  })
  const stop = listen(() => status.value.phase === "waiting" && line.open())
  line.open()
  const close = () => {
    stop()
    line.close()
  }
  return { line, status, draining, close }
}

function listen(dial: () => void): () => void {
  const looked = () => !document.hidden && dial()
  addEventListener("online", dial)
  document.addEventListener("visibilitychange", looked)
  return () => {
    removeEventListener("online", dial)
    document.removeEventListener("visibilitychange", looked)
  }
}
