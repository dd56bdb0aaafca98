/** Goals and alerts: one page, what it reads, and its three parts. */

import { why } from "../supervisor/asking"
import { readGoals } from "../supervisor/goals"
import { EmptyState, Spinner } from "../ui/kit"
import { Firings } from "./firings"
import { Goals } from "./goals"
import { Head } from "./head"
import type { Model } from "./model"
import { usePages } from "./rows"
import { Rules } from "./rules"
import { type Firing, type Kpi, type Rule, rowsOf, type Webhook } from "./shapes"
import { t } from "./words"

const PATHS = [
  "/api/kpis",
  "/api/goals",
  "/api/alert-rules",
  "/api/webhooks",
  "/api/alerts?limit=30",
] as const
const LOOK_MS = 5_000 // what fires moves

export function Watch({ model }: { model: Model }) {
  const pages = usePages(PATHS, LOOK_MS)
  const answers = pages.answers.value
  const problem = pages.problem.value
  if (problem && !answers) return <EmptyState icon="offline" title={t("failed", { why: why(problem) })} />
  if (!answers) return <Spinner label={t("loading")} />
  const [kpis, goals, rules, hooks, fired] = PATHS.map(path => answers[path] ?? {})
  const all = rowsOf<Kpi>(kpis ?? {}, "kpis")
  const shared = { model, pages, kpis: all }
  return (
    <section class="page" aria-labelledby="page">
      <Head title={t("nav.watch")} lead={t("watch.lead")} />
      <Goals {...shared} goals={readGoals(goals ?? {})} />
      <Rules
        {...shared}
        rules={rowsOf<Rule>(rules ?? {}, "rules")}
        mails={rules?.mails === true}
        hooks={rowsOf<Webhook>(hooks ?? {}, "webhooks")}
        firing={rowsOf<Firing>(fired ?? {}, "firings").filter(one => one.resolved_at_ms === null)}
      />
      <Firings {...shared} firings={rowsOf<Firing>(fired ?? {}, "firings")} />
    </section>
  )
}
