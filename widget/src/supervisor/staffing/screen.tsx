/** The staffing screen; loaded when somebody goes there. */

import "../reports/reports.css"
import "../reports/charts.css"
import "./staffing.css"
import "./trial.css"
import { useSignal } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import { Button, EmptyState, Spinner } from "../../ui/kit"
import { why } from "../asking"
import type { Model } from "../model"
import { Beside } from "../reports/beside"
import { setLocale as setReports } from "../reports/words"
import { isEmpty, type Outlook, type Plan } from "./answer"
import { Agents, Arrivals } from "./charts"
import { Controls } from "./controls"
import { Facts } from "./facts"
import { createStaffing, type StaffingModel } from "./model"
import { Roster } from "./roster"
import { lively } from "./scale"
import { Looked } from "./slot"
import { Twin } from "./table"
import { WhatIf } from "./whatif"
import { setLocale, t } from "./words"

void setLocale(navigator.language)
void setReports(navigator.language) // its period and its sheet are used here too

export default function Staffing({ model }: { model: Model }) {
  const staffing = useMemo(() => createStaffing(model), [])
  useEffect(() => () => void staffing.stop(), [])
  const { outlook, plan, phase, problem } = staffing
  return (
    <>
      <main class="reports staffing" aria-label={t("title")}>
        <Controls model={staffing} />
        {phase.value === "failed" ? (
          <EmptyState
            icon="offline"
            title={t("failed", { why: problem.value ? why(problem.value) : "" })}
            action={<Button onClick={() => void staffing.load()}>{t("again")}</Button>}
          />
        ) : plan.value && outlook.value ? (
          <div class="plan" aria-busy={phase.value === "loading"}>
            <Whole model={staffing} plan={plan.value} outlook={outlook.value} />
          </div>
        ) : phase.value === "there" ? (
          <EmptyState icon="inbox" title={t("empty")} text={t("empty.text")} />
        ) : (
          <p class="report-zone">
            <Spinner label={t("loading")} />
          </p>
        )}
      </main>
      <Beside model={staffing} period={staffing.question.value} />
    </>
  )
}

function Whole({ model, plan, outlook }: { model: StaffingModel; plan: Plan; outlook: Outlook }) {
  const hovered = useSignal<number | null>(null)
  const { from, to } = model.question.value
  const slots = from === to ? lively(plan.slots) : plan.slots
  const index = plan.slots.findIndex(slot => slot.startMs === hovered.value)
  return (
    <>
      {isEmpty(plan) ? (
        <EmptyState icon="chart" title={t("empty")} text={t("empty.text")} />
      ) : (
        <>
          <Facts model={model} plan={plan} outlook={outlook} />
          <Arrivals model={model} slots={slots} hovered={hovered} />
          <Agents model={model} slots={slots} hovered={hovered} />
          <Looked model={model} plan={plan} index={index < 0 ? model.at.value : index} />
          <Twin model={model} slots={slots} />
        </>
      )}
      <WhatIf model={model} plan={plan} />
      <Roster model={model} />
    </>
  )
}
