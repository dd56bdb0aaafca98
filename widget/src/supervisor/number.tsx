/** Behind a number: what it means, how today went, and the conversations it was counted from. */

import { useEffect } from "preact/hooks"
import { Talks } from "./behind"
import { DayChart, valueText } from "./chart"
import { DefinitionText } from "./definition"
import { DASH, percent, wilson } from "./figures"
import { Listed } from "./listed"
import { inOrder } from "./live"
import type { Model } from "./model"
import { shareOf } from "./now"
import { NUMBERS, type NumberPlace } from "./numbers"
import { home } from "./places"
import { Frame } from "./sheet"
import { locale, t } from "./words"

const NAMES = {
  waiting: "tile.waiting",
  longest: "tile.longest",
  service: "tile.service",
  agents: "tile.agents",
  active: "tile.active",
  csat: "tile.csat",
  nps: "pair.nps",
  abandoned: "pair.abandoned",
  first: "pair.firstreply",
  missed: "pair.missed",
  offered: "pair.offered",
} as const

export function NumberSheet({ model, what }: { model: Model; what: string }) {
  const place = NUMBERS[what]
  useEffect(() => {
    if (!place) home()
  }, [place])
  if (!place) return null
  const definition = model.definitions.value.get(place.kpi)
  return (
    <Frame icon={place.icon} title={t(NAMES[place.name])} label={t(NAMES[place.name])}>
      <div class="sheet-body">
        {definition && (
          <div class="explained">
            <DefinitionText definition={definition} />
          </div>
        )}
        <Headline model={model} place={place} />
        <Today model={model} place={place} />
        <List key={what} model={model} place={place} />
      </div>
    </Frame>
  )
}

/** Today's figure with what it was counted from; a share with how sure one can be of it. */
function Headline({ model, place }: { model: Model; place: NumberPlace }) {
  const figure = model.board.value.totals[place.kpi]
  const unit = model.definitions.value.get(place.kpi)?.unit ?? ""
  if (!figure || place.live || place.name === "agents") return null
  const share = unit === "ratio" ? shareOf(figure) : null
  const between = share && wilson(share)
  const said = [
    share ? t("number.of", { num: share.num, den: share.den }) : t("sub.n", { n: figure.n }),
    between &&
      t("number.between", {
        low: percent(between[0], locale.value, 0),
        high: percent(between[1], locale.value, 0),
      }),
  ]
  return (
    <p class="headline">
      <strong class="num">
        {figure.value === null ? DASH : valueText(figure.value, unit, unit === "ratio")}
      </strong>
      <span>{said.filter(Boolean).join(" · ")}</span>
    </p>
  )
}

function Today({ model, place }: { model: Model; place: NumberPlace }) {
  const points = place.trend ? model.trends.value.get(place.trend) : undefined
  const { dayFromMs, asOfMs, zone } = model.board.value
  if (!points?.some(point => point.value !== null) || dayFromMs === null) return null
  const unit = model.definitions.value.get(place.trend ?? "")?.unit ?? ""
  return (
    <>
      <h3 class="sheet-h3">{t("sheet.today")}</h3>
      <DayChart
        points={points}
        fromMs={dayFromMs}
        toMs={Math.max(asOfMs, dayFromMs + 3_600_000)}
        zone={zone}
        unit={unit}
        share={place.share}
        target={place.name === "service" ? model.now.value.target : null}
      />
    </>
  )
}

function List({ model, place }: { model: Model; place: NumberPlace }) {
  const { live } = place
  if (live) return <Talks model={model} talks={inOrder(model.board.value.live.values()).filter(live)} />
  if (place.name === "agents")
    return <Talks model={model} talks={inOrder(model.board.value.live.values()).filter(row => row.agent)} />
  const kpi = place.listed ?? place.kpi
  return (
    <>
      <h3 class="sheet-h3">{t("sheet.behind")}</h3>
      <Listed model={model} kpi={kpi} path={`/api/reports/${kpi}/conversations`} />
    </>
  )
}
