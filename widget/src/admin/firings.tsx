/** What fired: when, how bad, how long, and who looked after it. */

import { span } from "../supervisor/figures"
import { Badge, EmptyState } from "../ui/kit"
import { now } from "../ui/time"
import { Head } from "./head"
import { placeName } from "./kpis"
import type { Model } from "./model"
import type { Firing, Kpi } from "./shapes"
import { said } from "./units"
import { locale, t } from "./words"

interface Props {
  model: Model
  kpis: readonly Kpi[]
  firings: readonly Firing[]
}

export const Firings = ({ model, kpis, firings }: Props) => (
  <section class="part" aria-labelledby="fired">
    <Head id="fired" title={t("fired.title")} lead={t("fired.lead")} />
    {firings.length ? (
      <table class="board-table settings">
        <thead>
          <tr>
            <th scope="col">{t("rule.name")}</th>
            <th scope="col" data-room="more">
              {t("fired.value")}
            </th>
            <th scope="col">{t("fired.at")}</th>
            <th scope="col">{t("fired.lasted")}</th>
            <th scope="col" data-room="more">
              {t("fired.by")}
            </th>
          </tr>
        </thead>
        <tbody>
          {firings.map(one => (
            <tr key={one.id}>
              <th scope="row" class="wrap">
                {one.name}
                <span class="second block">{placeName(model, one.queue || null, one.agent || null)}</span>
              </th>
              <td class="num" data-room="more">
                {said(one.value, unitOf(one, kpis), locale.value)}
              </td>
              <td class="wrap">{moment(one.fired_at_ms)}</td>
              <td>
                {one.resolved_at_ms === null ? (
                  <Badge tone="bad" icon="alert">
                    {t("fired.open", { span: span(now.value - one.fired_at_ms, locale.value) })}
                  </Badge>
                ) : (
                  span(one.resolved_at_ms - one.fired_at_ms, locale.value)
                )}
              </td>
              <td data-room="more">
                {one.acknowledged_by ? placeName(model, null, one.acknowledged_by) : "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    ) : (
      <EmptyState icon="bell" title={t("fired.empty")} text={t("fired.empty.text")} />
    )}
  </section>
)

const unitOf = (one: Firing, kpis: readonly Kpi[]) => kpis.find(kpi => kpi.id === one.kpi)?.unit ?? ""

export const moment = (ms: number) =>
  new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(ms)
