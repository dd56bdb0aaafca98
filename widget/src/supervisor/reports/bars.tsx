/** Groups as bars from zero with the whisker of their interval, the week as a map. All open up. */

import { useSignal } from "@preact/signals"
import { dayNames } from "../../admin/hours"
import { Button } from "../../ui/kit"
import type { Level } from "../health"
import { groupName, ordered, type Row } from "./answer"
import { between, figureText, marks, rowText, support, whole } from "./figure"
import { linear } from "./scale"
import { locale, t } from "./words"

const FIRST_BARS = 12

interface BarsProps {
  rows: readonly Row[]
  /** The same groups in the period before. */
  before: ReadonlyMap<string, Row>
  name: (row: Row) => string
  href: (row: Row) => string
  level: (row: Row) => Level
  colour: ReadonlyMap<string, number>
}

export function Bars({ rows, before, name, href, level, colour }: BarsProps) {
  const all = useSignal(false)
  const some = ordered(rows.filter(row => row.value !== null))
  const shown = all.value ? some : some.slice(0, FIRST_BARS)
  const ends = shown.flatMap(row => [row.value ?? 0, row.low ?? 0, row.high ?? 0])
  const x = linear(Math.min(0, ...ends), Math.max(...ends, 0) || 1, 0, 100)
  return (
    <>
      <ul class="bars" data-compared={before.size > 0 || undefined}>
        {shown.map(row => (
          <li key={name(row)}>
            <a href={href(row)}>
              <span class="bar-name" title={name(row)}>
                {name(row)}
              </span>
              <svg
                viewBox="0 0 100 14"
                preserveAspectRatio="none"
                aria-hidden="true"
                data-line={colour.get(groupName(row))}
              >
                <rect
                  class="bar-value"
                  x={Math.min(x(0), x(row.value ?? 0))}
                  width={Math.abs(x(row.value ?? 0) - x(0))}
                  y="2"
                  height="10"
                  data-thin={row.lowN || undefined}
                />
                {row.low !== null && row.high !== null && (
                  <path class="whisker" d={`M${x(row.low)} 7H${x(row.high)}`} />
                )}
              </svg>
              <span class="num bar-figure" data-level={level(row)}>
                {figureText(row.value, row.unit)}
              </span>
              <span class="note">
                {support(row)}
                {then(before.get(groupName(row)))}
              </span>
              <span class="sr">{[between(row), ...marks(row)].filter(Boolean).join(" · ")}</span>
            </a>
          </li>
        ))}
      </ul>
      {some.length > shown.length && (
        <Button
          size="small"
          onClick={() => {
            all.value = true
          }}
        >
          {t("more", { count: some.length })}
        </Button>
      )}
    </>
  )
}

const then = (row: Row | undefined) => (row ? ` · ${t("before", { value: rowText(row) })}` : "")

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

interface HeatProps {
  cells: ReadonlyMap<string, Row>
  label: string
  href: (row: Row) => string
}

/** Hour × weekday; the darker, the more. The number is in every cell; the arrow keys go over them. */
export function Heat({ cells, label, href }: HeatProps) {
  const high = Math.max(...[...cells.values()].map(row => row.value ?? 0), 0) || 1
  const [first] = cells.values()
  const days = dayNames(locale.value)
  return (
    <div class="heat-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="heat" onKeyDown={roam}>
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
          {days.map((day, weekday) => (
            <tr key={day}>
              <th scope="row">{day.slice(0, 3)}</th>
              {HOURS.map(hour => {
                const row = cells.get(`${weekday} ${hour}`)
                const step = row?.value == null ? 0 : Math.ceil((row.value / high) * 5)
                return (
                  <td key={hour} class="num" data-step={step} data-thin={row?.lowN || undefined}>
                    {row?.value != null && (
                      <a
                        href={href(row)}
                        tabIndex={row === first ? 0 : -1}
                        aria-label={`${brief(row.value, row.unit)}, ${day} ${hour}:00: ${whole(row)}`}
                      >
                        {brief(row.value, row.unit)}
                      </a>
                    )}
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

/** A cell has room for four signs. */
function brief(value: number, unit: string): string {
  if (unit === "ratio") return figureText(value, unit).replace(/[.,]\d(?=\D*$)/, "")
  if (unit !== "s")
    return new Intl.NumberFormat(locale.value, { notation: "compact", maximumFractionDigits: 1 }).format(
      value,
    )
  if (value < 100) return `${Math.round(value)}s`
  return value < 6_000 ? `${Math.round(value / 60)}m` : `${Math.round(value / 3_600)}h`
}

/** The arrow keys over cells with a link; one of them is a tab stop. */
function roam(event: KeyboardEvent & { currentTarget: HTMLTableElement }): void {
  const cell = (event.target as Element).closest("td")
  const steps: { [key: string]: readonly [number, number] } = {
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
  }
  const step = steps[event.key]
  if (!cell || !step) return
  event.preventDefault()
  const rows = [...event.currentTarget.rows]
  let [down, across] = [rows.indexOf(cell.parentElement as HTMLTableRowElement), cell.cellIndex]
  let link: HTMLAnchorElement | null | undefined
  do {
    down += step[0]
    across += step[1]
    link = rows[down]?.cells[across]?.querySelector("a")
  } while (!link && rows[down]?.cells[across])
  if (!link) return
  for (const other of event.currentTarget.querySelectorAll("a")) other.tabIndex = -1
  link.tabIndex = 0
  link.focus()
}
