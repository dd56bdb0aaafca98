/**
 * What was said. `role="log"`, announced politely, but not when history is loaded; it follows the
 * end while the reader is there, and offers a button instead of yanking when he is not.
 */

import { useSignal } from "@preact/signals"
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks"
import { type Day, type Line, linesOf, type Note, quickReplies } from "../lines"
import type { Model } from "../model"
import { locale, t } from "../words"
import { BubbleLine } from "./bubble"
import { Glyph } from "./glyph"
import { Portrait } from "./portrait"
import { Rating } from "./rating"
import { Welcome } from "./welcome"

const NEAR_PX = 90

export function Log({ model }: { model: Model }) {
  const box = useRef<HTMLDivElement>(null)
  const away = useSignal(false)
  const spoken = useSpoken(model)
  const [view, pending] = [model.view.value, model.pending.value]
  const lines = useMemo(() => linesOf(view, pending), [view, pending])
  useFollow(box, lines, away, [model.others.typing.value, model.view.value?.survey?.id])
  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-label={t("log")}
        aria-live={spoken}
        tabIndex={0}
        ref={box}
        onScroll={() => look(box.current, away)}
      >
        {!lines.length && <Welcome model={model} />}
        <Earlier model={model} />
        {lines.map(line => (
          <Row key={line.key} line={line} model={model} />
        ))}
        <Chips model={model} />
        <Typing model={model} />
        {model.view.value?.state === "closed" && <Rating model={model} />}
      </div>
      {away.value && <ToEnd box={box} />}
    </div>
  )
}

/** History is not read out: only what comes after it. */
function useSpoken(model: Model): "off" | "polite" {
  const ready = useSignal(false)
  const settled = model.session.value !== null
  useEffect(() => {
    const timer = settled && setTimeout(() => (ready.value = true), 600)
    return () => clearTimeout(timer || 0)
  }, [settled])
  return ready.value ? "polite" : "off"
}

function useFollow(
  box: { current: HTMLDivElement | null },
  lines: readonly Line[],
  away: { value: boolean },
  more: readonly unknown[],
) {
  const before = useRef({ count: 0, first: "" })
  const last = lines.at(-1)
  const mine = last?.kind === "bubble" && last.item !== null
  useLayoutEffect(() => {
    const first = lines[0]?.key ?? ""
    const older =
      before.current.count > 0 && before.current.first !== first && lines.length > before.current.count
    before.current = { count: lines.length, first }
    if (box.current && lines.length && !older && (!away.value || mine))
      box.current.scrollTop = box.current.scrollHeight
  }, [lines.length, last?.key, ...more])
  useEffect(() => (lines.length ? followSize(box.current, away) : undefined), [!lines.length])
}

/** A card below, a keyboard, a picture that arrives: the end stays in sight. */
function followSize(box: HTMLDivElement | null, away: { value: boolean }): () => void {
  const watcher = new ResizeObserver(() => {
    if (box && !away.value) box.scrollTop = box.scrollHeight
  })
  if (box) watcher.observe(box)
  return () => watcher.disconnect()
}

function look(box: HTMLDivElement | null, away: { value: boolean }): void {
  if (box) away.value = box.scrollHeight - box.scrollTop - box.clientHeight > NEAR_PX
}

const ToEnd = ({ box }: { box: { current: HTMLDivElement | null } }) => (
  <button
    type="button"
    class="to-end"
    aria-label={t("new.below")}
    title={t("new.below")}
    onClick={() => box.current?.scrollTo({ top: box.current.scrollHeight, behavior: "smooth" })}
  >
    <Glyph shape="down" size={18} />
  </button>
)

function Earlier({ model }: { model: Model }) {
  if ((model.view.value?.first ?? 1) <= 1) return null
  return (
    <button type="button" class="link earlier" onClick={() => void model.earlier().catch(() => undefined)}>
      {t("earlier")}
    </button>
  )
}

function Row({ line, model }: { line: Line; model: Model }) {
  if (line.kind === "bubble") return <BubbleLine line={line} model={model} />
  return line.kind === "day" ? <DayLine line={line} /> : <NoteLine line={line} />
}

const DayLine = ({ line }: { line: Day }) => (
  <p class="note">
    {new Intl.DateTimeFormat(locale.value, { weekday: "long", day: "numeric", month: "long" }).format(
      line.atMs,
    )}
  </p>
)

const NoteLine = ({ line }: { line: Note }) => (
  <p class="note">{t(line.says, { name: line.name || t("someone") })}</p>
)

function Chips({ model }: { model: Model }) {
  const replies = quickReplies(model.view.value, model.pending.value)
  if (!replies.length) return null
  return (
    <div class="chips">
      {replies.map(reply => (
        <button type="button" class="chip" key={reply.payload} onClick={() => model.choose(reply)}>
          {reply.title}
        </button>
      ))}
    </div>
  )
}

function Typing({ model }: { model: Model }) {
  const name = model.others.typing.value
  if (name === null) return null
  const bot = model.view.value?.state === "bot"
  const who = name || model.view.value?.agent?.name || t(bot ? "assistant" : "someone")
  return (
    <div class="row theirs" data-last="true">
      <Portrait name={who} bot={bot} small />
      <div class="bubble dots">
        <span class="sr">{t("typing", { name: who })}</span>
        <i />
        <i />
        <i />
      </div>
    </div>
  )
}
