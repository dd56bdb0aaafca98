/**
 * Loose matching for the palette and canned answers: every word of the query must be found, whole
 * or as beginnings of words (`rp` is "Refund policy"); whole and early counts more. Pure.
 */

const RUN = 8
const WORD_START = 10
const FIRST = 6
const HOP = 2

/** How well it fits; 0 is not at all. */
export function match(query: string, text: string): number {
  const words = fold(query).split(/\s+/).filter(Boolean)
  const target = fold(text)
  let sum = 1
  for (const word of words) {
    const one = fitWord(word, target)
    if (!one) return 0
    sum += one
  }
  return sum
}

/** Best first; equally good ones stay in the order they came. An empty query keeps all. */
export function search<T>(query: string, things: readonly T[], textOf: (thing: T) => string): readonly T[] {
  if (!query.trim()) return things
  return things
    .map((thing, at) => ({ thing, at, score: match(query, textOf(thing)) }))
    .filter(one => one.score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(one => one.thing)
}

function fitWord(word: string, text: string): number {
  const whole = text.indexOf(word)
  if (whole >= 0)
    return word.length * RUN + (isStart(text, whole) ? WORD_START : 0) + (whole === 0 ? FIRST : 0)
  return hops(word, text) ? word.length * HOP : 0
}

/** `refpol` and `rp` mean "Refund policy": each letter follows the last or begins a later word. */
function hops([first, ...rest]: string, text: string): boolean {
  const begins = Array.from({ length: text.length }, (_, at) => at).filter(at => isStart(text, at))
  let here = begins.filter(at => text[at] === first)
  for (const letter of rest) {
    const earliest = here[0] ?? text.length
    const next = new Set([...here.map(at => at + 1), ...begins.filter(at => at > earliest)])
    here = [...next].filter(at => text[at] === letter).sort((a, b) => a - b)
  }
  return here.length > 0
}

const isStart = (text: string, at: number) => at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? "")

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
