/**
 * A conversation's log for people who work here: everything that happened, notes and whispers
 * told apart, survey answers on a card. Follows the end unless the reader has scrolled up; then
 * a button says that there is more. The log itself is silent to screen readers; new words of the
 * visitor are read out once from a place of their own, history never.
 */

import { useSignal } from "@preact/signals"
import type { RefObject } from "preact"
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks"
import type { View } from "../protocol/evolve"
import type { Item } from "../protocol/outbox"
import { Button, Spinner } from "../ui/kit"
import { type BubbleActs, EntryView } from "./bubbles"
import { visitorName } from "./people"
import { type Bubble, type Entry, story } from "./story"
import { t } from "./words"

export interface TranscriptProps extends Omit<BubbleActs, "visitor"> {
  readonly view: View
  readonly pending?: readonly Item[]
  /** Who is writing, and what, where the visitor was told that we see it. */
  readonly typing?: { readonly name: string; readonly draft?: string | null } | null
  /** The visitor has read up to here. */
  readonly seenSeq?: number
  /** Loads one page of older history. */
  readonly onEarlier?: () => Promise<void>
}

const NEAR_PX = 80

export function Transcript(props: TranscriptProps) {
  const { view, pending = [], seenSeq = 0, typing } = props
  const entries = useMemo(() => story(view.events, pending), [view.events, pending])
  const box = useRef<HTMLDivElement>(null)
  const behind = useFollow(box, `${entries.at(-1)?.key} ${!!typing}`, view.id)
  const name = visitorName(view.visitor, view.id)
  const acts = { visitor: name, me: props.me, onRetry: props.onRetry, onDiscard: props.onDiscard }
  const seenKey = lastSeen(entries, seenSeq)
  return (
    <div class="transcript">
      <div
        class="transcript-scroll"
        ref={box}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("log", { name })}
      >
        <Earlier view={view} onEarlier={props.onEarlier} box={box} />
        <ol class="entries">
          {entries.map(entry => (
            <EntryView key={entry.key} entry={entry} seen={entry.key === seenKey} acts={acts} />
          ))}
          {typing && <Typing {...typing} />}
        </ol>
      </div>
      <ReadOut entries={entries} view={view} name={name} />
      {behind.value && (
        <Button class="to-end" size="small" icon="arrowDown" onClick={() => toEnd(box.current)}>
          {t("log.newest")}
        </Button>
      )}
    </div>
  )
}

function lastSeen(entries: readonly Entry[], seenSeq: number): string | undefined {
  return entries.findLast(one => one.type === "bubble" && one.side === "agent" && one.seq <= seenSeq)?.key
}

/** Keeps the end in sight while the reader is there; true when he is not. */
function useFollow(box: RefObject<HTMLDivElement | null>, lastKey: string, conversation: string) {
  const behind = useSignal(false)
  const following = useRef(true)
  useEffect(() => {
    const element = box.current
    if (!element) return
    let [top, height] = [element.scrollTop, element.clientHeight]
    const look = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX
      // Only the reader scrolls up; a composer that grows beneath the log is not him.
      if (near) following.current = true
      else if (element.scrollTop < top && element.clientHeight === height) following.current = false
      top = element.scrollTop
      height = element.clientHeight
      if (near) behind.value = false
    }
    const resized = new ResizeObserver(() => following.current && toEnd(element))
    for (const part of [element, ...element.children]) resized.observe(part)
    element.addEventListener("scroll", look, { passive: true })
    return () => {
      element.removeEventListener("scroll", look)
      resized.disconnect()
    }
  }, [])
  useLayoutEffect(() => {
    following.current = true
  }, [conversation])
  useLayoutEffect(() => {
    if (following.current) toEnd(box.current)
    else behind.value = true
  }, [lastKey])
  return behind
}

const toEnd = (box: HTMLElement | null) => {
  if (box) box.scrollTop = box.scrollHeight
}

interface EarlierProps {
  view: View
  onEarlier: (() => Promise<void>) | undefined
  box: RefObject<HTMLDivElement | null>
}

/** Older history on demand; what the reader looks at stays where it is. */
function Earlier({ view, onEarlier, box }: EarlierProps) {
  const busy = useSignal(false)
  if (view.first <= 1 || !onEarlier) return null
  const load = async () => {
    busy.value = true
    const fromEnd = (box.current?.scrollHeight ?? 0) - (box.current?.scrollTop ?? 0)
    await onEarlier().catch(() => undefined)
    busy.value = false
    requestAnimationFrame(() => {
      if (box.current) box.current.scrollTop = box.current.scrollHeight - fromEnd
    })
  }
  return (
    <div class="earlier">
      {busy.value ? (
        <Spinner label={t("loading")} />
      ) : (
        <Button size="small" kind="quiet" icon="arrowUp" onClick={load}>
          {t("log.earlier")}
        </Button>
      )}
    </div>
  )
}

const Typing = ({ name, draft }: { name: string; draft?: string | null }) => (
  <li class="typing">
    <span class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
    <span>{draft ? t("typing.draft", { name, draft }) : t("typing", { name })}</span>
  </li>
)

/** Says the visitor's newest words to a screen reader; nothing on opening, nothing of history. */
function ReadOut({ entries, view, name }: { entries: readonly Entry[]; view: View; name: string }) {
  const said = useSignal("")
  const from = useRef({ id: view.id, seq: view.seq })
  useEffect(() => {
    if (from.current.id !== view.id) from.current = { id: view.id, seq: view.seq }
    const fresh = entries.filter(
      (one): one is Bubble => one.type === "bubble" && one.side === "visitor" && one.seq > from.current.seq,
    )
    if (fresh.length) said.value = fresh.map(one => `${one.name || name}: ${one.text}`).join(". ")
    from.current = { id: view.id, seq: Math.max(from.current.seq, view.seq) }
  }, [entries])
  return (
    <div class="sr" aria-live="polite">
      {said.value}
    </div>
  )
}
