/**
 * Where the agent writes. Enter sends, Shift+Enter breaks the line, a slash opens the canned
 * answers. A private note looks different (paper, label, button) and is a different field to a
 * screen reader; the mode sticks to its conversation.
 */

import { useSignal } from "@preact/signals"
import type { RefObject } from "preact"
import { useEffect, useRef } from "preact/hooks"
import { queueName } from "../../desk/directory"
import { visitorName } from "../../desk/people"
import type { View } from "../../protocol/evolve"
import { Icon } from "../../ui/icons"
import { keyLabel } from "../../ui/keys"
import { Button, IconButton } from "../../ui/kit"
import { useModel } from "../context"
import { type Canned, fillIn, findCanned, firstHole, firstName, putCanned, slashQuery } from "../model/canned"
import type { Mode } from "../model/drafts"
import type { Model } from "../model/model"
import { t } from "../words"
import { CannedMenu } from "./canned"

const MAX = 4_000

interface ComposerProps {
  view: View
  /** Whoever only reads along may still write to colleagues. */
  noteOnly?: boolean
}

export function Composer({ view, noteOnly = false }: ComposerProps) {
  const model = useModel()
  const field = useRef<HTMLTextAreaElement>(null)
  const writing = useWriting(model, view, noteOnly, field)
  const { mode, text, menu } = writing
  useEffect(() => {
    if (matchMedia("(min-width: 720px)").matches || model.ui.composer.value) field.current?.focus()
  }, [view.id, model.ui.composer.value])
  const name = visitorName(view.visitor, view.id)
  const label = mode === "note" ? t("composer.note.label") : t("composer.reply.label", { name })
  return (
    <form class="composer" data-mode={mode} onSubmit={writing.submit} aria-label={label}>
      {menu.open && <CannedMenu menu={menu} onPick={writing.insert} values={valuesFor(model, view)} />}
      <ModeSwitch mode={mode} noteOnly={noteOnly} onChange={next => model.setMode(view.id, next)} />
      <textarea
        ref={field}
        class="composer-text"
        rows={2}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={menu.open ? "canned" : undefined}
        aria-activedescendant={menu.open && menu.active ? `canned-${menu.active.id}` : undefined}
        placeholder={mode === "note" ? t("composer.note") : t("composer.reply")}
        value={text}
        onInput={writing.input}
        onKeyDown={writing.key}
        onClick={writing.look}
        onBlur={() => setTimeout(writing.closeMenu, 150)}
      />
      {writing.hole.value && (
        <p class="composer-warn" role="alert">
          <Icon name="warning" size={14} /> {t("composer.hole", { hole: writing.hole.value })}
        </p>
      )}
      <div class="composer-foot">
        {mode === "reply" && (
          <IconButton icon="zap" size="small" label={t("canned")} onClick={writing.openMenu} />
        )}
        <span class="composer-hint">
          {text.length > MAX * 0.9
            ? t("composer.left", { count: MAX - text.length })
            : t("composer.hint", { enter: keyLabel("Enter") })}
        </span>
        <Button kind="primary" type="submit" icon={mode === "note" ? "note" : "send"} disabled={!text.trim()}>
          {t(mode === "note" ? "composer.add" : "composer.send")}
        </Button>
      </div>
    </form>
  )
}

function ModeSwitch({
  mode,
  noteOnly,
  onChange,
}: {
  mode: Mode
  noteOnly: boolean
  onChange: (mode: Mode) => void
}) {
  const modes = noteOnly ? (["note"] as const) : (["reply", "note"] as const)
  return (
    <div class="modes" role="group" aria-label={t("mode")}>
      {modes.map(one => (
        <button
          key={one}
          type="button"
          aria-pressed={mode === one}
          data-mode={one}
          onClick={() => onChange(one)}
        >
          {one === "note" && <Icon name="note" size={14} />}
          {t(one === "note" ? "mode.note" : "mode.reply")}
        </button>
      ))}
      {mode === "note" && <span class="modes-say">{t("mode.note.say")}</span>}
    </div>
  )
}

export interface Menu {
  readonly open: boolean
  readonly items: readonly Canned[]
  readonly active: Canned | undefined
}

function useWriting(
  model: Model,
  view: View,
  noteOnly: boolean,
  field: RefObject<HTMLTextAreaElement | null>,
) {
  const { drafts } = model
  const query = useSignal<string | null>(null)
  const at = useSignal(0)
  const hole = useSignal<string | null>(null)
  const used = useRef<string | undefined>(undefined)
  const draft = drafts.of(view.id)
  const mode: Mode = noteOnly ? "note" : draft.mode
  const text = draft[mode]
  const items = query.value === null ? [] : findCanned(query.value, model.floor.canned.value).slice(0, 8)
  const open = query.value !== null && mode === "reply"
  const menu: Menu = { open, items, active: items[Math.min(at.value, items.length - 1)] }

  function write(value: string) {
    if (noteOnly && draft.mode !== "note") drafts.setMode(view.id, "note")
    drafts.write(view.id, value.slice(0, MAX))
  }
  function look() {
    const box = field.current
    query.value = box ? slashQuery(box.value.slice(0, box.selectionStart)) : null
    at.value = 0
  }
  function input(event: { currentTarget: HTMLTextAreaElement }) {
    write(event.currentTarget.value)
    hole.value = null
    look()
    if (mode === "reply" && event.currentTarget.value.trim()) model.typed(view.id)
  }
  function insert(canned: Canned) {
    const box = field.current
    if (!box) return
    const put = putCanned(box.value, box.selectionStart, fillIn(canned.text, valuesFor(model, view)))
    write(put.text)
    used.current = canned.id
    query.value = null
    requestAnimationFrame(() => {
      box.focus()
      box.setSelectionRange(put.caret, put.caret)
    })
  }
  function openMenu() {
    const box = field.current
    if (!box) return
    box.focus()
    box.setRangeText(
      /(^|\s)$/.test(box.value.slice(0, box.selectionStart)) ? "/" : " /",
      box.selectionStart,
      box.selectionEnd,
      "end",
    )
    write(box.value)
    look()
  }
  function send() {
    const message = text.trim()
    if (!message) return
    const found = mode === "reply" ? firstHole(message) : null
    if (found && hole.value !== found) {
      hole.value = found
      return
    }
    if (mode === "note") model.note(view.id, message)
    else model.say(view.id, message, used.current)
    used.current = undefined
    hole.value = null
    drafts.clear(view.id)
  }
  function key(event: KeyboardEvent) {
    if (event.isComposing) return
    if (menu.open && menuKey(event)) return event.preventDefault()
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      send()
    } else if (event.key === "Escape") {
      event.preventDefault()
      field.current?.blur()
    }
  }
  function menuKey(event: KeyboardEvent): boolean {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step && items.length) at.value = (at.value + step + items.length) % items.length
    else if ((event.key === "Enter" || event.key === "Tab") && menu.active) insert(menu.active)
    else if (event.key === "Escape") query.value = null
    else return false
    return true
  }
  const submit = (event: Event) => {
    event.preventDefault()
    send()
  }
  const closeMenu = () => {
    query.value = null
  }
  return { mode, text, menu, hole, input, key, look, insert, submit, openMenu, closeMenu }
}

/** What a canned answer may speak of. */
function valuesFor(model: Model, view: View) {
  const { visitor } = view
  const me = model.floor.me.value
  return {
    "visitor.name": visitor?.name,
    "visitor.first_name": firstName(visitor?.name),
    "visitor.email": visitor?.email,
    "agent.name": me?.name,
    "agent.first_name": firstName(me?.name),
    "queue.name": queueName(view.queue),
    "page.title": typeof visitor?.page?.title === "string" ? visitor.page.title : null,
    "page.url": typeof visitor?.page?.url === "string" ? visitor.page.url : null,
  }
}
