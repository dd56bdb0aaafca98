/**
 * The one way a request fails, on every face: the server's error shape, or the wire's own
 * `offline` and `timeout`, which are always retryable because nobody knows what became of it.
 */

export type Json = { readonly [key: string]: unknown }

export class Refused extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly retryAfterMs: number | null
  readonly field: string | null
  readonly details: Json

  constructor(code: string, message: string, retryable: boolean, details: Json = {}) {
    super(message)
    this.name = "Refused"
    this.code = code
    this.retryable = retryable
    this.details = details
    this.retryAfterMs = typeof details.retry_after_ms === "number" ? details.retry_after_ms : null
    this.field = typeof details.field === "string" ? details.field : null
  }
}

export const offline = () => new Refused("offline", "There is no connection right now.", true)
export const timedOut = () => new Refused("timeout", "The server did not answer in time.", true)

/** What is in an answer's `error`, from a socket or from REST; nonsense becomes `internal`. */
export function refusal(error: unknown): Refused {
  if (!isJson(error) || typeof error.code !== "string")
    return new Refused("internal", "The server gave an answer that makes no sense.", true)
  const message = typeof error.message === "string" ? error.message : error.code
  return new Refused(error.code, message, error.retryable === true, error)
}

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)
