/** The team: who is there, what each carries, and who needs a hand first. */

import { useComputed, useSignal } from "@preact/signals"
import { Icon } from "../ui/icons"
import { Avatar, Button, EmptyState } from "../ui/kit"
import { sinceMs, skewMs, now as tick, ticks } from "../ui/time"
import { byAttention, type Need, need, type Owed, type Sort, sorted, turned } from "./attention"
import type { AgentRow, Share } from "./board"
import { percent, ratioOf, whole } from "./figures"
import type { Model } from "./model"
import { Mark } from "./queues"
import type { Scores } from "./scores"
import { Slots } from "./spark"
import { StatusButton } from "./status"
import { Cell, type Column, Head, Section } from "./table"
import { locale, t } from "./words"

type Key = "agent" | "status" | "since" | "load" | "reply" | "handled" | "csat"

const columns = (): readonly Column<Key>[] => [
  { key: "agent", name: t("col.agent") },
  { key: "status", name: t("col.status") },
  { key: "since", name: t("col.since"), figure: true, room: "more" },
  { key: "load", name: t("col.load"), kpi: "load_now" },
  { key: "reply", name: t("col.reply"), kpi: "response_time_avg", figure: true, room: "more" },
  { key: "handled", name: t("col.handled"), kpi: "conversations_handled", figure: true, room: "wide" },
  { key: "csat", name: t("col.csat"), kpi: "csat", figure: true, room: "wide" },
]

const reader = (
  owed: Owed,
  scores: Scores,
): { readonly [key in Key]: (row: AgentRow) => string | number | null } => ({
  agent: row => row.name,
  status: row => row.status,
  since: row => -row.sinceMs,
  load: row => row.load,
  reply: row => -(owed.get(row.agent) ?? 0) || null,
  handled: row => scores.get(row.agent)?.handled ?? null,
  csat: row => ratioOf(scores.get(row.agent)?.csat ?? { num: 0, den: 0 }),
})

export function Agents({ model }: { model: Model }) {
  const sort = useSignal<Sort<Key> | null>(null)
  const all = useSignal(false)
  const rows = useOrder(model, sort)
  const offline = rows.value.filter(resting)
  const shown = all.value ? rows.value : rows.value.filter(row => !resting(row))
  return (
    <Section
      title={t("agents.title")}
      count={rows.value.length - offline.length}
      id="agents"
      end={<Order sort={sort.value} onReset={() => (sort.value = null)} />}
    >
      {rows.value.length ? (
        <table class="board-table agents">
          <Head
            columns={columns()}
            sort={sort.value}
            onSort={column => {
              sort.value = turned(sort.value, column.key, !!column.figure)
            }}
          />
          <tbody>
            {shown.map(row => (
              <Row key={row.agent} model={model} row={row} />
            ))}
          </tbody>
        </table>
      ) : (
        <EmptyState icon="headset" title={t("agents.empty")} text={t("agents.empty.text")} />
      )}
      {offline.length > 0 && (
        <Button kind="quiet" size="small" class="fold" onClick={() => (all.value = !all.value)}>
          {all.value ? t("agents.hide.offline") : t("agents.show.offline", { count: offline.length })}
        </Button>
      )}
    </Section>
  )
}

/** Offline with nothing in hand: not on the floor. */
const resting = (row: AgentRow) => row.status === "offline" && row.load === 0

/** Ticks with the clock, but gives a new order only when one row really passes another. */
function useOrder(model: Model, sort: { readonly value: Sort<Key> | null }) {
  const order = useComputed(() => {
    const rows = [...model.board.value.agents.values()]
    const at = tick.value + skewMs.value
    const laid = sort.value
      ? sorted(rows, sort.value, reader(model.owed.value, model.scores.value))
      : byAttention(rows, model.owed.value, at)
    return laid.map(row => row.agent).join("\n")
  })
  return useComputed(() => {
    const rows = model.board.value.agents
    return order.value.split("\n").flatMap(id => rows.get(id) ?? [])
  })
}

const Order = ({ sort, onReset }: { sort: Sort<Key> | null; onReset: () => void }) =>
  sort ? (
    <Button kind="quiet" size="small" icon="x" onClick={onReset}>
      {t("agents.attention")}
    </Button>
  ) : (
    <span class="order">{t("agents.attention")}</span>
  )

function Row({ model, row }: { model: Model; row: AgentRow }) {
  const owed = model.owed.value.get(row.agent) ?? null
  const score = model.scores.value.get(row.agent)
  const why = need(row, owed, tick.value + skewMs.value)
  return (
    <tr data-need={why === "none" ? undefined : why}>
      <th scope="row">
        <span class="person">
          <Avatar name={row.name} status={row.status} />
          <span class="person-text">
            <a class="name" href={`/supervisor/a/${encodeURIComponent(row.agent)}`}>
              {row.name}
            </a>
            <NeedWord why={why} />
          </span>
        </span>
      </th>
      <td>
        <StatusButton model={model} row={row} />
      </td>
      <Cell room="more">{row.sinceMs ? ticks(sinceMs(row.sinceMs)) : "–"}</Cell>
      <td>
        <Load row={row} />
      </td>
      <Reply sinceMs={owed} late={why === "reply_late"} />
      <Cell room="wide">{whole(score?.handled ?? null, locale.value)}</Cell>
      <Cell room="wide">
        <Csat share={score?.csat} />
      </Cell>
    </tr>
  )
}

const SEVERE: readonly Need[] = ["reply_late", "away_loaded"]

const NeedWord = ({ why }: { why: Need }) =>
  why === "none" ? null : (
    <span class="need" data-level={SEVERE.includes(why) ? "bad" : "warn"}>
      <Icon name={SEVERE.includes(why) ? "alert" : "warning"} size={12} />
      {t(`need.${why}`)}
    </span>
  )

const Load = ({ row }: { row: AgentRow }) => (
  <a class="load" href={`/supervisor/a/${encodeURIComponent(row.agent)}`}>
    <Slots load={row.load} limit={row.limit} />
    <span class="num">{`${row.load}/${row.limit}`}</span>
    <span class="sr">{t("load.said", { name: row.name })}</span>
  </a>
)

function Reply({ sinceMs: since, late }: { sinceMs: number | null; late: boolean }) {
  if (since === null)
    return (
      <Cell room="more">
        <span class="zero">–</span>
      </Cell>
    )
  return (
    <Cell room="more">
      <span class="judged" data-level={late ? "bad" : "good"}>
        <Mark level={late ? "bad" : "good"} />
        {ticks(sinceMs(since))}
      </span>
    </Cell>
  )
}

function Csat({ share }: { share: Share | null | undefined }) {
  if (!share?.den) return <span class="zero">–</span>
  return (
    <>
      {percent(ratioOf(share), locale.value, 0)}
      <span class="note">{t("sub.n", { n: share.den })}</span>
    </>
  )
}
