/** How the bot did: its figures, how sure it was, what was asked, why it handed over, what it could take over. */

import type { ComponentChildren } from "preact"
import type { Row } from "../../supervisor/reports/answer"
import { rowText } from "../../supervisor/reports/figure"
import type { Period, Where } from "../../supervisor/reports/question"
import { EmptyState } from "../../ui/kit"
import { Candidates } from "./candidates"
import { behindHref, totals } from "./figures"
import { percent } from "./format"
import { Histogram } from "./histogram"
import { Intents } from "./intents"
import type { BotModel } from "./model"
import { Answered, Unteachable } from "./parts"
import type { Bot, Report } from "./shapes"
import { locale, t } from "./words"

interface Props {
  bot: Bot
  model: BotModel
}

export function Overview({ bot, model }: Props) {
  const { answer, again } = model.report
  return (
    <>
      {bot.engine === "none" && <Unteachable bot={bot} />}
      <Answered told={answer.value} again={again}>
        {report => <Told bot={bot} model={model} report={report} />}
      </Answered>
    </>
  )
}

function Told({ bot, model, report }: Props & { report: Report }) {
  const period = model.period.value
  const talked = report.turns > 0 || (report.figures.get("bot_conversations")?.value ?? 0) > 0
  if (!talked && bot.engine === "none") return null
  const shared = { report, period }
  return (
    <>
      {talked ? (
        <Figures {...shared} />
      ) : (
        <EmptyState icon="chart" title={t("figures.empty")} text={t("figures.empty.text")} />
      )}
      {talked && (
        <Part id="sure" title={t("sure.title")} lead={t("sure.lead")}>
          <Sure report={report} threshold={bot.thresholds?.answer ?? null} />
        </Part>
      )}
      {(bot.intents.length > 0 || report.intents.length > 0) && (
        <Part id="intents" title={t("intents.title")} lead={t("intents.lead")}>
          <Intents bot={bot} used={report.intents} period={period} />
        </Part>
      )}
      {talked && (
        <Part id="handoffs" title={t("handoffs.title")}>
          <Handoffs {...shared} />
        </Part>
      )}
      {talked && (
        <Part id="candidates" title={t("candidates.title")} lead={t("candidates.lead")}>
          <Candidates candidates={report.candidates} period={period} />
        </Part>
      )}
    </>
  )
}

interface PartProps {
  id: string
  title: string
  lead?: string
  children: ComponentChildren
}

const Part = ({ id, title, lead, children }: PartProps) => (
  <section class="part" aria-labelledby={id}>
    <h3 id={id}>{title}</h3>
    {lead && <p class="bot-lead">{lead}</p>}
    {children}
  </section>
)

/** Those one looks at first; containment is nothing without the ones below it. */
const FIRST = ["bot_conversations", "bot_fallback_rate", "bot_containment_rate", "bot_handoff_rate"] as const
const BESIDE = [
  "bot_resolution_rate",
  "bot_negative_rate",
  "bot_deflection_rate",
  "bot_confidence_avg",
] as const

interface FiguresProps {
  report: Report
  period: Period
}

function Figures({ report, period }: FiguresProps) {
  const figure = (kpi: (typeof FIRST | typeof BESIDE)[number]) => {
    const row = report.figures.get(kpi)
    return row && <Figure key={kpi} row={row} name={t(`kpi.${kpi}`)} period={period} turns={report.turns} />
  }
  return (
    <section aria-label={t("figures.title")}>
      <ul class="bot-figures">{FIRST.map(figure)}</ul>
      <ul class="bot-figures" data-small>
        {BESIDE.map(figure)}
      </ul>
    </section>
  )
}

interface FigureProps {
  row: Row
  name: string
  period: Period
  turns: number
}

/** The figure opens everything it was counted from; what counts above the line opens on its own. */
function Figure({ row, name, period, turns }: FigureProps) {
  const value = row.kpi === "bot_confidence_avg" ? percent(row.value) : rowText(row)
  const share = row.unit === "ratio" && row.num !== null && row.den !== null
  const of = { num: row.num ?? 0, den: row.den ?? 0 }
  const notes = [
    row.kpi === "bot_conversations" && t("figures.turns", { count: turns }),
    row.lowN && t("figures.thin"),
    row.pending > 0 && t("figures.pending", { count: row.pending }),
  ].filter(one => one !== false)
  return (
    <li>
      <span class="bot-figure-name">{name}</span>
      <a
        class="bot-figure num"
        href={behindHref(period, row.kpi)}
        aria-label={t("figures.open", { name, value })}
      >
        {value}
      </a>
      <span class="second num">
        {share && (
          <a
            class="quiet"
            href={behindHref(period, row.kpi, {}, true)}
            aria-label={t("figures.open.part", { name, ...of })}
          >
            {t("figures.of", of)}
          </a>
        )}
        {[share ? "" : null, ...notes].filter(one => one !== null).join(" · ")}
      </span>
    </li>
  )
}

function Sure({ report, threshold }: { report: Report; threshold: number | null }) {
  const { understood, fallback } = totals(report.confidence)
  return (
    <>
      {understood + fallback ? (
        <Histogram bins={report.confidence} threshold={threshold} />
      ) : (
        <p class="second">{t("sure.empty")}</p>
      )}
      {report.silent > 0 && <p class="second">{t("sure.silent", { count: report.silent })}</p>}
    </>
  )
}

const REASONS = [
  "asked",
  "low_confidence",
  "rule",
  "failure",
  "sentiment",
  "loop",
  "no_bot",
  "taken",
] as const

/** A project may have reasons of its own. */
function reasonName(reason: string): string {
  const known = REASONS.find(one => one === reason)
  return known ? t(`reason.${known}`) : reason.replaceAll("_", " ")
}

function Handoffs({ report, period }: FiguresProps) {
  const most = Math.max(...report.handoffs.map(one => one.count), 1)
  if (!report.handoffs.length) return <p class="second">{t("handoffs.empty")}</p>
  return (
    <ul class="bars bot-bars">
      {report.handoffs.map(({ reason, count }) => {
        const where: Where = { reason }
        const name = reasonName(reason)
        return (
          <li key={reason}>
            <a href={behindHref(period, "bot_handoff_rate", where, true)}>
              <span class="bar-name" title={name}>
                {name}
              </span>
              <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar-value" x="0" y="2" height="10" width={(count / most) * 100} />
              </svg>
              <span class="num bar-figure">{new Intl.NumberFormat(locale.value).format(count)}</span>
              <span class="sr">{t("handoffs.open")}</span>
            </a>
          </li>
        )
      })}
    </ul>
  )
}
