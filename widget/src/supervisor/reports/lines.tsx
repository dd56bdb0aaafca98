/**
 * Lines over time: names where they end, gaps where nothing was measured, a band where one line is
 * unsure. The pointer or the arrow keys go along it; a click or Enter opens the conversations.
 */

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals"
import type { Goal } from "../goals"
import type { Row, Series } from "./answer"
import { axisText, whole } from "./figure"
import { band, linear, marksOf, path, type Range, rangeOf, type Scale, spread, timeShape } from "./scale"
import { Slide } from "./slide"
import { useWidth } from "./width"
import { locale, t } from "./words"

const [H, LEFT, BOTTOM, TOP] = [210, 48, 24, 12]
const NARROW = 560 // below it, names stand under the chart

interface LinesProps {
  series: readonly Series[]
  before: readonly Row[]
  name: (row: Row) => string
  colour: ReadonlyMap<string, number>
  label: string
  zone: string
  goal: Goal | null
  onOpen: (row: Row) => void
}

type At = readonly [number, number] | null

export function Lines(props: LinesProps) {
  const { series, zone, label, onOpen } = props
  const { ref, width } = useWidth<HTMLDivElement>()
  const at = useSignal<At>(null)
  const plot = plotOf(props, width)
  const when = teller(plot.times, zone)
  const rowAt = (place: At) => place && series[place[0]]?.rows[place[1]]
  // Read as signals, so that what moves with the pointer draws no line anew.
  const point = useComputed(() => at.value?.[1] ?? 0)
  const said = useComputed(() => {
    const row = rowAt(at.value)
    return row ? `${when(row)}: ${props.name(row)} ${whole(row)}` : t("open")
  })
  const hover = { ...props, plot, width, at, rowAt, when }
  return (
    <div class="lines" ref={ref}>
      <Slide
        width={width}
        height={H}
        label={t("chart", { name: label })}
        at={at}
        now={point}
        count={plot.times.length}
        said={said}
        under={event => nearest(plot, series, event)}
        walked={(key, place) => walked(key, place, series)}
        onOpen={place => {
          const row = rowAt(place)
          if (row) onOpen(row)
        }}
      >
        <Still {...props} plot={plot} width={width} when={when} />
        <Cursor {...hover} />
      </Slide>
      <Tip {...hover} />
      {width < NARROW && series.length > 1 && <Key {...props} />}
    </div>
  )
}

type StillProps = LinesProps & { plot: Plot; width: number; when: (row: Row) => string }

function Still({ plot, width, when, ...props }: StillProps) {
  const { series, before, goal } = props
  const { x, y, times, right } = plot
  return (
    <>
      <Rules plot={plot} width={width} />
      {marksOf(series[0]?.rows ?? [], (width - LEFT - right) / 90).map(row => (
        <text key={row.atMs} x={x(row)} y={H - 6} text-anchor="middle">
          {when(row)}
        </text>
      ))}
      {goal && <Goals goal={goal} plot={plot} width={width} />}
      {series.length === 1 && <path class="band" d={band(series[0]?.rows ?? [], x, y)} />}
      {before.length > 1 && <Before before={before} plot={plot} first={times[0] ?? 0} />}
      <Drawn {...props} plot={plot} width={width} />
    </>
  )
}

interface Plot {
  readonly range: Range
  readonly x: (row: Row) => number
  readonly y: Scale
  readonly times: readonly number[]
  readonly right: number
  readonly unit: string
}

function plotOf({ series, before, goal }: LinesProps, width: number): Plot {
  const rows = [...series.flatMap(one => one.rows), ...before]
  const times = (series[0]?.rows ?? []).map(row => row.atMs ?? 0)
  const unit = rows[0]?.unit ?? ""
  const values = rows.flatMap(row => (row.value === null ? [] : [row.value]))
  const range = rangeOf([...values, ...[goal?.low, goal?.high].flatMap(end => end ?? [])], unit)
  const right = series.length > 1 && width >= NARROW ? 120 : 16
  const along = linear(times[0] ?? 0, times.at(-1) ?? 1, LEFT, width - right)
  return {
    range,
    times,
    right,
    unit,
    x: row => along(row.atMs ?? 0),
    y: linear(range.low, range.high, H - BOTTOM, TOP),
  }
}

const Rules = ({ plot: { range, y, unit, right }, width }: { plot: Plot; width: number }) => (
  <>
    {[range.low, (range.low + range.high) / 2, range.high].map(value => (
      <g key={value} class="chart-rule" data-zero={value === 0 || undefined}>
        <path d={`M${LEFT} ${y(value)}H${width - right}`} />
        <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
          {axisText(value, unit, range.high)}
        </text>
      </g>
    ))}
  </>
)

const Goals = ({ goal, plot, width }: { goal: Goal; plot: Plot; width: number }) => (
  <>
    {[goal.low, goal.high].map(
      end =>
        end !== null && (
          <g key={end} class="goal-line">
            <path d={`M${LEFT} ${plot.y(end)}H${width - plot.right}`} />
            <text x={LEFT + 4} y={plot.y(end) - 4}>
              {t("goal")}
            </text>
          </g>
        ),
    )}
  </>
)

/** The period before, laid over this one. */
function Before({ before, plot, first }: { before: readonly Row[]; plot: Plot; first: number }) {
  const offset = first - (before[0]?.atMs ?? 0)
  const x = (row: Row) => plot.x({ ...row, atMs: (row.atMs ?? 0) + offset })
  const end = before.findLast(row => row.value !== null)
  return (
    <g class="line-before">
      <path d={path(before, x, plot.y)} />
      {end && (
        <text x={x(end)} y={plot.y(end.value ?? 0) - 6} text-anchor="end">
          {t("before.line")}
        </text>
      )}
    </g>
  )
}

function Drawn({ series, name, colour, plot, width }: LinesProps & { plot: Plot; width: number }) {
  const { x, y, right } = plot
  const named = series.length > 1 && width >= NARROW
  const ends = spread(
    series.map(one => y(one.rows.findLast(row => row.value !== null)?.value ?? 0)),
    H - BOTTOM,
  )
  return (
    <>
      {series.map((one, at) => (
        <g key={one.name} data-line={colour.get(one.name) ?? 0}>
          <path class="line" d={path(one.rows, x, y)} />
          {one.rows.length <= 62 &&
            one.rows.map(
              row =>
                row.value !== null &&
                (row.lowN || !row.final) && (
                  <circle key={row.atMs} class="unsure" cx={x(row)} cy={y(row.value)} r="3" />
                ),
            )}
          {named && one.rows[0] && (
            <text class="line-name" x={width - right + 8} y={(ends[at] ?? 0) + 4}>
              {short(name(one.rows[0]))}
            </text>
          )}
        </g>
      ))}
    </>
  )
}

const short = (text: string) => (text.length > 16 ? `${text.slice(0, 15)}…` : text)

const Key = ({ series, name, colour }: LinesProps) => (
  <ul class="line-key">
    {series.map(one => (
      <li key={one.name} data-line={colour.get(one.name) ?? 0}>
        <span class="swatch" aria-hidden="true" />
        {one.rows[0] && name(one.rows[0])}
      </li>
    ))}
  </ul>
)

interface HoverProps extends StillProps {
  at: ReadonlySignal<At>
  rowAt: (place: At) => Row | null | undefined
}

function Cursor({ at, rowAt, plot: { x, y }, series, colour }: HoverProps) {
  const row = rowAt(at.value)
  if (!row) return null
  return (
    <g class="cursor">
      <path d={`M${x(row)} ${TOP}V${H - BOTTOM}`} />
      {series.map(one => {
        const mine = one.rows.find(other => other.atMs === row.atMs)
        return mine?.value == null ? null : (
          <circle
            key={one.name}
            data-line={colour.get(one.name) ?? 0}
            cx={x(mine)}
            cy={y(mine.value)}
            r={mine === row ? 5 : 3.5}
          />
        )
      })}
    </g>
  )
}

function Tip({ at, rowAt, when, series, before, name, colour, plot, width }: HoverProps) {
  const here = rowAt(at.value)
  if (!here) return null
  const then = before[series[0]?.rows.findIndex(row => row.atMs === here.atMs) ?? -1]
  const left = plot.x(here) > width / 2
  const place = (box: HTMLDivElement | null) => {
    if (!box) return
    box.style.left = left ? "" : `${plot.x(here) + 12}px`
    box.style.right = left ? `${width - plot.x(here) + 12}px` : ""
  }
  return (
    <div class="tip" ref={place} aria-hidden="true">
      <strong>{when(here)}</strong>
      {series.map(one => {
        const row = one.rows.find(other => other.atMs === here.atMs)
        return (
          row && (
            <span key={one.name} data-line={colour.get(one.name) ?? 0} data-here={row === here || undefined}>
              {series.length > 1 && <b>{name(row)}</b>} {whole(row)}
            </span>
          )
        )
      })}
      {then && <span class="then">{t("before", { value: whole(then) })}</span>}
    </div>
  )
}

/** The point under the pointer: the nearest in time, of the line nearest in height. */
function nearest(
  plot: Plot,
  series: readonly Series[],
  event: MouseEvent & { currentTarget: Element },
): readonly [number, number] | null {
  const box = event.currentTarget.getBoundingClientRect()
  const [px, py] = [event.clientX - box.left, event.clientY - box.top]
  const rows = series[0]?.rows ?? []
  const point = least(rows, row => Math.abs(plot.x(row) - px))
  const atMs = rows[point]?.atMs
  const line = least(series, one => {
    const value = one.rows.find(row => row.atMs === atMs)?.value
    return value == null ? Number.POSITIVE_INFINITY : Math.abs(plot.y(value) - py)
  })
  const own = series[line]?.rows.findIndex(row => row.atMs === atMs) ?? -1
  return own < 0 ? null : [line, own]
}

function least<T>(all: readonly T[], far: (one: T) => number): number {
  let best = 0
  all.forEach((one, at) => {
    if (far(one) < far(all[best] as T)) best = at
  })
  return best
}

const STEPS: { readonly [key: string]: readonly [number, number] } = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  PageUp: [0, -10],
  PageDown: [0, 10],
}

/** Along the time with the arrows, from line to line up and down. */
export function walked(
  key: string,
  at: readonly [number, number] | null,
  series: readonly Series[],
): readonly [number, number] | null {
  const last = (line: number) => (series[line]?.rows.length ?? 1) - 1
  const [line, point] = at ?? [0, key === "ArrowLeft" ? last(0) + 1 : -1]
  if (key === "Home") return [line, 0]
  if (key === "End") return [line, last(line)]
  const step = STEPS[key]
  if (!step) return null
  const next = (line + step[0] + series.length) % Math.max(1, series.length)
  return [next, Math.max(0, Math.min(last(next), point + step[1]))]
}

/** How a row's time is said on this chart. */
export function teller(times: readonly number[], zone: string): (row: Row) => string {
  const shape = timeShape((times.at(-1) ?? 0) - (times[0] ?? 0), (times[1] ?? 0) - (times[0] ?? 0))
  const format = new Intl.DateTimeFormat(locale.value, { ...shape, timeZone: zone })
  return row => (row.atMs === null ? t("whole.period") : format.format(row.atMs))
}
