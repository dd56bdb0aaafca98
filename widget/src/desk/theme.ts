/** Light, dark, or as the system says; remembered on this device, for console and board alike. */

import { effect, signal } from "@preact/signals"

export const THEMES = ["auto", "light", "dark"] as const
export type Theme = (typeof THEMES)[number]

const KEY = "antiphon:theme"

export const theme = signal<Theme>(read())

export function setTheme(wanted: Theme): void {
  theme.value = wanted
  localStorage.setItem(KEY, wanted)
}

/** Puts the choice on the page; call once at the start. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value
  })
}

function read(): Theme {
  const stored = globalThis.localStorage?.getItem(KEY)
  return THEMES.find(one => one === stored) ?? "auto"
}
