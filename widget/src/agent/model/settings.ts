/** What an agent has set on this device. One object, one key; what is missing has its default. */

import { effect, signal } from "@preact/signals"
import { isJson } from "../../protocol/refused"

export interface Settings {
  readonly singleKeys: boolean
  readonly sounds: boolean
  readonly volume: number
  readonly notifications: boolean
  /** Minutes without a key or a move until "away"; 0 never. */
  readonly awayAfterMin: number
  readonly details: boolean
}

export const DEFAULTS: Settings = {
  singleKeys: true,
  sounds: true,
  volume: 0.7,
  notifications: false,
  awayAfterMin: 10,
  details: true,
}

const KEY = "antiphon:console"

export function createSettings(storage: Storage) {
  const settings = signal(read(storage))
  effect(() => {
    const value = JSON.stringify(settings.value)
    try {
      storage.setItem(KEY, value)
    } catch {
      // private mode: the choice lives as long as the page
    }
  })
  const set = (change: Partial<Settings>) => {
    settings.value = { ...settings.value, ...change }
  }
  return { settings, set }
}

function read(storage: Storage): Settings {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? "{}")
    if (!isJson(stored)) return DEFAULTS
    const fitting = Object.entries(stored).filter(
      ([name, value]) => typeof value === typeof DEFAULTS[name as keyof Settings],
    )
    return { ...DEFAULTS, ...Object.fromEntries(fitting) }
  } catch {
    return DEFAULTS
  }
}
