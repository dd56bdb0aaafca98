/** One row a queue: who waits and since when, how today goes, and what there is to answer with. */

import { useSignal } from "@preact/signals"
import { Icon } from "../ui/icons"
import { EmptyState } from "../ui/kit"
import { sinceMs, ticks } from "../ui/time"
import { type Sort, sorted, turned } from "./attention"
import type { Figure, QueueRow } from "./board"
import { percent, ratioOf, span, whole } from "./figures"
import { goalFor, standing } from "./goals"
import { type Level, REQUESTS_TO_JUDGE, serviceBands, waitBands } from "./health"
import type { Model } from "./model"
import { Bar } from "./spark"
import { Behind, Cell, type Column, Head, Section } from "./table"
import { locale, t } from "./words"

type Key =
  | "queue"
  | "waiting"
  | "longest"
  | "service"
  | "offered"
  | "answered"
  | "abandoned"
  | "first"
  | "csat"
  | "online"
  | "free"

const columns = (): readonly Column<Key>[] => [
  { key: "queue", name: t("col.queue") },
  { key: "waiting", name: t("col.waiting"), kpi: "queue_length_now", figure: true },
  { key: "longest", name: t("col.longest"), kpi: "longest_wait_now", figure: true },
  { key: "service", name: t("col.service"), kpi: "service_level", figure: true },
  { key: "abandoned", name: t("col.abandoned"), kpi: "queue_abandonment_rate", figure: true, room: "more" },
  { key: "first", name: t("col.first"), kpi: "first_response_time", figure: true, room: "more" },
  { key: "offered", name: t("col.offered"), kpi: "queue_offered", figure: true, room: "wide" },
  { key: "answered", name: t("col.answered"), kpi: "queue_wait_answered_avg", figure: true, room: "wide" },
  { key: "csat", name: t("col.csat"), kpi: "csat", figure: true, room: "wide" },
  { key: "online", name: t("col.online"), kpi: "agents_online_now", figure: true, room: "more" },
  { key: "free", name: t("col.free"), kpi: "free_slots_now", figure: true, room: "more" },
]

const READ: { readonly [key in Key]: (row: QueueRow) => string | number | null } = {
  queue: row => row.name,
  waiting: row => row.waiting,
  longest: row => (row.longestSinceMs === null ? null : -row.longestSinceMs),
  service: row => ratioOf(row.serviceLevel),
  offered: row => value(row, "queue_offered"),
  answered: row => answered(row),
  abandoned: row => row.abandoned,
  first: row => value(row, "first_response_time"),
  csat: row => value(row, "csat"),
  online: row => row.agentsOnline,
  free: row => row.freeSlots,
}

export const value = (row: QueueRow, kpi: string) => row.kpis[kpi]?.value ?? null
/** Whose wait ended with an agent: the visits behind the average wait. */
export const answered = (row: QueueRow) => row.kpis.queue_wait_answered_avg?.n ?? null
export const seconds = (value: number | null) => span(value === null ? null : value * 1_000, locale.value)

export function Queues({ model }: { model: Model }) {
  const sort = useSignal<Sort<Key> | null>(null)
  const rows = [...model.board.value.queues.values()]
  const shown = sort.value ? sorted(rows, sort.value, READ) : rows
  return (
    <Section title={t("queues.title")} count={rows.length} id="queues">
      {rows.length ? (
        <table class="board-table">
          <Head
            columns={columns()}
            sort={sort.value}
            onSort={column => {
              sort.value = turned(sort.value, column.key, !!column.figure)
            }}
          />
          <tbody>
            {shown.map(row => (
              <Row key={row.queue} model={model} row={row} />
            ))}
          </tbody>
        </table>
      ) : (
        <EmptyState icon="inbox" title={t("queues.empty")} text={t("queues.empty.text")} />
      )}
    </Section>
  )
}

function Row({ model, row }: { model: Model; row: QueueRow }) {
  const number = (figure: number | null) => whole(figure, locale.value)
  return (
    <tr>
      <th scope="row">
        <a class="name" href={`/supervisor/q/${encodeURIComponent(row.queue)}`}>
          {row.name}
        </a>
        {!row.open && <span class="tag">{t("queue.closed")}</span>}
      </th>
      <Cell>
        <Behind
          href={`/supervisor/q/${encodeURIComponent(row.queue)}`}
          value={row.waiting}
          label={t("col.waiting")}
        />
      </Cell>
      <Longest model={model} row={row} />
      <Service model={model} row={row} />
      <Cell room="more">
        {number(row.abandoned)}
        <Short row={row} />
      </Cell>
      <Cell room="more">{seconds(value(row, "first_response_time"))}</Cell>
      <Cell room="wide">{number(value(row, "queue_offered"))}</Cell>
      <Cell room="wide">{number(answered(row))}</Cell>
      <Cell room="wide">
        <Satisfied figure={row.kpis.csat} />
      </Cell>
      <Cell room="more">{number(row.agentsOnline)}</Cell>
      <Cell room="more">
        <span class={row.freeSlots || !row.waiting ? undefined : "warn-text"}>{number(row.freeSlots)}</span>
      </Cell>
    </tr>
  )
}

/** Who left within the first seconds says little of the service. */
export function Short({ row }: { row: QueueRow }) {
  const short = value(row, "short_abandons")
  return short ? <span class="note">{t("queue.short", { count: short })}</span> : null
}

export const Satisfied = ({ figure }: { figure: Figure | undefined }) =>
  figure?.n ? (
    <>
      {percent(figure.value, locale.value, 0)}
      <span class="note">{t("sub.n", { n: figure.n })}</span>
    </>
  ) : (
    <span class="zero">–</span>
  )

function Longest({ model, row }: { model: Model; row: QueueRow }) {
  if (row.longestSinceMs === null)
    return (
      <Cell>
        <span class="zero">–</span>
      </Cell>
    )
  const waited = sinceMs(row.longestSinceMs)
  const level = model.levels.of(`longest ${row.queue}`, waited, waitBands(row.thresholdS))
  return (
    <Cell>
      <span class="judged" data-level={level}>
        <Mark level={level} />
        {ticks(waited)}
      </span>
    </Cell>
  )
}

function Service({ model, row }: { model: Model; row: QueueRow }) {
  const share = ratioOf(row.serviceLevel)
  const judged = row.serviceLevel.den >= REQUESTS_TO_JUDGE ? share : null
  const goal = goalFor(model.goals.value, "service_level", { queue: row.queue })
  const level = goal
    ? standing(goal, judged)
    : model.levels.of(`service ${row.queue}`, judged, serviceBands(row.target))
  const { num, den } = row.serviceLevel
  return (
    <Cell class="service">
      <span class="judged" data-level={level}>
        <Mark level={level} />
        {percent(share, locale.value)}
      </span>
      <span class="note">{`${num}/${den}`}</span>
      {share !== null && <Bar share={share} target={row.target} />}
    </Cell>
  )
}

const WORDS = { warn: "state.warn", bad: "state.bad" } as const

/** Colour never speaks alone. */
export const Mark = ({ level }: { level: Level }) =>
  level === "warn" || level === "bad" ? (
    <>
      <Icon name={level === "bad" ? "alert" : "warning"} size={13} />
      <span class="sr">{t(WORDS[level])}</span>
    </>
  ) : null
