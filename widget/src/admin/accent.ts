/** How readable a colour is with the text the widget will put on it. Pure. */

import { contrast, parse } from "../visitor/accent"

type Rgb = readonly [number, number, number]

export interface Verdict {
  /** Of the text on it. */
  readonly ratio: number
  readonly on: "white" | "black"
  /** Of the launcher on a white page. */
  readonly page: number
  readonly enough: boolean
}

const WHITE: Rgb = [255, 255, 255]
const INK: Rgb = [20, 20, 28]
const ENOUGH = 4.5 // WCAG 2, text
const SEEN = 3 // WCAG 2, what must be told from its ground

/** Null when it is no `#rrggbb`. White where it is readable, as the widget does. */
export function verdict(colour: string): Verdict | null {
  const rgb = parse(colour)
  if (!rgb) return null
  const [white, ink] = [contrast(WHITE, rgb), contrast(INK, rgb)]
  const on = white >= ENOUGH || white >= ink ? "white" : "black"
  const ratio = on === "white" ? white : ink
  return { ratio, on, page: white, enough: ratio >= ENOUGH && white >= SEEN }
}
