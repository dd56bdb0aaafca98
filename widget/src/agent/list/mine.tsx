/** My conversations: who waits longest is on top; the order holds still under the pointer. */

import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import { text } from "../../desk/directory"
import { visitorName } from "../../desk/people"
import { reader } from "../../desk/words"
import type { View } from "../../protocol/evolve"
import { Icon, type IconName } from "../../ui/icons"
import { Avatar, Badge, Button, EmptyState, Spinner, type Tone } from "../../ui/kit"
import { clock, sinceMs, ticks } from "../../ui/time"
import { useModel } from "../context"
import { unansweredSince } from "../model/floor"
import { t } from "../words"
import { Wait } from "./wait"

export function MineList() {
  const model = useModel()
  const hovering = useSignal(false)
  const order = useStill(
    model.floor.mine.value.map(view => view.id),
    hovering.value,
  )
  useEffect(() => {
    model.ui.shown.value = order
  }, [order.join()])
  if (!model.ready.value) return <Spinner label={t("connecting")} />
  if (!order.length) return <NothingMine />
  const views = order.flatMap(id => model.floor.views.value.get(id) ?? [])
  return (
    <ul
      class="rows"
      onPointerEnter={() => (hovering.value = true)}
      onPointerLeave={() => (hovering.value = false)}
    >
      {views.map(view => (
        <Row key={view.id} view={view} />
      ))}
    </ul>
  )
}

/** The given order, unless it is to hold still: then newcomers come last and nobody moves. */
function useStill(ids: readonly string[], still: boolean): readonly string[] {
  const last = useRef<readonly string[]>(ids)
  const kept = last.current.filter(id => ids.includes(id))
  const order = still ? [...kept, ...ids.filter(id => !kept.includes(id))] : ids
  last.current = order
  return order
}

function Row({ view }: { view: View }) {
  const model = useModel()
  const name = visitorName(view.visitor, view.id)
  const unread = model.floor.unread(view)
  const open = model.openId.value === view.id
  const waits = unansweredSince(view)
  return (
    <li>
      <a
        class="row"
        href={model.router.href(`/c/${view.id}`)}
        aria-current={open ? "page" : undefined}
        data-unread={unread > 0 || undefined}
        onClick={() => (model.ui.pane.value = "conversation")}
      >
        <Avatar name={name} status={view.visitorAway ? "offline" : "online"} />
        <span class="row-name">{name}</span>
        <span class="row-end">
          {waits ? <Wait sinceMs={waits} /> : <time>{clock(view.lastAtMs, reader())}</time>}
        </span>
        <span class="row-last">
          <LastLine view={view} />
        </span>
        {unread > 0 && (
          <span class="row-unread">
            <span class="sr">{t("unread", { count: unread })}</span>
            <span aria-hidden="true">{unread}</span>
          </span>
        )}
        <Chips view={view} />
      </a>
    </li>
  )
}

/** The last public words of a person, and whose they are: what the assistant said is no news. */
function LastLine({ view }: { view: View }) {
  const { floor } = useModel()
  const typing = floor.typing(view.id, Date.now()).find(one => one.kind === "visitor")
  if (typing) return <em>{t("typing.short")}</em>
  const said = view.events.filter(event => event.kind === "message" && event.data?.public !== false)
  const last = said.findLast(event => event.actor?.kind !== "bot") ?? said.at(-1)
  const words = text(last?.data?.text) ?? view.lastText ?? t("row.nothing")
  const mine = last?.actor?.kind === "agent"
  return (
    <>
      {mine && <Icon name="reply" size={12} />}
      {words}
    </>
  )
}

interface Chip {
  readonly icon: IconName
  readonly tone: Tone
  readonly text: string
}

function Chips({ view }: { view: View }) {
  const { floor } = useModel()
  const chips = chipsOf(view, floor.wrapups.value.get(view.id) ?? null)
  if (!chips.length) return null
  return (
    <span class="row-chips">
      {chips.map(chip => (
        <Badge key={chip.text} tone={chip.tone} icon={chip.icon}>
          {chip.text}
        </Badge>
      ))}
    </span>
  )
}

function chipsOf(view: View, wrapup: number | null): readonly Chip[] {
  const chips: Chip[] = []
  if (wrapup !== null)
    chips.push({ icon: "timer", tone: "accent", text: t("chip.wrapup", { time: ticks(sinceMs(wrapup)) }) })
  else if (view.visitorAway && view.state !== "closed")
    chips.push({ icon: "offline", tone: "plain", text: t("chip.away") })
  if (view.flags.includes("complaint")) chips.push({ icon: "flag", tone: "warn", text: t("flag.complaint") })
  if (view.flags.some(one => one.startsWith("escalate")))
    chips.push({ icon: "arrowUp", tone: "warn", text: t("flag.escalate") })
  if (view.flags.includes("spam")) chips.push({ icon: "ban", tone: "bad", text: t("flag.spam") })
  return chips
}

function NothingMine() {
  const model = useModel()
  const online = model.floor.me.value?.status === "online"
  const waiting = model.floor.waiting.value.length
  if (waiting > 0)
    return (
      <EmptyState
        icon="hourglass"
        title={t("mine.waiting", { count: waiting })}
        text={t("mine.waiting.text")}
        action={
          <Button kind="primary" onClick={() => (model.ui.tab.value = "queue")}>
            {t("mine.waiting.go")}
          </Button>
        }
      />
    )
  if (online) return <EmptyState icon="headset" title={t("mine.online")} text={t("mine.online.text")} />
  return (
    <EmptyState
      icon="power"
      title={t("mine.offline")}
      text={t("mine.offline.text")}
      action={
        <Button kind="primary" onClick={() => void model.setStatus("online")}>
          {t("go.online")}
        </Button>
      }
    />
  )
}
