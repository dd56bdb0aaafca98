/**
 * Opening hours as a form needs them: local minutes in, `HH:MM` out, and back. Pure. Midnight at
 * the end of a day is 1440 here and `00:00` in the browser's time field.
 */

import { localOf } from "../ui/zone"
import type { Hours, Opening } from "./shapes"

export const DAY = 1_440

export const clockOf = (minute: number): string =>
  `${String(Math.floor((minute % DAY) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`

/** Null when it is no time. An end of `00:00` is the end of the day. */
export function minuteOf(text: string, side: "from" | "to"): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return null
  const minute = Number(hours) * 60 + Number(minutes)
  return minute === 0 && side === "to" ? DAY : minute
}

/** Each opening ends after it begins, and none of a day overlaps another. */
export const fits = (week: Hours["week"]): boolean => week.every(dayFits)

function dayFits(day: readonly Opening[]): boolean {
  const sorted = [...day].sort((a, b) => a[0] - b[0])
  return sorted.every(([from, to], at) => from < to && from >= (sorted[at - 1]?.[1] ?? 0))
}

/** The week with one day replaced. */
export const withDay = (week: Hours["week"], at: number, day: readonly Opening[]): Hours["week"] =>
  week.map((old, index) => (index === at ? day : old))

const USUAL: Opening = [9 * 60, 17 * 60]

/** One more opening after the last, so that a break lies between; a day that is closed opens as usual. */
export function withBreak(day: readonly Opening[]): readonly Opening[] {
  const last = day.at(-1)
  if (!last) return [USUAL]
  const [from, to] = last
  const middle = from + Math.round((to - from) / 2 / 30) * 30
  if (to - from < 90) return day
  return [...day.slice(0, -1), [from, middle], [Math.min(middle + 60, to - 30), to]]
}

export const always = ({ week, closed_on }: Hours): boolean =>
  closed_on.length === 0 && week.every(day => day.length === 1 && day[0]?.[0] === 0 && day[0][1] === DAY)

/** Names of the days, Monday first, in the reader's language. */
export function dayNames(locale: string): readonly string[] {
  const monday = Date.UTC(2024, 0, 1)
  const format = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" })
  return Array.from({ length: 7 }, (_, day) => format.format(monday + day * 86_400_000))
}

/** Is it open at this instant? The zone's own clock decides. */
export function openAt({ zone, week, closed_on }: Hours, atMs: number): boolean {
  const { date, minute } = localOf(atMs, zone)
  const day = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
  return !closed_on.includes(date) && (week[day] ?? []).some(([from, to]) => from <= minute && minute < to)
}
