import type { AddressInfo } from "node:net"
import { io } from "socket.io-client"
import { afterEach, beforeEach, expect, test } from "vitest"
import { WebSocketServer } from "ws"
import type { Refused } from "../src/protocol/refused"
import { backoffMs, Socket, type Status } from "../src/protocol/socket"
import { Double } from "./double.mjs"
import { started, until } from "./support"

let double: Double
let port: number
let origin: string
let sockets: Socket[] = []

beforeEach(async () => {
  ;({ double, port, origin } = await started())
})

afterEach(async () => {
  for (const socket of sockets) socket.close()
  sockets = []
  await double.close()
})

function dial(
  auth: () => Record<string, unknown> | Promise<Record<string, unknown>> = () => ({ site: "default" }),
) {
  const statuses: Status[] = []
  const heard: [string, unknown][] = []
  const socket = new Socket({
    origin,
    namespace: "/visitor",
    auth,
    onStatus: status => statuses.push(status),
    onEvent: (name, payload) => heard.push([name, payload]),
  })
  sockets.push(socket)
  socket.connect()
  return { socket, statuses, heard }
}

test("it connects with its auth and hears what is said", async () => {
  const { heard } = dial(() => ({ site: "default", token: "tök" }))
  await until(() => heard.length)
  expect(heard[0]).toEqual(["session", expect.objectContaining({ token: "tök" })])
})

test("the official client hears the same", async () => {
  const { heard } = dial(() => ({ site: "default", token: "same" }))
  const official = io(`${origin}/visitor`, {
    transports: ["websocket"],
    auth: { site: "default", token: "same" },
  })
  const theirs = await new Promise(resolve => official.on("session", resolve))
  await until(() => heard.length)
  expect(heard[0]?.[1]).toEqual(theirs)
  official.close()
})

test("an answer brings its fields, a refusal its code", async () => {
  const { socket } = dial()
  await until(() => socket.open)
  const answer = await socket.emit("start", { cmid: "a", text: "Grüße 👋 “quoted”" })
  expect(answer).toMatchObject({ ok: true, conversation: "c1", state: "bot" })
  double.refuse = () => ({ code: "rate_limited", retryable: true, retry_after_ms: 700 })
  const error: Refused = await socket.emit("say", {}).catch(caught => caught)
  expect(error).toMatchObject({ code: "rate_limited", retryable: true, retryAfterMs: 700 })
})

test("a question nobody answers is over after its time", async () => {
  const { socket } = dial()
  await until(() => socket.open)
  double.deaf = true
  await expect(socket.emit("say", {}, 30)).rejects.toMatchObject({ code: "timeout", retryable: true })
})

test("without a line a question fails at once", async () => {
  const { socket } = dial()
  await expect(socket.emit("say", {})).rejects.toMatchObject({ code: "offline", retryable: true })
})

test("what is under way when the line drops fails, and the line comes back", async () => {
  const { socket, statuses } = dial()
  await until(() => socket.open)
  double.deaf = true
  const answer = socket.emit("say", {})
  double.cut()
  await expect(answer).rejects.toMatchObject({ code: "offline" })
  await until(() => socket.open)
  expect(statuses.map(status => status.phase)).toEqual([
    "connecting",
    "open",
    "waiting",
    "connecting",
    "open",
  ])
})

test("the heartbeat keeps a silent line alive", async () => {
  const { socket, statuses } = dial()
  await until(() => socket.open)
  await new Promise(resolve => setTimeout(resolve, 1_300)) // three heartbeats of the double
  expect(statuses).toHaveLength(2)
  expect(socket.open).toBe(true)
})

test("a line that says nothing at all is given up and dialled again", async () => {
  const dead = new WebSocketServer({ port: 0, host: "127.0.0.1" })
  await new Promise(listening => dead.on("listening", listening as () => void))
  dead.on("connection", line => {
    line.send('0{"sid":"s","pingInterval":30,"pingTimeout":30}')
    line.on("message", () => line.send("40/visitor,{}"))
  })
  origin = `http://127.0.0.1:${(dead.address() as AddressInfo).port}`
  const { statuses } = dial()
  await until(() => statuses.filter(status => status.phase === "open").length === 2)
  for (const line of dead.clients) line.terminate()
  dead.close()
})

test("it finds a server that was restarted", async () => {
  const { socket } = dial()
  await until(() => socket.open)
  await double.close()
  await until(() => !socket.open)
  double = new Double()
  await double.listen(port)
  socket.connect()
  await until(() => socket.open)
})

test("being turned away for good is said, not retried", async () => {
  double.turnAway = () => ({ code: "not_found", message: "There is no such site.", retryable: false })
  const { statuses } = dial()
  const last = await until(() => statuses.find(status => status.phase === "refused"))
  expect(last).toMatchObject({ error: { code: "not_found", message: "There is no such site." } })
})

test("being turned away for now is retried after the time it names", async () => {
  double.turnAway = () => ({ code: "unavailable", retryable: true, retry_after_ms: 30 })
  const { socket, statuses } = dial()
  await until(() => statuses.some(status => status.phase === "waiting"))
  double.turnAway = null
  await until(() => socket.open)
})

test("every attempt asks for its auth anew", async () => {
  let tickets = 0
  const { socket } = dial(async () => ({ ticket: ++tickets }))
  await until(() => socket.open)
  double.cut()
  await until(() => !socket.open)
  await until(() => socket.open)
  expect(tickets).toBe(2)
})

test("waiting grows to fifteen seconds and is never the same for all", () => {
  expect([1, 2, 3, 4, 5, 6, 9].map(attempt => backoffMs(attempt, 1))).toEqual([
    800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000,
  ])
  expect(backoffMs(3, 0)).toBe(1_600)
})
