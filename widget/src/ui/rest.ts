/**
 * REST for the console and the board: JSON under `/api`, the token of `POST /api/login` beside
 * the cookie, every failure a `Refused` (code `offline` when nothing answered).
 */

import { signal } from "@preact/signals"
import { isJson, type Json, offline, Refused, refusal } from "../protocol/refused"

export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: "agent" | "supervisor" | "admin"
}

const KEY = "antiphon:login"
const LIMIT_MS = 15_000

/** Who is logged in on this device; null shows the login screen. Shared by console and board. */
export const login = signal<{ readonly token: string; readonly user: User } | null>(recall())

export async function rest(method: string, path: string, body?: Json, limitMs = LIMIT_MS): Promise<Json> {
  const answer = await send(method, path, body, limitMs).catch(() => {
    throw offline()
  })
  const value: unknown = await answer.json().catch(() => ({}))
  if (answer.ok) return isJson(value) ? value : { items: value }
  const error = refusal(isJson(value) && value.error ? value.error : { code: statusCode(answer.status) })
  if (answer.status === 401 && path !== "/api/login") forget()
  throw error
}

function send(method: string, path: string, body: Json | undefined, limitMs: number): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" }
  if (body) headers["content-type"] = "application/json"
  if (login.value) headers.authorization = `Bearer ${login.value.token}`
  const signal = AbortSignal.timeout(limitMs)
  return fetch(path, { method, headers, signal, ...(body ? { body: JSON.stringify(body) } : {}) })
}

const statusCode = (status: number) =>
  status >= 500 ? "unavailable" : status === 404 ? "not_found" : "bad_request"

export const logIn = (email: string, password: string): Promise<void> =>
  enter("/api/login", { email, password })

/** Whatever path answers `{token, user}` logs this device in. */
export async function enter(path: string, body: Json): Promise<void> {
  const answer = await rest("POST", path, body)
  const fresh = { token: String(answer.token), user: answer.user as User }
  localStorage.setItem(KEY, JSON.stringify(fresh))
  login.value = fresh
}

export async function logOut(): Promise<void> {
  await rest("POST", "/api/logout", {}).catch(() => undefined)
  forget()
}

/** The `auth` of an agent's or supervisor's socket: single use, so asked before every attempt. */
export async function socketTicket(): Promise<Json> {
  const answer = await rest("POST", "/api/socket-ticket", {})
  return { ticket: String(answer.ticket) }
}

function forget(): void {
  localStorage.removeItem(KEY)
  login.value = null
}

function recall(): { token: string; user: User } | null {
  try {
    return JSON.parse(globalThis.localStorage?.getItem(KEY) ?? "null")
  } catch {
    return null
  }
}

export { Refused }
