/** Behind a number: what it means, how today went, and the conversations it was counted from. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { Refused } from "../protocol/refused"
import { Icon } from "../ui/icons"
import { Button, Spinner } from "../ui/kit"
import { clock } from "../ui/time"
import { why } from "./asking"
import { Talks } from "./behind"
import { DayChart, valueText } from "./chart"
import { DefinitionText } from "./definition"
import { DASH, percent, wilson } from "./figures"
import { behind, type FoundPage, type FoundRow } from "./lists"
import { inOrder, PHASE_ICONS, phaseOf } from "./live"
import type { Model } from "./model"
import { shareOf } from "./now"
import { NUMBERS, type NumberPlace } from "./numbers"
import { home, talkPath } from "./places"
import { Frame, Nothing } from "./sheet"
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
  return <Listed model={model} kpi={place.listed ?? place.kpi} />
}

/** Loads page after page on demand; a failure says so and offers another try. */
function Listed({ model, kpi }: { model: Model; kpi: string }) {
  const rows = useSignal<readonly FoundRow[]>([])
  const cursor = useSignal<string | null>(null)
  const phase = useSignal<"loading" | "there" | "failed">("loading")
  const said = useSignal("")
  const load = async () => {
    phase.value = "loading"
    const page = await behind(kpi, cursor.value).catch(failed)
    if (page === null) return
    rows.value = [...rows.value, ...page.rows]
    cursor.value = page.cursor
    phase.value = "there"
  }
  const failed = (error: unknown): FoundPage | null => {
    if (!(error instanceof Refused)) throw error
    said.value = why(error)
    phase.value = "failed"
    return null
  }
  useEffect(() => void load(), [])
  return (
    <>
      <h3 class="sheet-h3">{t("sheet.behind")}</h3>
      {rows.value.length > 0 && (
        <ul class="talks">
          {rows.value.map(row => (
            <Found key={row.conversation} model={model} row={row} kpi={kpi} />
          ))}
        </ul>
      )}
      {phase.value === "there" && !rows.value.length && <Nothing icon="chats" />}
      {phase.value === "loading" && <Spinner label={t("loading")} />}
      {phase.value === "failed" && <Failed text={said.value} onAgain={load} />}
      {phase.value === "there" && cursor.value && (
        <Button size="small" onClick={load}>
          {t("sheet.more")}
        </Button>
      )}
    </>
  )
}

const Failed = ({ text, onAgain }: { text: string; onAgain: () => void }) => (
  <p class="failed" role="alert">
    <Icon name="alert" size={16} />
    <span>
      {t("sheet.failed")} {text}
    </span>
    <Button size="small" onClick={onAgain}>
      {t("sheet.again")}
    </Button>
  </p>
)

/** Good and bad answers of a survey (kpis.md S01, S06); other numbers judge no single conversation. */
const JUDGED: { readonly [kpi: string]: (score: number) => boolean | null } = {
  csat: score => score >= 4,
  nps: score => (score >= 9 ? true : score <= 6 ? false : null),
}

/** Where each scale ends. */
const TOP: { readonly [kpi: string]: number } = { csat: 5, nps: 10 }
const face = (hit: boolean | null) => (hit === null ? "meh" : hit ? "smileFace" : "frown")

function Found({ model, row, kpi }: { model: Model; row: FoundRow; kpi: string }) {
  const phase = phaseOf(row.state)
  const { zone, asOfMs } = model.board.value
  const score = row.answers[kpi]
  const hit = score === undefined ? null : (JUDGED[kpi]?.(score) ?? null)
  const said = [clock(row.startedAtMs, locale.value, asOfMs, zone), row.agentName, row.lastText]
  return (
    <li>
      <a class="talk" href={talkPath(row.conversation)}>
        <span class="phase" data-phase={phase} data-hit={hit ?? undefined}>
          <Icon name={score === undefined ? PHASE_ICONS[phase] : face(hit)} size={15} />
        </span>
        <span class="talk-who">{row.visitor ?? t("live.visitor")}</span>
        <span class="talk-where">{said.filter(Boolean).join(" · ")}</span>
        {score !== undefined && (
          <span class="talk-time num">{t("found.score", { score, top: TOP[kpi] ?? score })}</span>
        )}
      </a>
    </li>
  )
}
