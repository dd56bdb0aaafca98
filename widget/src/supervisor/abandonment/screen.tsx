/** Where visitors are lost; loaded when somebody goes there. */

import "../reports/reports.css"
import "../reports/charts.css"
import "./abandonment.css"
import type { ComponentChildren } from "preact"
import { useEffect, useMemo } from "preact/hooks"
import { Icon } from "../../ui/icons"
import { why } from "../asking"
import { Failed } from "../listed"
import type { Model } from "../model"
import { router } from "../places"
import { Beside } from "../reports/beside"
import { Fresh } from "../reports/controls"
import { CopyLink } from "../reports/export"
import { AddFilter } from "../reports/filters"
import { Chips, Days, Presets } from "../reports/period"
import { writePeriod } from "../reports/question"
import { setLocale as setReports } from "../reports/words"
import type { Told } from "../told"
import { Funnel, Heads } from "./funnel"
import { type AbandonmentModel, ALL, createAbandonment } from "./model"
import { readWaits } from "./patience"
import { Waited, Waiting } from "./waits"
import { Cut, Where } from "./where"
import { setLocale, t } from "./words"

void setLocale(navigator.language)
void setReports(navigator.language)

export default function Abandonment({ model }: { model: Model }) {
  const page = useMemo(() => createAbandonment(model), [])
  useEffect(() => page.stop, [])
  const waits = readWaits(router.route.value.query)
  const { figures, patience, cuts } = page
  return (
    <>
      <main class="reports" aria-label={t("title")}>
        <Controls model={page} />
        <Answered model={page} told={figures.value}>
          {rows => <Heads model={page} rows={rows} />}
        </Answered>
        <Section title={t("stages")} lead={t("stages.lead")}>
          <Answered model={page} told={figures.value}>
            {rows => <Funnel model={page} rows={rows} />}
          </Answered>
        </Section>
        <Section title={t("waits")} lead={t("waits.lead")}>
          <Answered model={page} told={patience.value}>
            {found => <Waiting model={page} patience={found} />}
          </Answered>
        </Section>
        <Section title={t("where")} end={<Cut model={page} />}>
          <Answered model={page} told={cuts.value}>
            {rows => <Where model={page} rows={rows} />}
          </Answered>
        </Section>
      </main>
      <Beside
        model={page}
        period={page.period.value}
        own={
          waits &&
          (covered => <Waited key={JSON.stringify(waits)} model={page} waits={waits} covered={covered} />)
        }
      />
    </>
  )
}

function Controls({ model }: { model: AbandonmentModel }) {
  const shared = { model, period: model.period.value, onChange: model.changePeriod }
  return (
    <div class="controls">
      <div class="controls-first">
        <Presets {...shared} />
        <div class="controls-end">
          <a class="btn" href={`/supervisor/reports?${asReport(model)}`}>
            <Icon name="chart" size={16} />
            {t("report")}
          </a>
          <CopyLink
            question={() => {
              const said = writePeriod({ ...model.period.value, tz: model.zone.value })
              said.set("by", model.by.value)
              return model.link(said)
            }}
          />
        </div>
      </div>
      <div class="controls-fields">
        <Days {...shared} />
      </div>
      <div class="controls-last">
        <AddFilter {...shared} kpis={ALL} />
        <Chips {...shared} />
        <Fresh model={model} />
      </div>
    </div>
  )
}

/** The same numbers, period and cut as a report: over time, compared, as files. */
function asReport(model: AbandonmentModel): URLSearchParams {
  const query = writePeriod(model.period.value)
  query.set("kpi", ALL.join(","))
  query.set("by", model.by.value)
  return query
}

interface AnsweredProps<T> {
  model: AbandonmentModel
  told: Told<T>
  children: (value: T) => ComponentChildren
}

/** What is there, dimmed while it is counted anew; a failure says so and offers another try. */
function Answered<T>({ model, told, children }: AnsweredProps<T>) {
  if (told.phase === "failed") return <Failed text={why(told.problem)} onAgain={model.again} />
  if (told.value === null) return <div class="waiting-figure" role="status" aria-label={t("loading")} />
  return <div aria-busy={told.phase === "loading"}>{children(told.value)}</div>
}

interface SectionProps {
  title: string
  lead?: string
  end?: ComponentChildren
  children: ComponentChildren
}

const Section = ({ title, lead, end, children }: SectionProps) => (
  <section class="lost" aria-label={title}>
    <header>
      <h2>{title}</h2>
      {end}
    </header>
    {lead && <p class="lead">{lead}</p>}
    {children}
  </section>
)
