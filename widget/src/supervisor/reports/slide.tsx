/** A drawing one goes along: by pointer or arrow keys; a click or Enter opens what is there. */

import type { ReadonlySignal, Signal } from "@preact/signals"
import type { ComponentChildren } from "preact"

interface SlideProps<At> {
  width: number
  height: number
  label: string
  /** Where one is; null: nowhere. */
  at: Signal<At | null>
  /** Its number among `count` places, and what is told there; signals draw nothing else anew. */
  now: number | ReadonlySignal<number>
  count: number
  said: string | ReadonlySignal<string>
  under: (event: MouseEvent & { currentTarget: Element }) => At | null
  /** Where a key leads; null: it is no key of ours. */
  walked: (key: string, at: At | null) => At | null
  onOpen: (at: At) => void
  children: ComponentChildren
}

export function Slide<At>(props: SlideProps<At>) {
  const { width, height, label, at, now, count, said, under, walked, onOpen, children } = props
  const leave = () => {
    at.value = null
  }
  const open = (place: At | null) => place !== null && onOpen(place)
  return (
    <svg
      class="lines-chart"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={now}
      aria-valuetext={said}
      onPointerMove={event => {
        at.value = under(event)
      }}
      onPointerLeave={leave}
      onBlur={leave}
      onClick={event => open(under(event))}
      onKeyDown={event => {
        const next = walked(event.key, at.value)
        if (next !== null) at.value = next
        else if (event.key === "Enter") open(at.value)
        else return
        event.preventDefault()
      }}
    >
      {children}
    </svg>
  )
}
