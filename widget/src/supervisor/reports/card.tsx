/** One number of a report: its figure and how sure it is, its change, its drawing, its table. */

import { useEffect, useMemo } from "preact/hooks"
import { Icon } from "../../ui/icons"
import { Button } from "../../ui/kit"
import { why } from "../asking"
import { valueText } from "../chart"
import type { Definition } from "../definitions"
import { DASH } from "../figures"
import { type Goal, goalFor, standing } from "../goals"
import type { Level } from "../health"
import { Mark } from "../queues"
import { groupName, heat, palette, type Row, series, verdict } from "./answer"
import { Bars, Heat } from "./bars"
import { type Cell, cellOf, openCell, wholeCell } from "./cell"
import { between, marks, rowText, support } from "./figure"
import { Lines } from "./lines"
import { answerTo, type ReportModel, type Told } from "./model"
import { called, dimensionName } from "./names"
import { knows, pointsOf, WEEK } from "./question"
import { Twin } from "./twin"
import { useSeen } from "./width"
import { t } from "./words"

interface Part {
  model: ReportModel
  kpi: string
  told: Told
  definition: Definition
}

export function Card({ model, kpi }: { model: ReportModel; kpi: string }) {
  const { ref, seen } = useSeen<HTMLElement>()
  const answer = useMemo(() => answerTo(model, kpi, seen), [])
  useEffect(() => answer.stop, [])
  const definition = model.board.definitions.value.get(kpi)
  const told = answer.told.value
  return (
    <section
      class="report-card"
      ref={ref}
      aria-labelledby={`kpi-${kpi}`}
      aria-busy={seen.value && told.phase === "loading"}
    >
      <h2 id={`kpi-${kpi}`}>
        <span class="explains" data-kpi={kpi} tabIndex={0}>
          {definition?.name ?? kpi}
        </span>
        <span class="code">{definition?.code}</span>
      </h2>
      {definition ? (
        <Body part={{ model, kpi, told, definition }} again={answer.again} />
      ) : (
        model.board.definitions.value.size > 0 && <p class="nothing">{t("unknown", { kpi })}</p>
      )}
    </section>
  )
}

function Body({ part, again }: { part: Part; again: () => void }) {
  const { model, definition, told } = part
  const { by, where } = model.question.value
  const strange = Object.keys(where).filter(name => !definition.segments.includes(name))
  if (strange.length)
    return (
      <p class="nothing">{t("unfiltered", { by: strange.map(dimensionName).join(", ").toLowerCase() })}</p>
    )
  if (told.phase === "failed")
    return (
      <p class="failed" role="alert">
        <Icon name="alert" size={16} />
        <span>{t("failed", { why: told.problem ? why(told.problem) : "" })}</span>
        <Button size="small" onClick={again}>
          {t("again")}
        </Button>
      </p>
    )
  if (!told.whole.now) return <div class="waiting-figure" role="status" aria-label={t("loading")} />
  return (
    <>
      <Head {...part} now={told.whole.now} />
      {told.beside.length > 0 && <Beside {...part} />}
      {by && !knows(definition.segments, { by, where }) && (
        <p class="nothing">{t("uncut", { by: dimensionName(by).toLowerCase() })}</p>
      )}
      <Picture {...part} />
    </>
  )
}

const cellHref = (model: ReportModel, cell: Cell) =>
  `/supervisor/${model.page}?${openCell(model.here.value, cell)}`

const levelOf = (goal: Goal | null, row: Row): Level => (goal ? standing(goal, row.value) : "none")

function Head({ model, kpi, told, definition, now }: Part & { now: Row }) {
  const { before } = told.whole
  const { where } = model.question.value
  const goal = goalFor(model.goals.value, kpi, { queue: where.queue, agent: where.agent })
  const level = levelOf(goal, now)
  const said = verdict(told.whole, definition.better)
  const up = (now.value ?? 0) > (before?.value ?? 0)
  return (
    <div class="report-figure">
      <a class="num" href={cellHref(model, wholeCell(kpi))} aria-label={`${rowText(now)}: ${t("open")}`}>
        {rowText(now)}
      </a>
      {goal && (
        <span class="judged" data-level={level}>
          <Mark level={level} />
          {level !== "none" && t(`level.${level}`)}{" "}
          <span class="goal">{goalText(goal, definition.unit)}</span>
        </span>
      )}
      <Support model={model} kpi={kpi} now={now} />
      {before && (
        <span class="change" data-verdict={said ?? undefined}>
          {(said === "better" || said === "worse") && <Icon name={up ? "trendUp" : "trendDown"} size={14} />}
          {said && t(`verdict.${said}`)}{" "}
          <a class="num" href={cellHref(model, cellOf(before))}>
            {t("before", { value: rowText(before) })}
          </a>
        </span>
      )}
    </div>
  )
}

function goalText({ low, high }: Goal, unit: string): string {
  const text = (value: number | null) => (value === null ? DASH : valueText(value, unit))
  if (low !== null && high !== null) return t("goal.band", { low: text(low), high: text(high) })
  return low !== null ? t("goal.low", { value: text(low) }) : t("goal.high", { value: text(high) })
}

/** From what it was counted; of a share, the part above the line opens on its own. */
function Support({ model, kpi, now }: { model: ReportModel; kpi: string; now: Row }) {
  const rest = [between(now), ...marks(now)].filter(one => one !== null)
  return (
    <span class="sub">
      {now.unit === "ratio" && now.num !== null ? (
        <a href={cellHref(model, wholeCell(kpi, true))}>{support(now)}</a>
      ) : (
        support(now)
      )}
      {rest.map(one => ` · ${one}`)}
    </span>
  )
}

const Beside = ({ model, told }: Part) => (
  <p class="report-beside">
    {t("beside")}{" "}
    {told.beside.map(row => (
      <span key={row.kpi} class="pair-beside">
        <span class="explains" data-kpi={row.kpi} tabIndex={0}>
          {model.board.definitions.value.get(row.kpi)?.name ?? row.kpi}
        </span>{" "}
        <a class="num" href={cellHref(model, wholeCell(row.kpi))}>
          {rowText(row)}
        </a>
      </span>
    ))}
  </p>
)

function Picture({ model, kpi, told, definition }: Part) {
  const { by, where } = model.question.value
  const { cuts, cutsBefore, before, many } = told
  const lines = series(told.lines)
  const some = [...told.lines, ...cuts].some(row => row.value !== null)
  if (!some)
    return told.lines.length || cuts.length || told.whole.now?.value === null ? (
      <p class="nothing">{t("nothing")}</p>
    ) : null
  const goal = (row: Row | null) => {
    const place = { queue: where.queue, agent: where.agent, ...row?.group }
    return goalFor(model.goals.value, kpi, { queue: text(place.queue), agent: text(place.agent) })
  }
  const href = (row: Row) => cellHref(model, cellOf(row))
  const open = (row: Row) => model.go(openCell(model.here.value, cellOf(row)))
  const label = definition.name
  const colour = palette(told.lines, lines)
  return (
    <>
      {many !== null && (
        <p class="nothing">{t("many", { groups: many, points: pointsOf(model.question.value) })}</p>
      )}
      {lines.some(one => one.rows.length > 1) && (
        <Lines
          series={lines}
          before={before}
          name={called}
          colour={colour}
          label={label}
          zone={model.zone.value}
          goal={goal(null)}
          onOpen={open}
        />
      )}
      {by === WEEK && cuts.length > 0 ? (
        <Heat cells={heat(cuts)} label={label} href={href} />
      ) : (
        cuts.length > 0 && (
          <Bars
            rows={cuts}
            before={new Map(cutsBefore.map(row => [groupName(row), row]))}
            name={called}
            href={href}
            level={row => levelOf(goal(row), row)}
            colour={lines.length > 1 ? colour : new Map()}
          />
        )
      )}
      <Twin
        rows={[...cuts, ...told.lines, ...before, ...cutsBefore]}
        name={called}
        href={href}
        zone={model.zone.value}
        label={label}
      />
    </>
  )
}

const text = (value: string | number | undefined) => (value === undefined ? null : String(value))
