/** The widget's own small signals keep the promises of the package they stand in for. */

import * as theirs from "@preact/signals"
import { expect, test } from "vitest"
import * as ours from "../src/visitor/reactive"

test.each([
  ["ours", ours],
  ["@preact/signals", theirs],
] as const)(
  "%s: an effect runs when what it read changes, and only then",
  (_, { signal, computed, effect, batch }) => {
    const [a, b, open] = [signal(1), signal(10), signal(true)]
    const sum = computed(() => a.value + b.value)
    const seen: unknown[] = []
    const stop = effect(() => {
      seen.push(open.value ? sum.value : "shut")
    })
    a.value = 2
    a.value = 2
    batch(() => {
      a.value = 3
      b.value = 20
    })
    open.value = false
    b.value = 30
    open.value = true
    stop()
    a.value = 99
    expect(seen).toEqual([11, 12, 23, "shut", 33])
    expect(sum.peek()).toBe(129)
  },
)

test.each([
  ["ours", ours],
  ["@preact/signals", theirs],
] as const)("%s: a source knows whether anybody reads it", (_, { signal, effect }) => {
  const log: string[] = []
  const clock = signal(0, { watched: () => log.push("on"), unwatched: () => log.push("off") })
  const wanted = signal(true)
  const stop = effect(() => {
    if (wanted.value) clock.value
  })
  clock.value = 1
  wanted.value = false
  wanted.value = true
  stop()
  expect(log).toEqual(["on", "off", "on", "off"])
})
