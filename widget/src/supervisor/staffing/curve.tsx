/** How much one agent matters: what visitors meet with fewer and with more of them. */

import { useWidth } from "../reports/width"
import type { Met, Tried } from "./answer"
import { Key } from "./charts"
import { count, seconds, share, wait } from "./format"
import { t } from "./words"

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [42, 12, 12, 24, 200]

interface CurveProps {
  tried: Tried
  /** A promise: the share that is to be answered in time. */
  target: number
}

export function Curve({ tried, target }: CurveProps) {
  const needed = tried.needs[tried.of]?.required ?? 0
  return (
    <div class="curve">
      <h3 id="curve-title">{t("curve.title")}</h3>
      <ul class="legend">
        <Key kind="level" name={t("curve.level")} />
        <Key kind="occupancy" name={t("curve.occupancy")} />
        {tried.curve.some(one => one.abandonment > 0) && (
          <Key kind="abandonment" name={t("curve.abandonment")} />
        )}
      </ul>
      <Drawing curve={tried.curve} needed={needed} target={target} />
      <div class="twin-scroll" tabIndex={0} role="region" aria-labelledby="curve-title">
        <table class="twin">
          <thead>
            <tr>
              <th scope="col">{t("col.agents")}</th>
              <th scope="col">{t("col.level")}</th>
              <th scope="col">{t("col.wait")}</th>
              <th scope="col">{t("col.abandonment")}</th>
              <th scope="col">{t("col.occupancy")}</th>
            </tr>
          </thead>
          <tbody>
            {tried.curve.map(one => (
              <tr key={one.agents} data-chosen={one.agents === needed || undefined}>
                <th scope="row" class="num">
                  {count(one.agents)}
                  {one.agents === needed && <span class="note"> {t("curve.needed")}</span>}
                </th>
                <td class="num">{share(one.level, 1)}</td>
                <td class="num">{one.waitS === null ? t("endless") : wait(one.waitS)}</td>
                <td class="num">{share(one.abandonment, 1)}</td>
                <td class="num">{share(one.occupancy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Drawing({ curve, needed, target }: { curve: readonly Met[]; needed: number; target: number }) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const [from, to] = [curve[0]?.agents ?? 0, curve.at(-1)?.agents ?? 1]
  const x = (agents: number) => LEFT + ((agents - from) / Math.max(1, to - from)) * (width - LEFT - RIGHT)
  const y = (value: number) => HEIGHT - BOTTOM - Math.min(1, value) * (HEIGHT - BOTTOM - TOP)
  const line = (of: (one: Met) => number) =>
    curve.map((one, at) => `${at ? "L" : "M"}${x(one.agents).toFixed(1)} ${y(of(one)).toFixed(1)}`).join("")
  const step = Math.max(1, Math.ceil((to - from) / Math.max(2, Math.floor(width / 60))))
  const labels = curve.filter(one => (one.agents - from) % step === 0)
  return (
    <div class="plan-draw" data-still="true" ref={ref}>
      <svg width={width} height={HEIGHT} role="img" aria-label={t("curve.label")}>
        {[0, 0.5, 1].map(value => (
          <g key={value} class="plan-rule">
            <path d={`M${LEFT} ${y(value)}H${width - RIGHT}`} />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {share(value)}
            </text>
          </g>
        ))}
        <path class="curve-target" d={`M${LEFT} ${y(target)}H${width - RIGHT}`} />
        <g class="plan-now">
          <path d={`M${x(needed).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}`} />
        </g>
        <path class="curve-occupancy" d={line(one => one.occupancy)} />
        <path class="curve-abandonment" d={line(one => one.abandonment)} />
        <path class="curve-level" d={line(one => one.level)} />
        {curve.map(one => (
          <circle
            key={one.agents}
            class="curve-point"
            data-chosen={one.agents === needed || undefined}
            cx={x(one.agents)}
            cy={y(one.level)}
            r={one.agents === needed ? 5 : 2.5}
          >
            <title>{`${count(one.agents)}: ${share(one.level, 1)}, ${seconds(one.waitS)}`}</title>
          </circle>
        ))}
        {labels.map(one => (
          <text key={one.agents} x={x(one.agents)} y={HEIGHT - 7} text-anchor="middle">
            {count(one.agents)}
          </text>
        ))}
      </svg>
    </div>
  )
}
