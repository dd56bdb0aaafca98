/** The reports' screen; loaded when somebody goes there. */

import "./reports.css"
import "./charts.css"
import { useMemo } from "preact/hooks"
import type { Model } from "../model"
import { Beside } from "./beside"
import { Card } from "./card"
import { Controls } from "./controls"
import { createReports } from "./model"
import { setLocale, t } from "./words"

void setLocale(navigator.language)

export default function Reports({ model }: { model: Model }) {
  const reports = useMemo(() => createReports(model), [])
  return (
    <>
      <main class="reports" aria-label={t("title")}>
        <Controls model={reports} />
        {reports.question.value.kpis.map(kpi => (
          <Card key={kpi} model={reports} kpi={kpi} />
        ))}
      </main>
      <Beside model={reports} period={reports.question.value} />
    </>
  )
}
