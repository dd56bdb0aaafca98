/** The reports' screen; loaded when somebody goes there. */

import "./reports.css"
import { useEffect, useMemo } from "preact/hooks"
import { Button, EmptyState, Spinner } from "../../ui/kit"
import { why } from "../asking"
import type { Model } from "../model"
import { Card } from "./card"
import { Controls } from "./controls"
import { createReports } from "./model"
import { setLocale, t } from "./words"

void setLocale(navigator.language)

export default function Reports({ model }: { model: Model }) {
  const reports = useMemo(() => createReports(model), [])
  useEffect(() => reports.stop, [])
  const phase = reports.phase.value
  return (
    <main class="reports">
      <Controls model={reports} />
      <p class="report-zone">
        {t("zone", { zone: reports.zone.value })}
        {phase === "loading" && <Spinner label={t("loading")} />}
      </p>
      {phase === "failed" ? (
        <EmptyState
          icon="offline"
          title={t("failed", { why: reports.problem.value ? why(reports.problem.value) : "" })}
          action={<Button onClick={() => void reports.load()}>{t("again")}</Button>}
        />
      ) : (
        <div class="report-cards" aria-busy={phase === "loading"}>
          {reports.question.value.kpis.map(kpi => (
            <Card key={kpi} model={reports} kpi={kpi} />
          ))}
        </div>
      )}
    </main>
  )
}
