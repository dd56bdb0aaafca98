/** The server's plan, as charts, tables and sentences need it. Pure. */

import { isJson, type Json } from "../../protocol/refused"
import { number } from "../board"

/** What visitors meet with so many agents. `waitS` null: the line grows without end. */
export interface Met {
  readonly agents: number
  readonly level: number
  readonly waitS: number | null
  readonly abandonment: number
  readonly occupancy: number
}

export interface Slot {
  readonly startMs: number
  readonly endMs: number
  readonly open: boolean
  readonly forecast: number
  readonly low: number
  readonly high: number
  readonly weeks: number
  readonly thin: boolean
  /** The weeks behind the forecast: start, arrivals. */
  readonly before: readonly (readonly [number, number])[]
  readonly reforecast: number | null
  readonly actual: number | null
  readonly arrivals: number
  readonly load: number | null
  readonly required: number | null
  readonly rostered: number | null
  readonly planned: number | null
  readonly online: number | null
  readonly gap: number | null
  readonly atRequired: Met | null
  readonly atStaffed: Met | null
}

export interface Accuracy {
  readonly wape: number | null
  readonly bias: number | null
}

export interface Plan {
  readonly queue: string
  readonly handleS: number | null
  readonly chats: number
  readonly effectiveHandleS: number | null
  readonly concurrencyAvg: number | null
  readonly patienceS: number | null
  readonly abandonment: number | null
  readonly chatS: readonly number[]
  readonly safeConcurrency: number | null
  readonly concurrency: number
  readonly withinS: number
  readonly target: number
  readonly maxOccupancy: number
  readonly shrinkage: number
  readonly shrinkageMeasured: boolean
  readonly trend: number
  readonly tried: Accuracy
  readonly repeated: Accuracy
  readonly triedWeeks: number
  readonly proved: Accuracy
  readonly slots: readonly Slot[]
}

export interface Outlook {
  readonly asOfMs: number
  readonly lookBackDays: number
  readonly queues: readonly Plan[]
  readonly together: Plan | null
}

export function readOutlook(answer: Json): Outlook {
  return {
    asOfMs: number(answer.as_of_ms) ?? 0,
    lookBackDays: number(answer.look_back_days) ?? 0,
    queues: list(answer.queues).map(readPlan),
    together: isJson(answer.together) ? readPlan(answer.together) : null,
  }
}

/** One queue's plan; without a queue that of all together. */
export const shown = ({ queues, together }: Outlook, queue: string): Plan | null =>
  queue ? (queues.find(one => one.queue === queue) ?? null) : (together ?? queues[0] ?? null)

/** Nothing came, so nothing can be expected. */
export const isEmpty = ({ slots }: Plan): boolean =>
  slots.every(one => !one.arrivals && !one.forecast && !one.before.some(([, count]) => count))

/** Do visitors give up so often that the model reckons with it (kpis.md F04)? */
export const isImpatient = ({ patienceS, abandonment }: Plan): boolean =>
  patienceS !== null && (abandonment ?? 0) > 0.02

function readPlan(given: Json): Plan {
  const { work, promise, tried } = objects(given, "work", "promise", "tried")
  return {
    queue: String(given.queue ?? ""),
    handleS: number(work.handle_s),
    chats: number(work.chats) ?? 0,
    effectiveHandleS: number(work.effective_handle_s),
    concurrencyAvg: number(work.concurrency_avg),
    patienceS: number(work.patience_s),
    abandonment: number(work.abandonment),
    chatS: numbers(work.chat_s),
    safeConcurrency: number(work.safe_concurrency),
    concurrency: number(promise.concurrency) ?? 1,
    withinS: number(promise.within_s) ?? 0,
    target: number(promise.target) ?? 0,
    maxOccupancy: number(promise.max_slot_occupancy) ?? 1,
    shrinkage: number(promise.shrinkage) ?? 0,
    shrinkageMeasured: promise.shrinkage_measured === true,
    trend: number(given.trend) ?? 1,
    tried: accuracy(tried.accuracy),
    repeated: accuracy(tried.repeated),
    triedWeeks: number(tried.weeks) ?? 0,
    proved: accuracy(given.proved),
    slots: list(given.intervals).map(readSlot),
  }
}

function readSlot(given: Json): Slot {
  return {
    startMs: number(given.start_ms) ?? 0,
    endMs: number(given.end_ms) ?? 0,
    open: given.open !== false,
    forecast: number(given.forecast) ?? 0,
    low: number(given.low) ?? 0,
    high: number(given.high) ?? 0,
    weeks: number(given.weeks) ?? 0,
    thin: given.thin === true,
    before: (Array.isArray(given.before) ? given.before : []).map(pair => {
      const [at, count] = numbers(pair)
      return [at ?? 0, count ?? 0] as const
    }),
    reforecast: number(given.reforecast),
    actual: number(given.actual),
    arrivals: number(given.arrivals) ?? 0,
    load: number(given.load),
    required: number(given.required),
    rostered: number(given.rostered),
    planned: number(given.planned),
    online: number(given.online),
    gap: number(given.gap),
    atRequired: isJson(given.at_required) ? readMet(given.at_required) : null,
    atStaffed: isJson(given.at_staffed) ? readMet(given.at_staffed) : null,
  }
}

function readMet(given: Json): Met {
  return {
    agents: number(given.agents) ?? 0,
    level: number(given.service_level) ?? 0,
    waitS: number(given.wait_s),
    abandonment: number(given.abandonment) ?? 0,
    occupancy: number(given.occupancy) ?? 0,
  }
}

/** The answer of a trial: what each interval needs, and one interval's curve. */
export interface Tried {
  readonly needs: readonly {
    readonly required: number
    readonly rostered: number
  }[]
  readonly of: number
  readonly curve: readonly Met[]
}

export function readTried(answer: Json): Tried {
  return {
    needs: list(answer.intervals).map(one => ({
      required: number(one.required) ?? 0,
      rostered: number(one.rostered) ?? 0,
    })),
    of: number(answer.of) ?? 0,
    curve: list(answer.curve).map(readMet),
  }
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
const numbers = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.map(number).filter(one => one !== null) : []

function objects<K extends string>(given: Json, ...names: readonly K[]): { readonly [name in K]: Json } {
  return Object.fromEntries(names.map(name => [name, isJson(given[name]) ? given[name] : {}])) as {
    readonly [name in K]: Json
  }
}

function accuracy(value: unknown): Accuracy {
  const given = isJson(value) ? value : {}
  return { wape: number(given.wape), bias: number(given.bias) }
}
