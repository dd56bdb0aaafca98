/**
 * Canned answers: finding one by what follows a slash, and filling in `{{visitor.first_name|there}}`.
 * A name without a value and without a fallback stays as it is, so that nobody sends a hole. Pure.
 */

import { number, text } from "../../desk/directory"
import { isJson } from "../../protocol/refused"
import { search } from "./fuzzy"

export interface Canned {
  readonly id: string
  readonly shortcut: string
  readonly title: string
  readonly text: string
  readonly uses: number
  readonly own: boolean
}

export type Values = { readonly [name: string]: string | null | undefined }

export function readCanned(rows: readonly unknown[]): readonly Canned[] {
  return rows
    .filter(isJson)
    .map(row => ({
      id: String(row.id),
      shortcut: text(row.shortcut) ?? "",
      title: text(row.title) ?? text(row.shortcut) ?? "",
      text: text(row.text) ?? "",
      uses: number(row.uses),
      own: text(row.owner) !== null,
    }))
    .filter(one => one.text)
    .sort((a, b) => b.uses - a.uses)
}

export const findCanned = (query: string, all: readonly Canned[]): readonly Canned[] =>
  search(query, all, one => `${one.shortcut} ${one.title} ${one.text.slice(0, 80)}`)

/** What is written after a slash at the caret: `"Hi /ref|"` → `ref`; null when there is no open slash. */
export function slashQuery(textBefore: string): string | null {
  return /(?:^|\s)\/([^\s/]*)$/.exec(textBefore)?.[1] ?? null
}

/** The text with the answer in the slash's place, and where the caret then stands. */
export function putCanned(whole: string, caret: number, answer: string): { text: string; caret: number } {
  const before = whole.slice(0, caret).replace(/(^|\s)\/[^\s/]*$/, "$1")
  return { text: before + answer + whole.slice(caret), caret: before.length + answer.length }
}

const HOLE = /\{\{\s*([\w.]+)\s*(?:\|([^}]*))?\}\}/g

export function fillIn(template: string, values: Values): string {
  return template.replace(HOLE, (hole, name: string, fallback: string | undefined) => {
    return values[name]?.trim() || fallback?.trim() || hole
  })
}

/** The first name that nobody filled in, or null. */
export function firstHole(message: string): string | null {
  HOLE.lastIndex = 0
  return HOLE.exec(message)?.[0] ?? null
}

export const firstName = (name: string | null | undefined): string | null =>
  name?.trim().split(/\s+/)[0] || null
