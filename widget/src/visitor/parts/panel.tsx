/** The panel: header, banner, log, and what the visitor can do now. Non-modal; Escape closes it. */

import { useEffect, useRef } from "preact/hooks"
import { later } from "../lazy"
import type { Model } from "../model"
import { t } from "../words"
import { Foot } from "./foot"
import { Header } from "./header"
import { Welcome } from "./welcome"

const PHONE = "(max-width: 480px)"

export function Panel({ model }: { model: Model }) {
  const box = useRef<HTMLElement>(null)
  const open = model.open.value
  useEffect(() => (open ? opened(box.current, model) : undefined), [open])
  const { Banner, Log } = later.value ?? {}
  if (!open) return null
  return (
    <section ref={box} class="panel" role="dialog" aria-label={title(model)} tabIndex={-1}>
      <Header model={model} />
      {Banner && <Banner model={model} />}
      {Log ? <Log model={model} /> : <Opening model={model} />}
      <Foot model={model} />
    </section>
  )
}

/** Until the log's piece is there: the greeting, so that one can begin to write. */
const Opening = ({ model }: { model: Model }) => (
  <div class="log-frame">
    <div class="log">{!model.view.value && <Welcome model={model} />}</div>
  </div>
)

function title(model: Model): string {
  const name = model.session.value?.site.name
  return name ? t("chat.with", { name }) : t("chat")
}

/** Focus goes in, Escape and the phone's back gesture lead out, and focus returns to the launcher. */
function opened(box: HTMLElement | null, model: Model): () => void {
  const coarse = matchMedia("(pointer: coarse)").matches
  const target = coarse ? box : (box?.querySelector("textarea") ?? box)
  target?.focus({ preventScroll: true })
  const root = box?.getRootNode() as ShadowRoot | undefined
  const stops = [escapes(model), holdsPage(model)]
  return () => {
    for (const stop of stops) stop()
    root?.querySelector<HTMLElement>(".launcher")?.focus({ preventScroll: true })
  }
}

function escapes(model: Model): () => void {
  const Watcher = (window as { CloseWatcher?: new () => EventTarget & { destroy(): void } }).CloseWatcher
  if (Watcher && matchMedia(PHONE).matches) {
    const watcher = new Watcher()
    watcher.addEventListener("close", () => model.hide())
    return () => watcher.destroy()
  }
  const listen = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented && inside(event)) model.hide()
  }
  addEventListener("keydown", listen)
  return () => removeEventListener("keydown", listen)
}

/** In the chat, or nowhere: what had the focus may be gone, as a button is that was pressed. */
const inside = (event: Event): boolean =>
  document.activeElement === document.body ||
  event.composedPath().some(node => node instanceof Element && node.localName === "antiphon-chat")

/** A full-screen sheet: the page behind it must not scroll; what it was is put back. */
function holdsPage(model: Model): () => void {
  if (!matchMedia(PHONE).matches || model.boot.mode === "page") return () => undefined
  const root = document.documentElement
  const before = root.style.overflow
  root.style.overflow = "hidden"
  return () => {
    root.style.overflow = before
  }
}
