/** Today by quarter-hour, large enough to read, with its table twin. */

import { clock } from "../ui/time"
import { DASH, decimal, percent, span } from "./figures"
import { type Point, runs } from "./trends"
import { locale, t } from "./words"

interface ChartProps {
  points: readonly Point[]
  fromMs: number
  toMs: number
  zone: string
  unit: string
  share?: boolean | undefined
  target?: number | null
}

const [W, H, LEFT, BOTTOM, TOP] = [460, 132, 40, 20, 8]

export function DayChart({ points, fromMs, toMs, zone, unit, share, target }: ChartProps) {
  const high = share ? 1 : nice(Math.max(...points.map(point => point.value ?? 0), 0))
  const x = (atMs: number) => LEFT + ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (W - LEFT - 8)
  const y = (value: number) => H - BOTTOM - (value / high) * (H - BOTTOM - TOP)
  const said = (value: number) => valueText(value, unit, share)
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t("sheet.today")}>
        {[0, high / 2, high].map(value => (
          <g key={value} class="chart-rule">
            <path d={`M${LEFT} ${y(value)}H${W - 8}`} />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {said(value)}
            </text>
          </g>
        ))}
        {hours(fromMs, toMs).map(atMs => (
          <text key={atMs} class="chart-hour" x={x(atMs)} y={H - 4} text-anchor="middle">
            {hour(atMs, zone)}
          </text>
        ))}
        {target != null && <path class="spark-target" d={`M${LEFT} ${y(target)}H${W - 8}`} />}
        {runs(points).map(run => (
          <path
            key={run[0]?.atMs}
            class="spark-line"
            d={run
              .map(
                (point, at) =>
                  `${at ? "L" : "M"}${x(point.atMs).toFixed(1)} ${y(point.value ?? 0).toFixed(1)}`,
              )
              .join("")
              .replace(/^(M[^L]*)$/, "$1h0.01")}
          />
        ))}
      </svg>
      <details>
        <summary>{t("sheet.table")}</summary>
        <Twin points={points} zone={zone} said={said} />
      </details>
    </figure>
  )
}

const Twin = ({
  points,
  zone,
  said,
}: {
  points: readonly Point[]
  zone: string
  said: (value: number) => string
}) => (
  <table class="twin">
    <thead>
      <tr>
        <th scope="col">{t("table.time")}</th>
        <th scope="col" class="right">
          {t("table.value")}
        </th>
        <th scope="col" class="right">
          {t("table.n")}
        </th>
      </tr>
    </thead>
    <tbody>
      {points.map(point => (
        <tr key={point.atMs}>
          <th scope="row">{clock(point.atMs, locale.value, point.atMs, zone)}</th>
          <td class="right num">{point.value === null ? DASH : said(point.value)}</td>
          <td class="right num">{point.n}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

export function valueText(value: number, unit: string, share?: boolean): string {
  if (share || unit === "ratio") return percent(value, locale.value, 0)
  if (unit === "s") return span(value * 1_000, locale.value)
  return decimal(value, locale.value, 1)
}

const HOUR_MS = 3_600_000

/** Labels at whole hours, at most seven of them. */
function hours(fromMs: number, toMs: number): number[] {
  const step = [1, 2, 3, 4, 6].find(size => (toMs - fromMs) / (size * HOUR_MS) <= 7) ?? 6
  const out: number[] = []
  for (let at = fromMs; at <= toMs; at += step * HOUR_MS) out.push(at)
  return out
}

const hour = (atMs: number, zone: string) =>
  new Intl.DateTimeFormat(locale.value, { hour: "numeric", minute: "2-digit", timeZone: zone }).format(atMs)

/** The next 1, 2, 5 × 10ⁿ: a scale one can read. */
export function nice(value: number): number {
  if (value <= 0) return 1
  const size = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find(step => value <= step * size) ?? 10) * size
}
