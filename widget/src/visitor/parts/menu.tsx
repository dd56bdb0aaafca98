/** The few things that are not talking: sound, transcript, another window, the end. */

import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import type { Model } from "../model"
import { saveTranscript } from "../transcript"
import { type Key, t } from "../words"
import { Glyph } from "./glyph"

interface Entry {
  readonly says: Key
  readonly act: (model: Model) => void
  readonly when: (model: Model) => boolean
}

const going = (model: Model) => !!model.view.value && model.view.value.state !== "closed"

/** What the menu offers; a new row is a new entry. */
const ENTRIES: readonly Entry[] = [
  { says: "person", act: model => void model.handoff(), when: model => model.view.value?.state === "bot" },
  { says: "menu.mute", act: model => model.mute(true), when: model => !model.muted.value },
  { says: "menu.unmute", act: model => model.mute(false), when: model => model.muted.value },
  { says: "menu.save", act: model => saveTranscript(model), when: model => !!model.view.value },
  { says: "menu.popout", act: model => popOut(model), when: model => model.boot.mode !== "page" },
  { says: "menu.end", act: model => model.askEnd(), when: going },
]

function popOut(model: Model): void {
  const path = `${model.origin}/chat/${encodeURIComponent(model.boot.site)}`
  open(path, "antiphon", "popup,width=420,height=720")
  model.hide()
}

export function Menu({ model }: { model: Model }) {
  const open = useSignal(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => (open.value ? whileOpen(box.current, open) : undefined), [open.value])
  const pick = (entry: Entry) => {
    open.value = false
    entry.act(model)
  }
  return (
    <div class="menu" ref={box}>
      <button
        type="button"
        class="tool"
        aria-label={t("menu")}
        title={t("menu")}
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value
        }}
      >
        <Glyph shape="more" />
      </button>
      {open.value && (
        <div class="menu-list" role="menu">
          {ENTRIES.filter(entry => entry.when(model)).map(entry => (
            <button type="button" role="menuitem" key={entry.says} onClick={() => pick(entry)}>
              {t(entry.says)}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

/** Arrow keys walk, Escape and a click elsewhere close. */
function whileOpen(box: HTMLElement | null, open: { value: boolean }): () => void {
  const list = () => [...(box?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])]
  const root = box?.getRootNode() as ShadowRoot
  list()[0]?.focus()
  const shut = () => {
    open.value = false
    box?.querySelector<HTMLElement>(".tool")?.focus()
  }
  const key = (event: KeyboardEvent) => {
    if (!open.value) return
    const items = list()
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    const at = items.indexOf(root.activeElement as HTMLElement)
    if (step) items[(at + step + items.length) % items.length]?.focus()
    if (event.key === "Escape") shut()
    if (step || event.key === "Escape") event.preventDefault()
    if (event.key === "Tab") open.value = false
  }
  const press = (event: Event) => {
    if (!event.composedPath().includes(box as EventTarget)) open.value = false
  }
  box?.addEventListener("keydown", key)
  addEventListener("pointerdown", press)
  return () => {
    box?.removeEventListener("keydown", key)
    removeEventListener("pointerdown", press)
  }
}
