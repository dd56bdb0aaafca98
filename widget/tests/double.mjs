// A stand-in for the server, for tests of the browser's side only: one site, conversations in
// memory, the visitor's half of the contract, and `tell()` to play everybody else.
import { createReadStream, existsSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { Server } from "socket.io"

const TYPES = { js: "text/javascript", css: "text/css", html: "text/html", svg: "image/svg+xml" }
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; require-trusted-types-for 'script'"

export class Double {
  conversations = new Map()
  epoch = "e1"
  calls = []
  refuse = null // (event, payload) => error | null
  turnAway = null // auth => error | null
  deaf = false // answers nothing
  site = {
    id: "default",
    name: "Marigold & Co",
    locale: "en",
    theme: {},
    hours: {},
    surveys: ["csat", "nps"],
    greeting: null,
    departments: [],
    uploads: false,
    drafts: false,
    reply_time_s: 120,
  }

  constructor(folder = null) {
    this.http = createServer((request, response) => this.file(folder, request, response))
    this.io = new Server(this.http, { transports: ["websocket"], pingInterval: 400, pingTimeout: 400 })
    this.io.of("/visitor").use((socket, next) => this.door(socket, next))
    this.io.of("/visitor").on("connection", socket => this.welcome(socket))
  }

  listen(port = 0) {
    return new Promise(done => this.http.listen(port, "127.0.0.1", () => done(this.http.address().port)))
  }

  close() {
    return new Promise(done => this.io.close(done))
  }

  door(socket, next) {
    const error = this.turnAway?.(socket.handshake.auth)
    next(error ? Object.assign(new Error(error.code), { data: error }) : undefined)
  }

  /** Cuts every line, as a network does. */
  cut() {
    for (const socket of this.io.of("/visitor").sockets.values()) socket.conn.transport.socket.terminate()
  }

  welcome(socket) {
    const token = socket.handshake.auth.token ?? `token-${Math.random().toString(36).slice(2)}`
    socket.join(token)
    const held = [...this.conversations.values()].findLast(one => one.token === token)
    const visitor = { id: `v-${token}`, name: null }
    const conversation = held ? this.snapshot(held) : null
    socket.emit("session", { visitor, token, site: this.site, conversation, epoch: this.epoch })
    socket.onAny((event, payload, ack) => this.heard(token, event, payload, ack))
  }

  heard(token, event, payload, ack) {
    this.calls.push([event, payload])
    if (this.deaf) return
    const error = this.refuse?.(event, payload)
    if (error)
      return ack({ ok: false, error: { request_id: "r", retryable: false, message: error.code, ...error } })
    ack({ ok: true, ...(this[`on_${event}`]?.(payload, token) ?? {}) })
  }

  on_start({ cmid, text }, token) {
    const known = [...this.conversations.values()].find(one => one.cmid === cmid)
    const held = known ?? {
      id: `c${this.conversations.size + 1}`,
      token,
      cmid,
      events: [],
      state: "bot",
      queue: null,
      agent: null,
      survey: null,
    }
    if (!known) {
      this.conversations.set(held.id, held)
      this.tell(held.id, "conversation_started", { cmid }, { kind: "visitor" })
      this.tell(held.id, "bot_started", { bot: "b" })
      if (text) this.tell(held.id, "message", { text, sender: "visitor" }, { kind: "visitor" })
    }
    return {
      conversation: held.id,
      seq: held.events.length,
      state: held.state,
      snapshot: this.snapshot(held),
    }
  }

  on_say({ conversation, cmid, text, quick_reply }) {
    const held = this.conversations.get(conversation)
    const known = held.events.find(event => event.data?.cmid === cmid)
    const said =
      known ??
      this.tell(
        conversation,
        "message",
        { cmid, text: text ?? quick_reply.title, sender: "visitor" },
        { kind: "visitor" },
      )
    return { seq: said.seq, id: said.id, at_ms: said.at_ms, ...(known ? { dup: true } : {}) }
  }

  on_sync({ conversation, after, limit = 200 }) {
    const { events } = this.conversations.get(conversation)
    const page = events.slice(after, after + limit)
    return { events: page, head: events.length, epoch: this.epoch, more: after + page.length < events.length }
  }

  on_handoff({ conversation }) {
    this.queue(conversation, 3, [120, 240])
    return { state: "queued", queue: { position: 3, eta_s: [120, 240] } }
  }

  on_leave_message({ conversation }) {
    this.conversations.get(conversation).state = "diverted"
    this.tell(conversation, "diverted", { to: "ticket", reason: "visitor_choice" })
    return { state: "diverted" }
  }

  on_end({ conversation }) {
    this.end(conversation)
    return { state: "closed", survey: null }
  }

  on_rate({ conversation, survey, answers }) {
    for (const [kind, score] of Object.entries(answers))
      if (kind !== "comment")
        this.tell(conversation, "survey_answered", { survey, kind, score, skipped: score === null })
    return {}
  }

  queue(conversation, position, eta_s) {
    const held = this.conversations.get(conversation)
    const first = held.state !== "queued"
    Object.assign(held, { state: "queued", queue: { position, eta_s } })
    if (first) this.tell(conversation, "queue_entered", { queue: "support", reason: "handoff" })
    this.io.of("/visitor").to(held.token).emit("queue", { position, eta_s })
  }

  accept(conversation, name = "Maria Lind") {
    const held = this.conversations.get(conversation)
    Object.assign(held, { state: "active", queue: null, agent: { id: "a1", name, avatar: null } })
    this.tell(conversation, "accepted", { agent: "a1", name }, { kind: "agent", id: "a1", name })
  }

  end(conversation) {
    const held = this.conversations.get(conversation)
    const questions = [
      {
        kind: "csat",
        text: "How satisfied are you with this chat?",
        low: "Very unhappy",
        high: "Very happy",
      },
      {
        kind: "nps",
        text: "How likely are you to recommend us to a friend?",
        low: "Not at all likely",
        high: "Extremely likely",
      },
    ]
    Object.assign(held, {
      state: "closed",
      survey: { id: "s1", questions, answers: {}, expires_ms: Date.now() + 86_400_000 },
    })
    this.tell(conversation, "closed", { by: "agent", resolved: true })
    this.tell(conversation, "survey_offered", { survey: "s1", questions })
  }

  /** Something happened; `silent` keeps it from being told live, as a lost frame does. */
  tell(conversation, kind, data = {}, actor = { kind: "system" }, silent = false) {
    const held = this.conversations.get(conversation)
    const seq = held.events.length + 1
    const hidden = kind === "hidden"
    const frame = {
      conversation,
      seq,
      epoch: this.epoch,
      kind,
      ...(hidden ? {} : { id: `m${seq}`, at_ms: Date.now(), actor, data }),
    }
    held.events.push(frame)
    if (!silent) this.io.of("/visitor").to(held.token).emit("event", frame)
    return frame
  }

  emit(conversation, name, payload) {
    this.io.of("/visitor").to(this.conversations.get(conversation).token).emit(name, payload)
  }

  head(conversation) {
    this.emit(conversation, "head", {
      conversation,
      head: this.conversations.get(conversation).events.length,
      epoch: this.epoch,
    })
  }

  snapshot(held) {
    const { id, state, queue, agent, survey, events } = held
    return {
      id,
      state,
      department: null,
      head: events.length,
      epoch: this.epoch,
      agent,
      queue,
      survey,
      events: events.slice(-50),
      started_at_ms: 0,
    }
  }

  file(folder, request, response) {
    const path = new URL(request.url, "http://x").pathname
    const name =
      path === "/"
        ? "index.html"
        : path.startsWith("/chat/")
          ? "chat.html"
          : path.startsWith("/static/")
            ? path.slice(8)
            : path === "/w.js"
              ? "w.js"
              : `${path.slice(1)}.html`
    const file = join(folder ?? "", name)
    if (!folder || !existsSync(file)) return response.writeHead(404).end()
    const type = TYPES[file.split(".").at(-1)] ?? "text/plain"
    response.writeHead(200, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": CSP,
      "access-control-allow-origin": "*",
    })
    createReadStream(file).pipe(response)
  }
}

if (process.argv[1]?.endsWith("double.mjs")) {
  const double = new Double(process.argv[2])
  const port = await double.listen(Number(process.argv[3] ?? 0))
  console.log(port)
  const { createInterface } = await import("node:readline")
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, ...args] = JSON.parse(line)
    await double[name](...args)
    console.log("done")
  }
}
