/**
 * Every figure explains itself: whatever carries `data-kpi` shows that KPI's definition when the
 * pointer rests on it or the keyboard reaches it. One popover for the whole page; it can be
 * hovered, and Escape puts it away (WCAG 1.4.13).
 */

import { signal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import type { Definition } from "./definitions"
import type { Model } from "./model"
import { t } from "./words"

const REST_MS = 450
const LEAVE_MS = 160

interface Shown {
  readonly definition: Definition
  readonly at: Element
}

export function Definitions({ model }: { model: Model }) {
  const box = useRef<HTMLDivElement>(null)
  const shown = useRef(signal<Shown | null>(null)).current
  useEffect(() => follow(model, shown), [])
  useEffect(() => shown.subscribe(() => queueMicrotask(() => lay(box.current, shown.value))), [])
  const definition = shown.value?.definition
  return (
    <div ref={box} id="definition" class="definition" popover="manual" role="tooltip">
      {definition && <DefinitionText definition={definition} />}
    </div>
  )
}

export const DefinitionText = ({ definition }: { definition: Definition }) => (
  <>
    <strong>
      {definition.name} <span class="code">{definition.code}</span>
    </strong>
    <p>{definition.says}</p>
    <dl>
      <Term name={t("def.formula")} value={definition.formula} code />
      <Term name={t("def.edges")} value={definition.edges} />
      <Term name={t("def.unit")} value={definition.unit} />
      <Term name={t("def.better")} value={better(definition.better)} />
      <Term name={t("def.class")} value={classOf(definition.class)} />
    </dl>
  </>
)

const Term = ({ name, value, code }: { name: string; value: string; code?: boolean }) =>
  value ? (
    <>
      <dt>{name}</dt>
      <dd class={code ? "formula" : undefined}>{value}</dd>
    </>
  ) : null

const CLASSES = ["A", "C", "I", "S"] as const
const BETTER = ["higher", "lower", "neutral"] as const

function classOf(value: string): string {
  const known = CLASSES.find(one => one === value)
  return known ? t(`def.class.${known}`) : value
}

function better(value: string): string {
  const known = BETTER.find(one => one === value)
  return known ? t(`def.better.${known}`) : value
}

type Holder = { value: Shown | null }

/** Listens on the page once; gives back how to stop. */
function follow(model: Model, shown: Holder): () => void {
  let timer = 0
  const later = (ms: number, act: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(act, ms) as unknown as number
  }
  const hide = () => put(shown, null)
  const over = (event: PointerEvent) => {
    if (event.pointerType !== "mouse") return
    const target = (event.target as Element).closest("[data-kpi], #definition")
    if (!target) later(LEAVE_MS, hide)
    else if (target.id === "definition" || target === shown.value?.at) clearTimeout(timer)
    else later(REST_MS, () => put(shown, find(model, target)))
  }
  const focus = (event: FocusEvent) => {
    const target = (event.target as Element).closest("[data-kpi]")
    if (target?.matches(":focus-visible")) later(0, () => put(shown, find(model, target)))
    else if (!target) later(0, hide)
  }
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !shown.value) return
    event.stopPropagation()
    hide()
  }
  document.addEventListener("pointerover", over)
  document.addEventListener("focusin", focus)
  document.addEventListener("pointerdown", hide)
  document.addEventListener("keydown", key, true)
  return () => {
    clearTimeout(timer)
    document.removeEventListener("pointerover", over)
    document.removeEventListener("focusin", focus)
    document.removeEventListener("pointerdown", hide)
    document.removeEventListener("keydown", key, true)
  }
}

function find(model: Model, at: Element): Shown | null {
  const definition = model.definitions.value.get(at.getAttribute("data-kpi") ?? "")
  return definition ? { definition, at } : null
}

function put(shown: Holder, next: Shown | null): void {
  shown.value?.at.removeAttribute("aria-describedby")
  shown.value = next
  next?.at.setAttribute("aria-describedby", "definition")
}

function lay(box: HTMLElement | null, shown: Shown | null): void {
  if (!box) return
  if (!shown) return box.matches(":popover-open") ? box.hidePopover() : undefined
  if (!box.matches(":popover-open")) box.showPopover()
  const at = shown.at.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = box
  const below = at.bottom + 8 + height < innerHeight
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`
  box.style.top = `${Math.max(8, below ? at.bottom + 8 : at.top - height - 8)}px`
}
