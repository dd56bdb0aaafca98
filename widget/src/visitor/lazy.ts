/**
 * What is not needed until the visitor can type comes in a second piece, fetched as soon as the
 * first one stands: menu, queue card, rating, the end, and the widget's manners in the page.
 */

import { signal } from "@preact/signals"
import type { Model } from "./model"
import { add } from "./words"

type Later = typeof import("./later")

const AGAIN_MS = 3_000

export const later = signal<Later | null>(null)

/** Fetches until it is there; gives back how to end. */
export function loadLater(root: ShadowRoot, model: Model): () => void {
  let stop: (() => void) | null = null
  let over = false
  const fetch = async () => {
    const piece = await import("./later").catch(() => null)
    if (over) return
    if (!piece) return void setTimeout(fetch, AGAIN_MS)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheetOf(piece.css)]
    add(piece.words)
    later.value = piece
    stop = piece.attend(model)
  }
  void fetch()
  return () => {
    over = true
    stop?.()
  }
}

export function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
}
