/** Answers that take their time, as signals: few asked at once, the latest question wins. */

import { effect, signal } from "@preact/signals"
import type { Json } from "../protocol/refused"
import { Refused, rest } from "../ui/rest"

export const REPORT_MS = 120_000 // the first question after a restart may wait until the facts are read
const AT_ONCE = 2

export type Told<T> =
  | { readonly phase: "loading"; readonly value: T | null }
  | { readonly phase: "there"; readonly value: T }
  | { readonly phase: "failed"; readonly value: null; readonly problem: Refused }

/** Asks whenever its path changes (null: nothing to ask); an older answer is dropped. */
export function told<T>(path: () => string | null, read: (answer: Json) => T) {
  const answer = signal<Told<T>>({ phase: "loading", value: null })
  const anew = signal(0)
  let turn = 0
  const stop = effect(() => {
    const asked = path()
    if (anew.value < 0 || asked === null) return
    const mine = ++turn
    answer.value = { phase: "loading", value: answer.peek().value }
    inTurn(() => rest("GET", asked, undefined, REPORT_MS)).then(
      found => {
        if (mine === turn) answer.value = { phase: "there", value: read(found) }
      },
      problem => {
        if (!(problem instanceof Refused)) throw problem
        if (mine === turn) answer.value = { phase: "failed", value: null, problem }
      },
    )
  })
  return { answer, again: () => anew.value++, stop }
}

let running = 0
const waiting: (() => void)[] = []

/** Few at once: the server counts one after another anyway, and the first answer should be there first. */
export async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>(done => waiting.push(done))
  running++
  try {
    return await task()
  } finally {
    running--
    waiting.shift()?.()
  }
}
