/** Conversations as rows: the list of all that are open, and any list behind a number. */

import { useSignal } from "@preact/signals"
import { agentName, queueName } from "../desk/directory"
import { Icon, type IconName } from "../ui/icons"
import { EmptyState } from "../ui/kit"
import { sinceMs, ticks } from "../ui/time"
import type { LiveRow } from "./board"
import { waitBands } from "./health"
import type { Model } from "./model"
import { Mark } from "./queues"
import { Section } from "./table"
import { t } from "./words"

export type Phase = "new" | "bot" | "queue" | "agent" | "diverted" | "closed"

const PHASES: { readonly [state: string]: Phase } = {
  new: "new",
  bot: "bot",
  queued: "queue",
  active: "agent",
  diverted: "diverted",
  closed: "closed",
}

export const PHASE_ICONS: { readonly [phase in Phase]: IconName } = {
  new: "chat",
  bot: "bot",
  queue: "hourglass",
  agent: "headset",
  diverted: "mail",
  closed: "check",
}

export const phaseOf = (state: string): Phase => PHASES[state] ?? "new"

const FILTERS = ["all", "queue", "agent", "bot"] as const
type Filter = (typeof FILTERS)[number]

/** Most urgent first: who waits in a queue, then with agents, then with the bot; each by age. */
const ORDER: readonly Phase[] = ["queue", "agent", "new", "bot", "diverted", "closed"]

export function inOrder(rows: Iterable<LiveRow>): LiveRow[] {
  const rank = (row: LiveRow) => ORDER.indexOf(phaseOf(row.state))
  const since = (row: LiveRow) => row.queuedAtMs ?? row.startedAtMs
  return [...rows].sort((a, b) => rank(a) - rank(b) || since(a) - since(b))
}

export function Live({ model }: { model: Model }) {
  const filter = useSignal<Filter>("all")
  const all = inOrder(model.board.value.live.values())
  const shown = filter.value === "all" ? all : all.filter(row => phaseOf(row.state) === filter.value)
  return (
    <Section
      title={t("live.title")}
      count={all.length}
      id="live"
      end={<Filters value={filter.value} onPick={next => (filter.value = next)} />}
    >
      {shown.length ? (
        <ul class="talks">
          {shown.map(row => (
            <LiveItem key={row.conversation} model={model} row={row} />
          ))}
        </ul>
      ) : (
        <EmptyState icon="chats" title={t("live.empty")} text={t("live.empty.text")} />
      )}
    </Section>
  )
}

const Filters = ({ value, onPick }: { value: Filter; onPick: (filter: Filter) => void }) => (
  <div class="filters" role="group" aria-label={t("live.title")}>
    {FILTERS.map(one => (
      <button key={one} type="button" aria-pressed={one === value} onClick={() => onPick(one)}>
        {t(`live.${one}`)}
      </button>
    ))}
  </div>
)

export function LiveItem({ model, row }: { model: Model; row: LiveRow }) {
  const phase = phaseOf(row.state)
  const where = phase === "agent" ? agentName(row.agent) : row.queue ? queueName(row.queue) : null
  return (
    <li>
      <a class="talk" href={`/supervisor/c/${encodeURIComponent(row.conversation)}`}>
        <span class="phase" data-phase={phase}>
          <Icon name={PHASE_ICONS[phase]} size={15} />
        </span>
        <span class="talk-who">{row.visitor ?? t("live.visitor")}</span>
        <span class="talk-where">
          {t(`phase.${phase}`)}
          {where && ` · ${where}`}
        </span>
        <Clock model={model} row={row} phase={phase} />
      </a>
    </li>
  )
}

function Clock({ model, row, phase }: { model: Model; row: LiveRow; phase: Phase }) {
  const threshold = model.board.value.queues.get(row.queue ?? "")?.thresholdS ?? 30
  if (phase === "queue" && row.queuedAtMs !== null) {
    const waited = sinceMs(row.queuedAtMs)
    const level = model.levels.of(`wait ${row.conversation}`, waited, waitBands(threshold))
    return <Time text={t("live.waits", { time: ticks(waited) })} level={level} />
  }
  if (phase === "agent" && row.replySinceMs !== null) {
    const waited = sinceMs(row.replySinceMs)
    const level = model.levels.of(`reply ${row.conversation}`, waited, waitBands(threshold))
    return <Time text={t("live.owes", { time: ticks(waited) })} level={level} />
  }
  return (
    <Time
      text={row.startedAtMs ? t("live.for", { time: ticks(sinceMs(row.startedAtMs)) }) : ""}
      level="none"
    />
  )
}

const Time = ({ text, level }: { text: string; level: "good" | "warn" | "bad" | "none" }) => (
  <span class="talk-time num judged" data-level={level}>
    <Mark level={level} />
    {text}
  </span>
)
