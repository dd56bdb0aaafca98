/** A conversation's time as one bar of named stretches that add up to its length. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { agentName, queueName } from "../desk/directory"
import type { View } from "../protocol/evolve"
import { Refused, rest } from "../ui/rest"
import { now, skewMs } from "../ui/time"
import { span } from "./figures"
import { readStretches, type Stretch, seconds } from "./stretches"
import { locale, t } from "./words"

const PHASES = {
  new: "new",
  bot: "bot",
  queued: "queue",
  active: "agent",
  diverted: "diverted",
  closed: "closed",
} as const

export function Timeline({ view }: { view: View }) {
  const parts = useSignal<readonly Stretch[]>([])
  const moved = [view.state, view.queue, ...view.agents.map(agent => agent.id)].join()
  useEffect(() => {
    rest("GET", `/api/conversations/${encodeURIComponent(view.id)}/timeline`).then(
      answer => {
        parts.value = readStretches(answer)
      },
      error => {
        if (!(error instanceof Refused)) throw error // the transcript below says that there is no connection
      },
    )
  }, [view.id, moved])
  if (!parts.value.length) return null
  const open = parts.value.at(-1)?.toMs === null
  return <Drawn view={view} parts={parts.value} nowMs={open ? now.value + skewMs.value : 0} />
}

function Drawn({ view, parts, nowMs }: { view: View; parts: readonly Stretch[]; nowMs: number }) {
  const lengths = seconds(parts, nowMs)
  const whole = lengths.reduce((sum, one) => sum + one, 0)
  const starts = lengths.map((_, at) => lengths.slice(0, at).reduce((sum, one) => sum + one, 0))
  const x = (s: number) => (s / Math.max(1, whole)) * 1000
  return (
    <div class="timeline">
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {parts.map((part, at) => (
          <rect
            key={part.fromMs}
            data-phase={PHASES[part.state]}
            x={x(starts[at] ?? 0)}
            width={Math.max(1, x(lengths[at] ?? 0) - 3)}
            height="10"
            rx="2"
          />
        ))}
      </svg>
      <ol aria-label={t("talk.timeline")}>
        {parts.map((part, at) => (
          <li key={part.fromMs} data-phase={PHASES[part.state]}>
            <span class="swatch" aria-hidden="true" />
            {nameOf(part, view)} <span class="num">{said(lengths[at] ?? 0)}</span>
          </li>
        ))}
        <li class="timeline-sum">
          {t("talk.sum")} <span class="num">{said(whole)}</span>
        </li>
      </ol>
    </div>
  )
}

const said = (s: number) => span(s * 1_000, locale.value)

function nameOf({ state, queue, agents }: Stretch, view: View): string {
  const person = (id: string) => view.agents.find(one => one.id === id)?.name ?? agentName(id)
  if (state === "active" && agents.length) return agents.map(person).join(" + ")
  if (state === "queued" && queue) return queueName(queue)
  return t(`phase.${PHASES[state]}`)
}
