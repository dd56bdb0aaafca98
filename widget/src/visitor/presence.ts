/**
 * The widget's place in the page and beside its other tabs: the title's badge, one soft sound
 * from one tab, what was read in another tab, moves of a single-page shop, the network's return.
 * `attend` begins and gives back how to end.
 */

import { effect } from "@preact/signals"
import type { Model } from "./model"
import { isTheirs } from "./others"

type Ended = () => void

export function attend(model: Model): Ended {
  const ends = [titles(model), sounds(model), tabs(model), wakes(model), moves(model)]
  return () => {
    for (const end of ends) end()
  }
}

function listen(target: EventTarget, name: string, act: () => void): Ended {
  target.addEventListener(name, act)
  return () => target.removeEventListener(name, act)
}

/** `(2) Shop` while the tab is hidden. */
function titles(model: Model): Ended {
  let own: string | null = null
  const show = () => {
    const count = document.hidden ? model.reading.unread.value : 0
    if (own !== null) document.title = own
    own = count ? document.title : null
    if (count) document.title = `(${count}) ${document.title}`
  }
  const ends = [effect(show), listen(document, "visibilitychange", show)]
  return () => {
    for (const end of ends) end()
    if (own !== null) document.title = own
  }
}

/** Only when nobody looks, and from one tab only. */
function sounds(model: Model): Ended {
  let heard = 0
  return effect(() => {
    const last = model.view.value?.events.findLast(isTheirs)
    const news = heard > 0 && last !== undefined && last.seq > heard
    heard = last?.seq ?? (model.view.value ? 1 : 0)
    if (news && !model.muted.peek() && (document.hidden || !model.open.peek())) void onlyHere(model, chime)
  })
}

async function onlyHere(model: Model, act: () => void): Promise<void> {
  if (!navigator.locks) return act()
  await navigator.locks.request(`antiphon:${model.boot.site}:sound`, { ifAvailable: true }, async lock => {
    if (!lock) return
    act()
    await new Promise(resolve => setTimeout(resolve, 400))
  })
}

/** Two soft notes; a page nobody has touched yet may not sound, and stays quiet. */
function chime(): void {
  if (!navigator.userActivation?.hasBeenActive) return
  const audio = new AudioContext()
  for (const [at, pitch] of [
    [0, 660],
    [0.11, 880],
  ] as const)
    note(audio, audio.currentTime + at, pitch)
  setTimeout(() => void audio.close(), 800)
}

function note(audio: AudioContext, at: number, pitch: number): void {
  const tone = audio.createOscillator()
  const level = audio.createGain()
  tone.frequency.value = pitch
  level.gain.setValueAtTime(0, at)
  level.gain.linearRampToValueAtTime(0.06, at + 0.015)
  level.gain.exponentialRampToValueAtTime(0.0001, at + 0.35)
  tone.connect(level).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.4)
}

/** What is read in one tab is read in all. */
function tabs(model: Model): Ended {
  if (typeof BroadcastChannel === "undefined") return () => undefined
  const channel = new BroadcastChannel(`antiphon:${model.boot.site}`)
  channel.onmessage = event => model.reading.mark(String(event.data?.conversation), Number(event.data?.seq))
  const end = effect(() => {
    const seq = model.reading.seq.value
    const conversation = model.view.peek()?.id
    if (conversation && seq) channel.postMessage({ conversation, seq })
  })
  return () => {
    end()
    channel.close()
  }
}

/** Network back, tab looked at again: do not wait for the next try. */
function wakes(model: Model): Ended {
  const wake = () => {
    if (!document.hidden && model.status.value.phase === "waiting") model.tryNow()
    model.reading.look()
  }
  const ends = [listen(window, "online", wake), listen(document, "visibilitychange", wake)]
  return () => {
    for (const end of ends) end()
  }
}

/** A single-page shop moved on. */
function moves(model: Model): Ended {
  let last = location.href
  const look = () => {
    if (location.href === last) return
    last = location.href
    model.moved()
  }
  const navigation = (window as { navigation?: EventTarget }).navigation
  const ends = [
    listen(window, "popstate", look),
    ...(navigation ? [listen(navigation, "navigatesuccess", look)] : []),
  ]
  return () => {
    for (const end of ends) end()
  }
}
