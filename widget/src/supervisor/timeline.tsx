/** A conversation's time as one bar of named stretches that add up to its length. */

import { queueName } from "../desk/directory"
import type { View } from "../protocol/evolve"
import { now, skewMs } from "../ui/time"
import { span } from "./figures"
import { lived, type Stretch, stretches } from "./stretches"
import { locale, t } from "./words"

export function Timeline({ view }: { view: View }) {
  const parts = lived(stretches(view.events))
  const from = parts[0]?.fromMs
  if (from === undefined || view.first > 1) return null
  const nowMs = now.value + skewMs.value
  const length = (part: Stretch) => Math.max(0, (part.toMs ?? nowMs) - part.fromMs)
  const whole = parts.reduce((sum, part) => sum + length(part), 0) || 1
  let at = 0
  return (
    <div class="timeline">
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(part => {
          const width = (length(part) / whole) * 1000
          const x = at
          at += width
          return (
            <rect
              key={part.fromMs}
              data-phase={part.phase}
              x={x}
              width={Math.max(1, width - 3)}
              height="10"
              rx="2"
            />
          )
        })}
      </svg>
      <ol aria-label={t("talk.timeline")}>
        {parts.map(part => (
          <li key={part.fromMs} data-phase={part.phase}>
            <span class="swatch" aria-hidden="true" />
            {nameOf(part)} <span class="num">{span(length(part), locale.value)}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

function nameOf(part: Stretch): string {
  if (part.phase === "agent" && part.who) return part.who
  if (part.phase === "queue" && part.who) return queueName(part.who) || t("phase.queue")
  return t(`phase.${part.phase}`)
}
