/** What the socket tests share: a browser's WebSocket for Node, a double, and waiting without sleeping. */

import { WebSocket } from "ws"
import type { VisitorCalls } from "../src/protocol/calls"
import { Connection, type ConnectionOptions } from "../src/protocol/connection"
import type { View } from "../src/protocol/evolve"
import type { VisitorSession } from "../src/protocol/frames.gen"
import { Double } from "./double.mjs"

/** A browser's never throws for an `error` nobody listens to. */
class Quiet extends WebSocket {
  constructor(url: string) {
    super(url)
    this.on("error", () => undefined)
  }
}

Object.assign(globalThis, { WebSocket: Quiet })

export const texts = (view: View | null): unknown[] =>
  (view?.events ?? []).filter(event => event.kind === "message").map(event => event.data?.text)

/** Looks again after every turn of the loop until it is so; the limit is vitest's own. */
export async function until<T>(look: () => T): Promise<NonNullable<T>> {
  for (;;) {
    const found = look()
    if (found) return found
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

export async function started(): Promise<{ double: Double; port: number; origin: string }> {
  const double = new Double()
  const port = await double.listen()
  return { double, port, origin: `http://127.0.0.1:${port}` }
}

export interface Visitor {
  line: Connection<VisitorCalls>
  session: VisitorSession | null
  frames: [string, unknown][]
  view(): View | null
}

/** A visitor's line; the token is kept like a browser keeps it. */
export function visitor(origin: string, more: Partial<ConnectionOptions> & { token?: string } = {}): Visitor {
  let token = more.token
  const self: Visitor = { line: null as never, session: null, frames: [], view: () => latest }
  let latest: View | null = null
  self.line = new Connection<VisitorCalls>({
    origin,
    namespace: "/visitor",
    auth: () => ({ site: "default", ...(token ? { token } : {}) }),
    onView: view => {
      latest = view
    },
    onFrame: (name, payload) => {
      self.frames.push([name, payload])
      if (name !== "session") return
      self.session = payload as VisitorSession
      token = self.session.token
      if (self.session.conversation) self.line.adopt(self.session.conversation)
    },
    ...more,
  })
  self.line.open()
  return self
}
