/** One number of a report: its figure and how sure it is, its change, its drawing, its table. */

import { agentName, queueName } from "../../desk/directory"
import { Icon } from "../../ui/icons"
import { valueText } from "../chart"
import type { Definition } from "../definitions"
import { DASH } from "../figures"
import { type Compared, compared, groupName, heat, palette, type Row, series, verdict } from "./answer"
import { Bars, Heat, Lines, when } from "./charts"
import type { ReportModel } from "./model"
import { locale, t } from "./words"

export function Card({ model, kpi }: { model: ReportModel; kpi: string }) {
  const definition = model.board.definitions.value.get(kpi)
  const pair = compared(model.whole.value, kpi)
  const name = definition?.name ?? kpi
  return (
    <section class="report-card" aria-labelledby={`kpi-${kpi}`}>
      <header>
        <h2 id={`kpi-${kpi}`}>
          <span class="explains" data-kpi={kpi} tabIndex={0}>
            {name}
          </span>
          <span class="code">{definition?.code}</span>
        </h2>
        <Head pair={pair} definition={definition} />
      </header>
      <Picture model={model} kpi={kpi} name={name} />
    </section>
  )
}

interface HeadProps {
  pair: Compared
  definition: Definition | undefined
}

function Head({ pair, definition }: HeadProps) {
  const { now, before } = pair
  const unit = definition?.unit ?? ""
  const text = (value: number | null | undefined) => (value == null ? DASH : valueText(value, unit))
  const said = verdict(pair, definition?.better ?? "")
  return (
    <div class="report-figure">
      <strong class="num">{text(now?.value)}</strong>
      {now && <span class="sub">{facts(now, unit).join(" · ")}</span>}
      {before && (
        <span class="change" data-verdict={said ?? undefined}>
          {(said === "better" || said === "worse") && (
            <Icon name={(now?.value ?? 0) > (before.value ?? 0) ? "trendUp" : "trendDown"} size={14} />
          )}
          {said && t(`verdict.${said}`)} <span class="num">{t("before", { value: text(before.value) })}</span>
        </span>
      )}
    </div>
  )
}

function facts(row: Row, unit: string): string[] {
  const number = (value: number) =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }).format(value)
  const out = [
    unit === "ratio" && row.num !== null && row.den !== null
      ? t("of", { num: number(row.num), den: number(row.den) })
      : t("n", { n: row.n }),
  ]
  if (row.low !== null && row.high !== null)
    out.push(t("between", { low: valueText(row.low, unit), high: valueText(row.high, unit) }))
  if (row.pending) out.push(t("pending", { count: row.pending }))
  if (row.lowN) out.push(t("thin"))
  return out
}

function Picture({ model, kpi, name }: { model: ReportModel; kpi: string; name: string }) {
  const { by } = model.question.value
  const called = namer(by)
  const lines = series(model.lines.value, kpi)
  const cuts = model.cuts.value.filter(row => row.kpi === kpi)
  const known = model.board.definitions.value.get(kpi)?.segments ?? []
  if (by && !by.split(",").every(one => known.includes(one)))
    return <p class="nothing">{t("uncut", { by: t(`by.${by}`).toLocaleLowerCase() })}</p>
  const some = [...lines.flatMap(one => one.rows), ...cuts].some(row => row.value !== null)
  if (!some) return <p class="nothing">{t("nothing")}</p>
  const enough = lines.some(one => one.rows.length > 1)
  return (
    <>
      {enough && (
        <Lines
          series={lines}
          name={called}
          colour={palette(model.lines.value)}
          label={name}
          zone={model.zone.value}
        />
      )}
      {by === "hour,weekday" ? (
        <Heat cells={heat(cuts, kpi)} label={name} />
      ) : (
        cuts.length > 0 && <Bars rows={cuts} name={called} />
      )}
      <Twin
        model={model}
        rows={[...cuts, ...model.lines.value.filter(row => row.kpi === kpi)]}
        name={called}
      />
    </>
  )
}

/** Ids are for machines. */
function namer(by: string): (group: string) => string {
  if (by === "queue") return queueName
  return by === "agent" ? agentName : group => group
}

interface TwinProps {
  model: ReportModel
  rows: readonly Row[]
  name: (group: string) => string
}

function Twin({ model, rows, name }: TwinProps) {
  const shown = (value: number | null) =>
    value === null ? DASH : new Intl.NumberFormat(locale.value, { maximumFractionDigits: 3 }).format(value)
  const { from, to } = model.question.value
  const times = rows.flatMap(row => row.atMs ?? [])
  const span = times.length ? Math.max(...times) - Math.min(...times) : 0
  return (
    <details class="twin-box">
      <summary>{t("table")}</summary>
      <div class="twin-scroll" tabIndex={0} role="region" aria-label={t("table")}>
        <table class="twin">
          <thead>
            <tr>
              {(["when", "group", "value", "num", "den", "n", "low", "high"] as const).map(column => (
                <th
                  key={column}
                  scope="col"
                  class={column === "when" || column === "group" ? undefined : "right"}
                >
                  {t(`col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={`${row.atMs} ${groupName(row)}`}>
                <th scope="row">
                  {row.atMs === null ? `${from} – ${to}` : when(row.atMs, model.zone.value, span)}
                </th>
                <td>{name(groupName(row))}</td>
                {[row.value, row.num, row.den, row.n, row.low, row.high].map((value, at) => (
                  <td key={at} class="right num">
                    {shown(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
