/**
 * Charts in SVG: lines with their names at their ends, bars from zero with whiskers, a heat map
 * that is a table. Gaps where nothing was measured, a band where one line is unsure. Each has its
 * table twin beside it, so a drawing is only ever a picture of it.
 */

import { dayNames } from "../../admin/hours"
import { nice, valueText } from "../chart"
import { DASH } from "../figures"
import { groupName, type Row, type Series } from "./answer"
import { locale, t } from "./words"

const [W, H, LEFT, RIGHT, BOTTOM, TOP] = [760, 200, 48, 108, 22, 10]

interface LinesProps {
  series: readonly Series[]
  name: (group: string) => string
  colour: ReadonlyMap<string, number>
  label: string
  zone: string
}

export function Lines({ series, name, colour, label, zone }: LinesProps) {
  const rows = series.flatMap(one => one.rows)
  const unit = rows[0]?.unit ?? ""
  const times = rows.map(row => row.atMs ?? 0)
  const [from, to] = [Math.min(...times), Math.max(...times)]
  const values = rows.flatMap(row => (row.value === null ? [] : [row.value]))
  const high = unit === "ratio" && Math.max(...values, 0) <= 1 ? 1 : nice(Math.max(...values, 0))
  const low = Math.min(0, ...values) < 0 ? -nice(-Math.min(...values)) : 0
  const x = (at: number) => LEFT + ((at - from) / Math.max(1, to - from)) * (W - LEFT - RIGHT)
  const y = (value: number) =>
    H - BOTTOM - ((Math.min(value, high) - low) / (high - low)) * (H - BOTTOM - TOP)
  const ends = spread(series.map(one => y(one.rows.findLast(row => row.value !== null)?.value ?? 0)))
  return (
    <svg class="lines-chart" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
      {[low, (low + high) / 2, high].map(value => (
        <g key={value} class="chart-rule">
          <path d={`M${LEFT} ${y(value)}H${W - RIGHT}`} />
          <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {valueText(value, unit)}
          </text>
        </g>
      ))}
      {marks(series[0]?.rows ?? []).map(row => (
        <text key={row.atMs} x={x(row.atMs ?? 0)} y={H - 5} text-anchor="middle">
          {when(row.atMs ?? 0, zone, to - from)}
        </text>
      ))}
      {series.length === 1 && <path class="band" d={band(series[0]?.rows ?? [], x, y)} />}
      {series.map((one, at) => (
        <g key={one.name} data-line={colour.get(one.name) ?? 0}>
          <path class="line" d={path(one.rows, x, y)} />
          {series.length > 1 && (
            <text class="line-name" x={W - RIGHT + 8} y={(ends[at] ?? 0) + 4}>
              {name(one.name).slice(0, 16)}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}

type Scale = (value: number) => number

function path(rows: readonly Row[], x: Scale, y: Scale): string {
  let pen = "M"
  let out = ""
  rows.forEach((row, at) => {
    if (row.value === null) pen = "M"
    else {
      const alone = pen === "M" && rows[at + 1]?.value == null
      out += `${pen}${x(row.atMs ?? 0).toFixed(1)} ${y(row.value).toFixed(1)}${alone ? "h0.1" : ""}`
      pen = "L"
    }
  })
  return out
}

/** Between the ends of the 95 % interval, where there is one. */
function band(rows: readonly Row[], x: Scale, y: Scale): string {
  const sure = rows.filter(row => row.low !== null && row.high !== null)
  if (sure.length < 2) return ""
  const up = sure.map(
    (row, at) => `${at ? "L" : "M"}${x(row.atMs ?? 0).toFixed(1)} ${y(row.high ?? 0).toFixed(1)}`,
  )
  const down = [...sure].reverse().map(row => `L${x(row.atMs ?? 0).toFixed(1)} ${y(row.low ?? 0).toFixed(1)}`)
  return `${[...up, ...down].join("")}Z`
}

/** Names at line ends must not lie on each other: the lower one moves down. */
function spread(ys: readonly number[]): number[] {
  const order = ys.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value)
  let last = Number.NEGATIVE_INFINITY
  const out: number[] = []
  for (const { value, at } of order) {
    last = Math.max(value, last + 14)
    out[at] = last
  }
  return out
}

function marks(rows: readonly Row[]): readonly Row[] {
  const step = Math.max(1, Math.ceil(rows.length / 7))
  return rows.filter((_, at) => at % step === 0)
}

const DAY_MS = 86_400_000

export function when(atMs: number, zone: string, spanMs: number): string {
  const shape =
    spanMs <= 2 * DAY_MS
      ? ({ hour: "numeric", minute: "2-digit" } as const)
      : ({ day: "numeric", month: "short" } as const)
  return new Intl.DateTimeFormat(locale.value, { ...shape, timeZone: zone }).format(atMs)
}

const MOST_BARS = 12

interface BarsProps {
  rows: readonly Row[]
  name: (group: string) => string
}

export function Bars({ rows, name }: BarsProps) {
  const shown = [...rows].sort((a, b) => (b.value ?? -1) - (a.value ?? -1)).slice(0, MOST_BARS)
  const high = Math.max(...shown.map(row => row.high ?? row.value ?? 0), 0) || 1
  const at = (value: number | null) => Math.max(0, Math.min(1, (value ?? 0) / high)) * 100
  return (
    <>
      <ul class="bars">
        {shown.map(row => (
          <li key={groupName(row)}>
            <span class="bar-name">{name(groupName(row)) || t("unnamed")}</span>
            <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
              <rect
                class="bar-value"
                width={at(row.value)}
                y="2"
                height="10"
                data-thin={row.lowN || undefined}
              />
              {row.low !== null && row.high !== null && (
                <path class="whisker" d={`M${at(row.low)} 7H${at(row.high)}`} />
              )}
            </svg>
            <span class="num">{row.value === null ? DASH : valueText(row.value, row.unit)}</span>
            <span class="note">{t("n", { n: row.n })}</span>
          </li>
        ))}
      </ul>
      {rows.length > MOST_BARS && <p class="note">{t("more", { count: rows.length - MOST_BARS })}</p>}
    </>
  )
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

/** Hour × weekday; the darker, the more. The number is in every cell. */
export function Heat({ cells, label }: { cells: ReadonlyMap<string, Row>; label: string }) {
  const high = Math.max(...[...cells.values()].map(row => row.value ?? 0), 0) || 1
  return (
    <div class="heat-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="heat">
        <thead>
          <tr>
            <td />
            {HOURS.map(hour => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dayNames(locale.value).map((day, weekday) => (
            <tr key={day}>
              <th scope="row">{day.slice(0, 3)}</th>
              {HOURS.map(hour => {
                const row = cells.get(`${weekday} ${hour}`)
                const step = row?.value == null ? 0 : Math.ceil((row.value / high) * 5)
                return (
                  <td key={hour} class="num" data-step={step}>
                    {row?.value == null ? "" : valueText(row.value, row.unit)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
