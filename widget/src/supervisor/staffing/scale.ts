/** Where things lie on the two charts: intervals side by side from left to right, figures from the foot up. Pure. */

import { localOf } from "../../ui/zone"
import type { Slot, Tried } from "./answer"

export const [LEFT, RIGHT, TOP, BOTTOM] = [38, 6, 10, 22]

export interface Scale {
  readonly x: (index: number) => number
  readonly y: (value: number) => number
  readonly high: number
  readonly width: number
  readonly height: number
  /** The interval under a horizontal place of the drawing. */
  readonly at: (px: number) => number
}

export function scale(width: number, height: number, intervals: number, highest: number): Scale {
  const high = top(highest)
  const inner = Math.max(1, width - LEFT - RIGHT)
  return {
    x: index => LEFT + (index / Math.max(1, intervals)) * inner,
    y: value => height - BOTTOM - (Math.min(value, high) / high) * (height - BOTTOM - TOP),
    high,
    width,
    height,
    at: px => Math.max(0, Math.min(intervals - 1, Math.floor(((px - LEFT) / inner) * intervals))),
  }
}

const TOPS = [2, 4, 6, 8, 10, 12, 14, 16, 20]

/** A round number above everything whose half is round too. */
export function top(highest: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(highest, 1) / 2)))
  return (TOPS.find(one => one * power >= highest) ?? 20) * power
}

/** Within one day: from the first interval in which there is anything to the last, and one beside each. */
export function lively(slots: readonly Slot[]): readonly Slot[] {
  const alive = (slot: Slot) => slot.arrivals || slot.high || slot.planned || slot.online || slot.required
  const first = slots.findIndex(alive)
  const last = slots.findLastIndex(alive)
  return first < 0 ? slots : slots.slice(Math.max(0, first - 1), last + 2)
}

/** Steps: each value stands for its whole interval; a null is a gap. */
export function steps(values: readonly (number | null)[], { x, y }: Scale): string {
  let path = ""
  let down = false
  values.forEach((value, at) => {
    if (value !== null)
      path += `${down ? "V" : `M${x(at).toFixed(1)} `}${y(value).toFixed(1)}H${x(at + 1).toFixed(1)}`
    down = value !== null
  })
  return path
}

/** From the lower ends to the upper ones and back. */
export function area(low: readonly number[], high: readonly number[], { x, y }: Scale): string {
  if (!low.length) return ""
  const there = high.map(
    (value, at) => `${at ? "V" : `M${x(0).toFixed(1)} `}${y(value).toFixed(1)}H${x(at + 1).toFixed(1)}`,
  )
  const back = low.map((_, n) => {
    const at = low.length - 1 - n
    return `V${y(low[at] ?? 0).toFixed(1)}H${x(at).toFixed(1)}`
  })
  return `${there.join("")}${back.join("")}Z`
}

/** What is needed: of those who are there where it is over, on the roster where it is to come. */
export const needed = ({ actual, required, rostered }: Slot): number | null =>
  actual === null ? rostered : required

export const there = ({ actual, online, planned }: Slot): number | null =>
  actual === null ? planned : online

/** The same of a trial, which was reckoned for `all` intervals of the plan; null when it was not. */
export function triedNeeds(
  slots: readonly Slot[],
  all: readonly Slot[],
  { needs }: Tried,
): readonly (number | null)[] | null {
  if (needs.length !== all.length) return null
  const at = new Map(all.map((slot, index) => [slot.startMs, needs[index]]))
  return slots.map(({ startMs, actual }) => {
    const need = at.get(startMs)
    return need ? (actual === null ? need.rostered : need.required) : null
  })
}

export interface Mark {
  readonly index: number
  readonly day: boolean
}

/** Where a time or a day is written below: as many as there is room for. */
export function marks(slots: readonly Slot[], zone: string, width: number): readonly Mark[] {
  const minutes = slots.map(slot => localOf(slot.startMs, zone).minute)
  const days = minutes.flatMap((minute, index) => (minute === 0 ? [{ index, day: true }] : []))
  const room = Math.max(2, Math.floor((width - LEFT) / 84))
  if (days.length > 2) return thinned(days, room)
  const every = [60, 120, 180, 240, 360, 480, 720].find(
    step => minutes.filter(minute => minute % step === 0).length <= room,
  )
  return minutes.flatMap((minute, index) => (minute % (every ?? 720) === 0 ? [{ index, day: false }] : []))
}

const thinned = (all: readonly Mark[], room: number): readonly Mark[] => {
  const step = Math.ceil(all.length / room)
  return all.filter((_, at) => at % step === 0)
}
