/** The waits in bands, by how they ended, and the conversations behind each count. */

import { useSignal } from "@preact/signals"
import { span } from "../figures"
import { Listed } from "../listed"
import { rowText } from "../reports/figure"
import { filterNames } from "../reports/names"
import { periodAsked } from "../reports/question"
import { t as report } from "../reports/words"
import { Frame } from "../sheet"
import { Curve } from "./curve"
import { behindHref } from "./funnel"
import { type AbandonmentModel, rowOf } from "./model"
import { ENDINGS, openWaits, type Patience, type Waits } from "./patience"
import { locale, t } from "./words"

const time = (ms: number) => span(ms, locale.value)

export function Waiting({ model, patience }: { model: AbandonmentModel; patience: Patience }) {
  const mean = rowOf(model.figures.value.value ?? [], "patience_mean_s")
  const open = (waits: Waits) => model.go(openWaits(model.here.value, waits))
  if (!patience.waits) return <p class="nothing">{t("waits.none")}</p>
  return (
    <>
      <p class="waits-told">
        {patience.gaveUp ? (
          <>
            {t("waits.count", { gone: patience.gaveUp, count: patience.waits })} {quantiles(patience)}{" "}
            {mean?.value != null && (
              <a data-kpi="patience_mean_s" href={behindHref(model, "patience_mean_s")}>
                {t("waits.mean", { time: rowText(mean) })}
              </a>
            )}
          </>
        ) : (
          t("waits.nobody", { count: patience.waits })
        )}
      </p>
      {patience.gaveUp > 0 && <Curve patience={patience} onOpen={open} />}
      <Bands model={model} patience={patience} />
    </>
  )
}

function quantiles({ quarterMs, halfMs }: Patience): string {
  if (quarterMs === null) return t("waits.fewer")
  const quarter = t("waits.quarter", { time: time(quarterMs) })
  return halfMs === null ? quarter : `${quarter} ${t("waits.half", { time: time(halfMs) })}`
}

function bandName({ fromS, toS }: Pick<Waits, "fromS" | "toS">): string {
  const [from, to] = [time(fromS * 1_000), toS === null ? "" : time(toS * 1_000)]
  if (toS === null) return t("band.from", { from })
  return fromS ? t("band.between", { from, to }) : t("band.to", { to })
}

const Bands = ({ model, patience }: { model: AbandonmentModel; patience: Patience }) => (
  <div class="twin-scroll" tabIndex={0} role="region" aria-label={t("bands")}>
    <table class="twin bands">
      <thead>
        <tr>
          <th scope="col">{t("col.wait")}</th>
          {(["reached", ...ENDINGS] as const).map(name => (
            <th key={name} scope="col" class="right">
              {t(`col.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {patience.bands.map(({ fromS, toS, reached, ended }) => (
          <tr key={fromS}>
            <th scope="row">{bandName({ fromS, toS })}</th>
            <Count model={model} waits={{ fromS, toS: null, ended: null }} value={reached} />
            {ENDINGS.map(one => (
              <Count key={one} model={model} waits={{ fromS, toS, ended: one }} value={ended[one]} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const Count = ({ model, waits, value }: { model: AbandonmentModel; waits: Waits; value: number }) => (
  <td class="right num">
    {value ? (
      <a
        class="behind"
        href={`/supervisor/abandonment?${openWaits(model.here.value, waits)}`}
        aria-label={`${value}: ${bandName(waits)}, ${t(`ended.${waits.ended ?? "all"}`)}`}
      >
        {value}
      </a>
    ) : (
      <span class="zero">0</span>
    )}
  </td>
)

/** The conversations that waited so long and ended so, the longest wait first. */
export function Waited({
  model,
  waits,
  covered,
}: {
  model: AbandonmentModel
  waits: Waits
  covered: boolean
}) {
  const total = useSignal<number | null>(null)
  const query = periodAsked(model.period.value, model.zone.value)
  query.set("from_s", String(waits.fromS))
  if (waits.toS !== null) query.set("to_s", String(waits.toS))
  if (waits.ended) query.set("ended", waits.ended)
  const path = `/api/abandonment/conversations?${query}`
  const title = t("sheet.waits", { band: bandName(waits) })
  const of = [t(`ended.${waits.ended ?? "all"}`), ...filterNames(model.period.value.where)].join(" · ")
  return (
    <Frame icon="hourglass" title={title} label={title} sub={of} covered={covered}>
      <div class="sheet-body">
        <p class="sheet-h3" role="status">
          {total.value !== null && report("sheet.count", { count: total.value })}
        </p>
        <Listed
          key={path}
          model={model.board}
          kpi="queue_abandonment_rate_raw"
          path={path}
          onTotal={count => {
            total.value = count
          }}
        />
      </div>
    </Frame>
  )
}
