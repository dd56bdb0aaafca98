/**
 * Two drawings over the same intervals: what comes, and who is needed and there. Pictures of the table below
 * them; a click looks at an interval, the keyboard does so by the buttons beside its title and in the table.
 */

import type { Signal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useWidth } from "../reports/width"
import type { Slot } from "./answer"
import { count } from "./format"
import type { StaffingModel } from "./model"
import {
  area,
  BOTTOM,
  LEFT,
  marks,
  needed,
  RIGHT,
  type Scale,
  scale,
  steps,
  there,
  triedNeeds,
} from "./scale"
import { locale, t } from "./words"

interface ChartProps {
  model: StaffingModel
  slots: readonly Slot[]
  /** The interval under the mouse, by its start. */
  hovered: Signal<number | null>
}

export function Arrivals({ model, slots, hovered }: ChartProps) {
  const highest = Math.max(...slots.map(slot => Math.max(slot.high, slot.actual ?? 0)), 0)
  const again = slots.some(slot => slot.reforecast !== null)
  return (
    <figure class="plan-chart">
      <figcaption>
        <h2>{t("arrivals.title")}</h2>
        <ul class="legend">
          <Key kind="forecast" name={t("legend.forecast")} />
          <Key kind="band" name={t("legend.band")} />
          {slots.some(slot => slot.actual !== null) && <Key kind="actual" name={t("legend.actual")} />}
          {again && <Key kind="again" name={t("legend.reforecast")} />}
        </ul>
      </figcaption>
      <Frame model={model} slots={slots} hovered={hovered} high={highest} height={170} label="arrivals.label">
        {on => (
          <>
            <path
              class="plan-band"
              d={area(
                slots.map(slot => slot.low),
                slots.map(slot => slot.high),
                on,
              )}
            />
            {slots.map((slot, at) =>
              slot.actual ? (
                <rect
                  key={slot.startMs}
                  class="plan-actual"
                  x={on.x(at) + 0.5}
                  y={on.y(slot.actual)}
                  width={Math.max(0.5, on.x(at + 1) - on.x(at) - 1)}
                  height={on.y(0) - on.y(slot.actual)}
                />
              ) : null,
            )}
            <path
              class="plan-forecast"
              d={steps(
                slots.map(slot => slot.forecast),
                on,
              )}
            />
            {again && (
              <path
                class="plan-again"
                d={steps(
                  slots.map(slot => slot.reforecast),
                  on,
                )}
              />
            )}
          </>
        )}
      </Frame>
    </figure>
  )
}

export function Agents({ model, slots, hovered }: ChartProps) {
  const { trial } = model.question.value
  const tried = Object.keys(trial).length ? model.tried.value : null
  const trials = tried && triedNeeds(slots, model.plan.value?.slots ?? [], tried)
  const highest = Math.max(
    ...slots.map(slot => Math.max(needed(slot) ?? 0, there(slot) ?? 0)),
    ...(trials ?? []).map(value => value ?? 0),
    0,
  )
  return (
    <figure class="plan-chart">
      <figcaption>
        <h2>{t("agents.title")}</h2>
        <ul class="legend">
          <Key kind="needed" name={t("legend.needed")} />
          {slots.some(slot => there(slot) !== null) && (
            <>
              <Key kind="there" name={t("legend.there")} />
              <Key kind="short" name={t("legend.short")} />
              <Key kind="over" name={t("legend.over")} />
            </>
          )}
          {trials && <Key kind="tried" name={t("legend.tried")} />}
        </ul>
      </figcaption>
      <Frame model={model} slots={slots} hovered={hovered} high={highest} height={210} label="agents.label">
        {on => (
          <>
            {slots.map((slot, at) => (
              <Gap key={slot.startMs} slot={slot} at={at} on={on} />
            ))}
            <path class="plan-there" d={steps(slots.map(there), on)} />
            <path class="plan-needed" d={steps(slots.map(needed), on)} />
            {trials && <path class="plan-tried" d={steps(trials, on)} />}
          </>
        )}
      </Frame>
    </figure>
  )
}

function Gap({ slot, at, on }: { slot: Slot; at: number; on: Scale }) {
  const [need, have] = [needed(slot), there(slot)]
  if (need === null || have === null || need === have) return null
  const [from, to] = [on.y(Math.max(need, have)), on.y(Math.min(need, have))]
  const place = { x: on.x(at), y: from, width: on.x(at + 1) - on.x(at), height: to - from }
  return <rect class={have < need ? "gap-short" : "gap-over"} {...place} />
}

interface FrameProps extends ChartProps {
  high: number
  height: number
  label: "arrivals.label" | "agents.label"
  children: (on: Scale) => ComponentChildren
}

function Frame({ model, slots, hovered, high, height, label, children }: FrameProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const zone = model.zone.value
  const on = scale(width, height, slots.length, high)
  const stamp = (at: number, shape: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale.value, { ...shape, timeZone: zone }).format(at)
  const whole = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const
  const [first, last] = [slots[0]?.startMs ?? 0, slots.at(-1)?.endMs ?? 0]
  const now = model.now()
  const under = (event: PointerEvent | MouseEvent) =>
    slots[on.at(event.clientX - (ref.current?.getBoundingClientRect().left ?? 0))]?.startMs ?? null
  const looked = new Set([model.plan.value?.slots[model.at.value]?.startMs, hovered.value])
  return (
    <div
      class="plan-draw"
      ref={ref}
      onPointerMove={event => {
        hovered.value = event.pointerType === "mouse" ? under(event) : null
      }}
      onPointerLeave={() => {
        hovered.value = null
      }}
      onClick={event => model.look(under(event))}
    >
      <svg
        width={on.width}
        height={height}
        role="img"
        aria-label={t(label, { from: stamp(first, whole), to: stamp(last, whole) })}
      >
        {slots.map(
          (slot, at) =>
            looked.has(slot.startMs) && (
              <rect
                key={slot.startMs}
                class="plan-looked"
                x={on.x(at)}
                y={0}
                width={on.x(at + 1) - on.x(at)}
                height={height - BOTTOM}
              />
            ),
        )}
        {[0, on.high / 2, on.high].map(value => (
          <g key={value} class="plan-rule">
            <path d={`M${LEFT} ${on.y(value)}H${on.width - RIGHT}`} />
            <text x={LEFT - 6} y={on.y(value) + 4} text-anchor="end">
              {count(value)}
            </text>
          </g>
        ))}
        {children(on)}
        {marks(slots, zone, on.width).map(({ index, day }) => (
          <text key={index} x={on.x(index)} y={height - 6} text-anchor={index ? "middle" : "start"}>
            {stamp(
              slots[index]?.startMs ?? 0,
              day ? { weekday: "short", day: "numeric" } : { hour: "numeric", minute: "2-digit" },
            )}
          </text>
        ))}
        {now > first && now < last && (
          <Now x={on.x(((now - first) / (last - first)) * slots.length)} on={on} />
        )}
      </svg>
    </div>
  )
}

const Now = ({ x, on }: { x: number; on: Scale }) => (
  <g class="plan-now">
    <path d={`M${x.toFixed(1)} 0V${on.height - BOTTOM}`} />
    <text x={x + 4} y={9}>
      {t("now")}
    </text>
  </g>
)

export const Key = ({ kind, name }: { kind: string; name: string }) => (
  <li>
    <span class="key" data-kind={kind} aria-hidden="true" />
    {name}
  </li>
)
