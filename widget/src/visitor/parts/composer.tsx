/** Where the visitor writes: Enter sends, Shift+Enter makes a line, drafts survive the page. */

import { useSignal } from "@preact/signals"
import type { ComponentType } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"
import type { Model } from "../model"
import { t } from "../words"
import { Glyph } from "./glyph"

const MAX_TEXT = 4_000
const TALLEST_PX = 132

type Picker = ComponentType<{ onPick: (emoji: string) => void; onClose: () => void }>

export function Composer({ model }: { model: Model }) {
  const area = useRef<HTMLTextAreaElement>(null)
  const text = model.draft.value
  const over = [...text].length - MAX_TEXT
  useLayoutEffect(() => grow(area.current), [text])
  const send = () => {
    if (over > 0) return
    model.send(text)
    area.current?.focus()
  }
  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
    >
      {over > 0 && (
        <p class="fate failed" role="status">
          {t("chars", { count: over })}
        </p>
      )}
      {model.session.value?.site.drafts && text && <p class="fate">{t("drafts")}</p>}
      <div class="writer">
        <textarea
          ref={area}
          rows={1}
          value={text}
          dir="auto"
          aria-label={t("composer")}
          placeholder={t("composer.placeholder")}
          enterkeyhint="send"
          autocomplete="off"
          onInput={event => model.type(event.currentTarget.value)}
          onKeyDown={event => enter(event, send)}
        />
        <EmojiButton area={area} model={model} />
        <button
          type="submit"
          class="send"
          aria-label={t("send")}
          title={t("send")}
          disabled={!text.trim() || over > 0}
        >
          <Glyph shape="send" />
        </button>
      </div>
    </form>
  )
}

function grow(area: HTMLTextAreaElement | null): void {
  if (!area) return
  area.style.height = "auto"
  area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`
}

function enter(event: KeyboardEvent, send: () => void): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  send()
}

/** The grid is fetched when it is first wanted; phones have their own keyboard for it. */
function EmojiButton({ area, model }: { area: { current: HTMLTextAreaElement | null }; model: Model }) {
  const picker = useSignal<Picker | null>(null)
  const open = useSignal(false)
  const toggle = async () => {
    picker.value ??= (await import("./emoji").catch(() => null))?.Emoji ?? null
    open.value = !open.value
  }
  const close = () => {
    open.value = false
    area.current?.focus()
  }
  const Grid = picker.value
  return (
    <>
      <button
        type="button"
        class="tool emoji-button"
        aria-label={t("emoji")}
        title={t("emoji")}
        aria-expanded={open.value}
        onClick={toggle}
      >
        <Glyph shape="smile" />
      </button>
      {open.value && Grid && <Grid onPick={emoji => insert(area.current, emoji, model)} onClose={close} />}
    </>
  )
}

function insert(area: HTMLTextAreaElement | null, emoji: string, model: Model): void {
  const text = model.draft.value
  const at = area?.selectionStart ?? text.length
  model.type(text.slice(0, at) + emoji + text.slice(area?.selectionEnd ?? at))
  requestAnimationFrame(() => area?.setSelectionRange(at + emoji.length, at + emoji.length))
}
