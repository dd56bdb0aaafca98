/** Behind a queue and behind an agent: their figures whole, and their conversations now. */

import type { ComponentChildren } from "preact"
import { Avatar } from "../ui/kit"
import { sinceMs, ticks } from "../ui/time"
import { percent, ratioOf, span, whole } from "./figures"
import { inOrder, LiveItem } from "./live"
import type { Model } from "./model"
import { answered, seconds, value } from "./queues"
import { Frame, Nothing } from "./sheet"
import { StatusButton } from "./status"
import { locale, t } from "./words"

export function QueueSheet({ model, id }: { model: Model; id: string }) {
  const row = model.board.value.queues.get(id)
  const talks = inOrder(model.board.value.live.values()).filter(talk => talk.queue === id)
  const number = (figure: number | null) => whole(figure, locale.value)
  if (!row) return <Gone title={id} />
  const { num, den } = row.serviceLevel
  const short = value(row, "short_abandons")
  return (
    <Frame
      icon="inbox"
      title={row.name}
      label={t("col.queue")}
      sub={`${t(row.open ? "queue.open" : "queue.closed")} · ${t("sub.target", { target: percent(row.target, locale.value, 0) })} ${span(row.thresholdS * 1_000, locale.value)}`}
    >
      <div class="sheet-body">
        <dl class="facts">
          <Fact name={t("col.waiting")} kpi="queue_length_now" value={number(row.waiting)} />
          <Fact
            name={t("col.longest")}
            kpi="longest_wait_now"
            value={row.longestSinceMs === null ? "–" : ticks(sinceMs(row.longestSinceMs))}
          />
          <Fact
            name={t("col.service")}
            kpi="service_level"
            value={percent(ratioOf(row.serviceLevel), locale.value)}
            note={`${num}/${den}`}
          />
          <Fact
            name={t("col.abandoned")}
            kpi="queue_abandonment_rate"
            value={number(row.abandoned)}
            note={short ? t("queue.short", { count: short }) : undefined}
          />
          <Fact
            name={t("col.first")}
            kpi="first_response_time"
            value={seconds(value(row, "first_response_time"))}
            note={t("sub.n", { n: row.kpis.first_response_time?.n ?? 0 })}
          />
          <Fact
            name={t("col.wait")}
            kpi="queue_wait_answered_avg"
            value={seconds(value(row, "queue_wait_answered_avg"))}
          />
          <Fact name={t("col.offered")} kpi="queue_offered" value={number(value(row, "queue_offered"))} />
          <Fact name={t("col.answered")} kpi="queue_wait_answered_avg" value={number(answered(row))} />
          <Fact
            name={t("col.csat")}
            kpi="csat"
            value={percent(value(row, "csat"), locale.value, 0)}
            note={t("sub.n", { n: row.kpis.csat?.n ?? 0 })}
          />
          <Fact name={t("col.online")} kpi="agents_online_now" value={number(row.agentsOnline)} />
          <Fact name={t("col.free")} kpi="free_slots_now" value={number(row.freeSlots)} />
        </dl>
        <Talks model={model} talks={talks} />
      </div>
    </Frame>
  )
}

const NOBODY = { num: 0, den: 0 }

export function AgentSheet({ model, id }: { model: Model; id: string }) {
  const row = model.board.value.agents.get(id)
  const score = model.scores.value.get(id)
  const mine = new Set(row?.conversations)
  const all = inOrder(model.board.value.live.values())
  const talks = all.filter(talk => talk.agent === id || mine.has(talk.conversation))
  if (!row) return <Gone title={id} />
  return (
    <Frame
      icon="headset"
      title={row.name}
      label={t("col.agent")}
      sub={t("load.of", { load: row.load, limit: row.limit })}
    >
      <div class="sheet-body">
        <div class="agent-head">
          <Avatar name={row.name} size="large" status={row.status} />
          <StatusButton model={model} row={row} />
          {row.sinceMs > 0 && <span class="num note">{ticks(sinceMs(row.sinceMs))}</span>}
        </div>
        <dl class="facts">
          <Fact name={t("col.load")} kpi="load_now" value={`${row.load}/${row.limit}`} />
          <Fact
            name={t("col.handled")}
            kpi="conversations_per_hour"
            value={whole(score?.handled ?? null, locale.value)}
          />
          <Fact
            name={t("col.csat")}
            kpi="csat"
            value={percent(ratioOf(score?.csat ?? NOBODY), locale.value, 0)}
            note={t("sub.n", { n: score?.csat?.den ?? 0 })}
          />
        </dl>
        <Talks model={model} talks={talks} />
      </div>
    </Frame>
  )
}

type FactProps = { name: string; kpi: string; value: string; note?: string | undefined }

export const Fact = ({ name, kpi, value, note }: FactProps) => (
  <div class="fact" data-kpi={kpi}>
    <dt>{name}</dt>
    <dd class="num">
      {value}
      {note && <span class="note">{note}</span>}
    </dd>
  </div>
)

interface TalksProps {
  model: Model
  talks: ReturnType<typeof inOrder>
  end?: ComponentChildren
}

export const Talks = ({ model, talks }: TalksProps) => (
  <>
    <h3 class="sheet-h3">
      {t("live.title")}
      <span class="count num">{talks.length}</span>
    </h3>
    {talks.length ? (
      <ul class="talks">
        {talks.map(row => (
          <LiveItem key={row.conversation} model={model} row={row} />
        ))}
      </ul>
    ) : (
      <Nothing icon="chats" />
    )}
  </>
)

const Gone = ({ title }: { title: string }) => (
  <Frame icon="question" title={title} label={title}>
    <Nothing icon="question" />
  </Frame>
)
