/** Stage after stage: who reached it, who was lost there. Each count opens into its conversations. */

import { Icon, type IconName } from "../../ui/icons"
import type { Row } from "../reports/answer"
import { openCell, wholeCell } from "../reports/cell"
import { between, figureText, marks, rowText } from "../reports/figure"
import { dimensionName } from "../reports/names"
import { type AbandonmentModel, HEADS, QUEUE_PARTS, rowOf, STAGES, type Stage } from "./model"
import { locale, t } from "./words"

const ICONS: { readonly [stage in (typeof STAGES)[number]]: IconName } = {
  bot_abandonment_rate: "bot",
  queue_abandonment_rate_raw: "hourglass",
  abandoned_after_accept_rate: "headset",
  dropped_rate: "reply",
}

interface Part {
  model: AbandonmentModel
  rows: readonly Row[]
}

export const behindHref = (model: AbandonmentModel, kpi: string, hits = false): string =>
  `/supervisor/abandonment?${openCell(model.here.value, wholeCell(kpi, hits))}`

const whole = (value: number) =>
  new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }).format(value)

/** The four numbers that sum it up. */
export const Heads = ({ model, rows }: Part) => (
  <dl class="lost-heads">
    {HEADS.map(kpi => {
      const row = rowOf(rows, kpi)
      const share = kpi === "ghost_agent_time" ? rowOf(rows, "ghost_agent_time_share") : null
      return (
        <div key={kpi}>
          <dt>
            <span class="explains" data-kpi={kpi} tabIndex={0}>
              {t(`head.${kpi}`)}
            </span>
          </dt>
          <dd>
            <a class="num" href={behindHref(model, kpi)}>
              {rowText(row)}
            </a>
            {row?.unit === "ratio" && row.den !== null && (
              <span class="sub">
                <Way model={model} kpi={kpi} hits count={row.num ?? 0} /> {t("of")}{" "}
                <Way model={model} kpi={kpi} count={row.den} />
              </span>
            )}
            {share && <span class="sub">{figureText(share.value, share.unit)}</span>}
          </dd>
        </div>
      )
    })}
  </dl>
)

interface WayProps {
  model: AbandonmentModel
  kpi: string
  hits?: boolean
  count: number
  says?: string
}

/** A count that opens; nothing is behind nothing. */
const Way = ({ model, kpi, hits = false, count, says = whole(count) }: WayProps) =>
  count ? <a href={behindHref(model, kpi, hits)}>{says}</a> : <span>{says}</span>

export function Funnel({ model, rows }: Part) {
  const most = Math.max(1, ...STAGES.map(kpi => rowOf(rows, kpi)?.den ?? 0))
  const strange = Object.keys(model.period.value.where).map(dimensionName).join(", ").toLowerCase()
  return (
    <ol class="funnel">
      {STAGES.map(kpi => (
        <li key={kpi}>
          <Line
            model={model}
            kpi={kpi}
            row={rowOf(rows, kpi)}
            most={most}
            icon={ICONS[kpi]}
            strange={strange}
          />
          {kpi === "queue_abandonment_rate_raw" && (
            <ul>
              {QUEUE_PARTS.map(part => (
                <li key={part}>
                  <Line model={model} kpi={part} row={rowOf(rows, part)} most={0} strange={strange} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  )
}

interface LineProps {
  model: AbandonmentModel
  kpi: Stage
  row: Row | null
  most: number
  icon?: IconName
  /** The filters, in words: a number that does not know them is not shown under them. */
  strange: string
}

function Line({ model, kpi, row, most, icon, strange }: LineProps) {
  const reached = row?.den ?? 0
  const lost = row?.num ?? 0
  return (
    <div class="stage">
      <span class="stage-name">
        {icon && <Icon name={icon} size={16} />}
        <span class="explains" data-kpi={kpi} tabIndex={0}>
          {t(`stage.${kpi}`)}
        </span>
      </span>
      {row ? (
        <>
          {most > 0 && (
            <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
              <rect class="reached" width={(reached / most) * 100} y="1" height="12" />
              <rect
                class="lost"
                x={((reached - lost) / most) * 100}
                width={(lost / most) * 100}
                y="1"
                height="12"
              />
            </svg>
          )}
          <a class="num stage-share" href={behindHref(model, kpi)}>
            {rowText(row)}
          </a>
          <span class="stage-counts">
            <Way model={model} kpi={kpi} hits count={lost} says={t("lost", { count: whole(lost) })} />{" "}
            {t("of")}{" "}
            <Way
              model={model}
              kpi={kpi}
              count={reached}
              says={t("reached", { count: whole(reached), unit: t(`unit.${kpi}`) })}
            />
            {[between(row), ...marks(row)].filter(Boolean).map(one => (
              <span key={one}> · {one}</span>
            ))}
          </span>
        </>
      ) : (
        <span class="stage-counts">{t("unfiltered", { by: strange })}</span>
      )}
    </div>
  )
}
