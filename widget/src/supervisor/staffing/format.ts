/** Figures of this page as they are read. */

import { decimal, percent, span, whole } from "../figures"
import type { StaffingModel } from "./model"
import { locale, t } from "./words"

export const share = (value: number | null, digits = 0): string => percent(value, locale.value, digits)
export const count = (value: number | null): string => whole(value, locale.value)
export const some = (value: number | null): string => decimal(value, locale.value)
export const seconds = (value: number | null): string =>
  span(value === null ? null : value * 1_000, locale.value)
export const wait = (value: number | null): string => (value === null ? t("endless") : seconds(value))
export const agents = (value: number): string => t("agent", { count: value })

/** A gap with its sign, in whole agents where it is whole. */
export const signed = (value: number): string =>
  new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(value)

/** `Tue 24 Nov, 10:30`, or the time alone while only one day is on the screen. */
export function when(atMs: number, model: Pick<StaffingModel, "zone" | "question">): string {
  const { from, to } = model.question.value
  return stamp(atMs, model.zone.value, from !== to)
}

export function stamp(atMs: number, timeZone: string, withDay = true): string {
  const day = withDay ? ({ weekday: "short", day: "numeric", month: "short" } as const) : {}
  const shape = { ...day, hour: "numeric", minute: "2-digit", timeZone } as const
  return new Intl.DateTimeFormat(locale.value, shape).format(atMs)
}
