/** R10: topics that people handle and a bot might (own heuristic, a ranking only). */

import { decimal, span } from "../../supervisor/figures"
import type { Period } from "../../supervisor/reports/question"
import { EmptyState } from "../../ui/kit"
import { reportHref } from "./figures"
import { percent } from "./format"
import type { Candidate } from "./shapes"
import { locale, t } from "./words"

const HOUR_MS = 3_600_000
const KPIS = [
  "automation_candidate_score",
  "topic_volume_share",
  "topic_repeatability",
  "topic_simplicity",
  "automation_hours_candidate",
]

export function Candidates({ candidates, period }: { candidates: readonly Candidate[]; period: Period }) {
  if (!candidates.length)
    return <EmptyState icon="tag" title={t("candidates.empty")} text={t("candidates.empty.text")} />
  return (
    <>
      <table class="board-table settings">
        <thead>
          <tr>
            <th scope="col">{t("candidates.topic")}</th>
            {(["volume", "repeat", "simple"] as const).map(name => (
              <th key={name} scope="col" class="right" data-room="more">
                {t(`candidates.${name}`)}
              </th>
            ))}
            <th scope="col" class="right">
              {t("candidates.hours")}
            </th>
            <th scope="col" class="right">
              {t("candidates.score")}
            </th>
          </tr>
        </thead>
        <tbody>
          {candidates.map(one => (
            <tr key={one.topic}>
              <th scope="row" class="wrap">
                {one.topic}
              </th>
              {[one.volume_share, one.repeatability, one.simplicity].map((value, at) => (
                <td key={at} class="right num" data-room="more">
                  {percent(value)}
                </td>
              ))}
              <td class="right num">{span(one.hours === null ? null : one.hours * HOUR_MS, locale.value)}</td>
              <td class="right num">{decimal(one.score, locale.value, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="second">
        <a href={reportHref(period, KPIS, "topic")}>{t("candidates.report")}</a>
      </p>
    </>
  )
}
