/** One number as a tile: its name, its figure, a word on how it stands, its day, and its twins. */

import type { ComponentChildren } from "preact"
import { Icon, type IconName } from "../ui/icons"
import type { Level } from "./health"
import type { Model } from "./model"
import { Bar, Spark } from "./spark"

export interface TileProps {
  model: Model
  name: string
  href: string
  kpi: string
  level: Level
  word: string
  figure: ComponentChildren
  sub: string
  /** A KPI of the day's report, drawn under the figure. */
  trend?: string
  top?: number
  target?: number
  bar?: number | null
  /** The figures it must not be read without (kpis.md §16). */
  pairs: ComponentChildren
}

const ICONS: { readonly [level in Level]: IconName } = {
  good: "check",
  warn: "warning",
  bad: "alert",
  none: "minus",
}

export const Tile = (props: TileProps) => (
  <article class="tile" data-level={props.level}>
    <h2>
      <a class="tile-link" href={props.href} data-kpi={props.kpi}>
        <span class="tile-name">{props.name}</span>
        <span class="figure num">{props.figure}</span>
      </a>
    </h2>
    <p class="state" data-level={props.level}>
      <Icon name={ICONS[props.level]} size={14} />
      {props.word}
    </p>
    <p class="sub">{props.sub}</p>
    <div class="trend">
      <TileTrend {...props} />
    </div>
    <dl class="pairs">{props.pairs}</dl>
  </article>
)

/** The day so far; before there is any, how full it is, where that has a meaning. */
function TileTrend({ model, trend = "", top, target, bar }: TileProps) {
  const points = model.trends.value.get(trend)
  const { dayFromMs, asOfMs } = model.board.value
  if (!points?.some(point => point.value !== null) || dayFromMs === null)
    return bar == null ? null : <Bar share={bar} />
  return (
    <Spark
      points={points}
      fromMs={points[0]?.atMs ?? dayFromMs}
      toMs={Math.max(asOfMs, points.at(-1)?.atMs ?? 0)}
      {...(top === undefined ? {} : { top })}
      {...(target === undefined ? {} : { target })}
    />
  )
}

interface PairProps {
  name: string
  value: string
  kpi?: string
  href?: string
  note?: string | undefined
}

export const Pair = ({ name, kpi, href, value, note }: PairProps) => (
  <div class="pair">
    <dt>{name}</dt>
    <dd class="num">
      {href ? (
        <a href={href} data-kpi={kpi}>
          {value}
        </a>
      ) : (
        <span data-kpi={kpi}>{value}</span>
      )}
      {note && <span class="note">{note}</span>}
    </dd>
  </div>
)
