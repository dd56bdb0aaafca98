/**
 * Loose matching for the palette and canned answers: every word of the query must be found, as
 * letters in order; runs and beginnings of words count more. Pure.
 */

const RUN = 8
const WORD_START = 10
const FIRST = 6
const GAP = 1

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
  let score = 0
  let from = 0
  for (const letter of word) {
    const at = text.indexOf(letter, from)
    if (at < 0) return 0
    score += isStart(text, at) ? WORD_START / 2 : at === from ? RUN / 2 : GAP
    from = at + 1
  }
  // Letters scattered all over are no match anybody meant.
  return score >= word.length * 2 ? score : 0
}

const isStart = (text: string, at: number) => at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? "")

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
