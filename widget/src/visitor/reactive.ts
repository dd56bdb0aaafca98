/**
 * Signals in sixty lines: the part of `@preact/signals` that the widget uses, to the same tests.
 * The widget's build puts it in that package's place, because three kilobytes are a third of what
 * a visitor waits for. Two simplifications: a computed is computed at each reading, and a
 * component is not followed by itself: `main.tsx` renders the whole panel in one `effect`, in
 * which every reading is followed.
 */

import { useRef } from "preact/hooks"

interface Options {
  watched?: () => void
  unwatched?: () => void
}

export interface Signal<T> {
  value: T
  peek(): T
}

interface Runner {
  run(): void
  readonly sources: Set<Source>
}

interface Source {
  readonly readers: Set<Runner>
  readonly options: Options
}

let reader: Runner | null = null
let depth = 0
const due = new Set<Runner>()

export function signal<T>(first: T, options: Options = {}): Signal<T> {
  const source: Source = { readers: new Set(), options }
  let held = first
  return {
    get value() {
      if (reader) follow(reader, source)
      return held
    },
    set value(next: T) {
      if (Object.is(next, held)) return
      held = next
      batch(() => {
        for (const one of source.readers) due.add(one)
      })
    },
    peek: () => held,
  }
}

export function computed<T>(compute: () => T): { readonly value: T; peek(): T } {
  return {
    get value() {
      return compute()
    },
    peek: () => unfollowed(compute),
  }
}

export function effect(act: () => void): () => void {
  const runner: Runner = { sources: new Set(), run: () => run(runner, act) }
  runner.run()
  return () => leave(runner, new Set())
}

/** Effects run once, after the outermost batch. */
export function batch(act: () => void): void {
  depth += 1
  try {
    act()
  } finally {
    depth -= 1
    while (!depth && due.size) {
      const [next] = due
      due.delete(next as Runner)
      next?.run()
    }
  }
}

export function useSignal<T>(first: T): Signal<T> {
  const held = useRef<Signal<T> | null>(null)
  held.current ??= signal(first)
  return held.current
}

function run(runner: Runner, act: () => void): void {
  const before = new Set(runner.sources)
  const outer = reader
  runner.sources.clear()
  reader = runner
  try {
    act()
  } finally {
    reader = outer
    leave(runner, runner.sources, before)
  }
}

function follow(runner: Runner, source: Source): void {
  runner.sources.add(source)
  if (source.readers.has(runner)) return
  if (!source.readers.size) source.options.watched?.()
  source.readers.add(runner)
}

/** No longer follows what it did not read this time. */
function leave(
  runner: Runner,
  stay: ReadonlySet<Source>,
  before: Iterable<Source> = [...runner.sources],
): void {
  for (const source of before) {
    if (stay.has(source) || !source.readers.delete(runner)) continue
    if (!source.readers.size) source.options.unwatched?.()
  }
}

function unfollowed<T>(compute: () => T): T {
  const outer = reader
  reader = null
  try {
    return compute()
  } finally {
    reader = outer
  }
}
