/** The tickets' model: one list as the address says it, one ticket that is open. */

import { computed, effect, signal } from "@preact/signals"
import { newCmid } from "../../protocol/connection"
import { type Json, Refused } from "../../protocol/refused"
import { rest } from "../../ui/rest"
import { router } from "../places"
import { listOf, type Ticket, type Whole, wholeOf } from "./shapes"

export type Which = "todo" | "done" | "all"
export type TicketsModel = ReturnType<typeof createTickets>

const STATUS: { readonly [which in Which]: string } = { todo: "todo", done: "solved,closed", all: "" }
const LOOK_MS = 10_000

export function createTickets() {
  const tickets = signal<readonly Ticket[] | null>(null)
  const cursor = signal<string | null>(null)
  const open = signal<Whole | null>(null)
  const problem = signal<Refused | null>(null)
  const query = computed(() => router.route.value.query)
  const which = computed(() => (query.value.get("which") ?? "todo") as Which)
  const queue = computed(() => query.value.get("queue") ?? "")
  const chosen = computed(() => query.value.get("ticket"))

  const asked = (more: string | null = null) => {
    const cut = new URLSearchParams({ limit: "50" })
    if (STATUS[which.value]) cut.set("status", STATUS[which.value] ?? "")
    if (queue.value) cut.set("queue", queue.value)
    if (more) cut.set("cursor", more)
    return rest("GET", `/api/tickets?${cut}`)
  }

  async function load(): Promise<void> {
    await said(async () => {
      const found = listOf(await asked())
      tickets.value = found.tickets
      cursor.value = found.cursor
    })
  }

  async function more(): Promise<void> {
    const found = listOf(await asked(cursor.value))
    tickets.value = [...(tickets.value ?? []), ...found.tickets]
    cursor.value = found.cursor
  }

  async function look(id: string | null): Promise<void> {
    if (!id) open.value = null
    else
      await said(async () => {
        open.value = wholeOf(await rest("GET", `/api/tickets/${encodeURIComponent(id)}`))
      })
  }

  async function said(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      problem.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      problem.value = error
    }
  }

  const stops = [
    effect(() => {
      void [which.value, queue.value]
      void load()
    }),
    effect(() => void look(chosen.value)),
  ]
  const timer = setInterval(() => {
    if (document.hidden || (tickets.value?.length ?? 0) > 50) return // more was asked for: leave it
    void load()
    void look(chosen.value)
  }, LOOK_MS)

  /** What is open, and the list, as they are after a change. */
  async function write(method: string, path: string, body: Json): Promise<Whole> {
    const whole = wholeOf(await rest(method, path, body))
    open.value = whole
    const mine = (one: Ticket) => (one.id === whole.ticket.id ? whole.ticket : one)
    tickets.value = tickets.value?.map(mine) ?? null
    return whole
  }

  const at = (id: string) => `/api/tickets/${encodeURIComponent(id)}`
  return {
    tickets,
    cursor,
    open,
    problem,
    which,
    queue,
    chosen,
    load,
    more,
    change: (id: string, body: Json) => write("PATCH", at(id), body),
    reply: (id: string, text: string, isPublic: boolean) =>
      write("POST", `${at(id)}/reply`, { cmid: newCmid(), text, public: isPublic }),
    add: (body: Json) => write("POST", "/api/tickets", { cmid: newCmid(), ...body }),
    /** The address with some of it changed; empty takes it out. */
    go(changes: { readonly [name: string]: string }): void {
      const next = new URLSearchParams(query.value)
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value)
        else next.delete(name)
      }
      router.go(`/tickets${next.size ? `?${next}` : ""}`)
    },
    stop(): void {
      for (const stop of stops) stop()
      clearInterval(timer)
    },
  }
}
