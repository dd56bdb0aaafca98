/** What a page reads for itself when it opens, and again after every change. */

import { signal } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import { type Json, Refused } from "../protocol/refused"
import { rest } from "../ui/rest"

export type Pages = ReturnType<typeof pages>

/** Several routes at once: their answers by path, or why there are none. */
function pages(paths: readonly string[]) {
  const answers = signal<{ readonly [path: string]: Json } | null>(null)
  const problem = signal<Refused | null>(null)
  async function read(): Promise<void> {
    try {
      const found = await Promise.all(paths.map(path => rest("GET", path)))
      answers.value = Object.fromEntries(paths.map((path, i) => [path, found[i] ?? {}]))
      problem.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      problem.value = error
    }
  }
  /** One request, then everything anew. */
  const write = async (method: string, path: string, body?: Json): Promise<Json> => {
    const answer = await rest(method, path, body)
    await read()
    return answer
  }
  return { answers, problem, read, write }
}

/** `everyMs`: also by itself, while the page is looked at. */
export function usePages(paths: readonly string[], everyMs = 0): Pages {
  const found = useMemo(() => pages(paths), [])
  useEffect(() => {
    void found.read()
    if (!everyMs) return
    const timer = setInterval(() => document.hidden || void found.read(), everyMs)
    return () => clearInterval(timer)
  }, [])
  return found
}
