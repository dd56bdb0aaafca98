/**
 * Time on the screen: one clock that ticks while somebody looks, and formatters. Everything is
 * UTC milliseconds going in, the reader's own words coming out.
 */

import { signal } from "@preact/signals"

const TICK_MS = 1_000

/** The browser's now, each second, while anything reads it and the page is visible. */
export const now = ticking(TICK_MS)

/** How far the server's clock is ahead of ours; faces set it from a frame that carries `as_of_ms`. */
export const skewMs = signal(0)

/** Now by the server's clock, ticking: for waits that began there. Never negative differences. */
export const sinceMs = (startMs: number): number => Math.max(0, now.value + skewMs.value - startMs)

function ticking(everyMs: number) {
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    clock.value = Date.now()
  }
  const clock = signal(Date.now(), {
    watched: () => {
      timer = setInterval(() => !globalThis.document?.hidden && tick(), everyMs)
      globalThis.document?.addEventListener("visibilitychange", tick)
      tick()
    },
    unwatched: () => {
      clearInterval(timer)
      globalThis.document?.removeEventListener("visibilitychange", tick)
    },
  })
  return clock
}

/** `0:07`, `12:30`, `1:05:09`: for what ticks. */
export function ticks(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const tail = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(rest).padStart(2, "0")}`
  return hours ? `${hours}:${tail}` : tail
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const

/** `2 min`, `1 h 5 min`, `34 s` in the locale's short words: for what stands still. */
export function duration(ms: number, locale: string): string {
  const at = UNITS.findIndex(([, size]) => ms >= size)
  const [unit, size] = UNITS[at] ?? UNITS[3]
  const whole = Math.floor(Math.max(0, ms) / size)
  const next = unit === "minute" ? undefined : UNITS[at + 1]
  const rest = next ? Math.floor((ms % size) / next[1]) : 0
  const parts = [measured(whole, unit, locale)]
  if (at >= 0 && next && rest) parts.push(measured(rest, next[0], locale))
  return parts.join(" ")
}

const measured = (value: number, unit: string, locale: string) =>
  new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value)

/** `just now` is the caller's word below a minute; then `5 min ago`, `yesterday`. */
export function relative(atMs: number, nowMs: number, locale: string): string {
  const diff = atMs - nowMs
  const [unit, size] = UNITS.find(([, step]) => Math.abs(diff) >= step) ?? UNITS[3]
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }).format(
    Math.round(diff / size),
    unit,
  )
}

/** `14:05`; with the day when it is another one. */
export function clock(atMs: number, locale: string, nowMs = Date.now(), timeZone?: string): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString()
  const day = sameDay ? {} : ({ day: "numeric", month: "short" } as const)
  const zone = timeZone ? { timeZone } : {}
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...day, ...zone }).format(atMs)
}
