/**
 * Notices that nobody is there: no key and no move in any tab of this console for the minutes set.
 * By the wall clock, so that a closed laptop counts. Tabs share their last sign of life.
 */

import type { ReadonlySignal } from "@preact/signals"
import type { Settings } from "./settings"

const KEY = "antiphon:alive"
const LOOK_MS = 15_000
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const

export function watchIdle(settings: ReadonlySignal<Settings>, onIdle: () => void): () => void {
  let writtenMs = 0
  const alive = () => {
    const nowMs = Date.now()
    if (nowMs - writtenMs < 5_000) return
    writtenMs = nowMs
    localStorage.setItem(KEY, String(nowMs))
  }
  const look = () => {
    if (isIdle(Number(localStorage.getItem(KEY)), Date.now(), settings.value.awayAfterMin)) onIdle()
  }
  alive()
  for (const sign of SIGNS) addEventListener(sign, alive, { passive: true })
  const timer = setInterval(look, LOOK_MS)
  return () => {
    clearInterval(timer)
    for (const sign of SIGNS) removeEventListener(sign, alive)
  }
}

export const isIdle = (aliveMs: number, nowMs: number, minutes: number): boolean =>
  minutes > 0 && nowMs - aliveMs >= minutes * 60_000
