/** What the bot knows, how often it was asked, how sure it was. */

import { useSignal } from "@preact/signals"
import { DASH } from "../../supervisor/figures"
import type { Period } from "../../supervisor/reports/question"
import { Badge, Button } from "../../ui/kit"
import { behindHref, type IntentRow, intentName, intentRows } from "./figures"
import { percent } from "./format"
import type { Bot, Used } from "./shapes"
import { locale, t } from "./words"

const FIRST = 12
const ENOUGH = 5 // examples an intent, for the engine to measure how sure it may be
const FROM_ARTICLE = "knowledge" // what an answer out of an article is called

interface Props {
  bot: Bot
  used: readonly Used[]
  period: Period
}

export function Intents({ bot, used, period }: Props) {
  const all = useSignal(false)
  const rows = intentRows(bot.intents, used)
  const shown = all.value ? rows : rows.slice(0, FIRST)
  return (
    <>
      <table class="board-table settings bot-intents">
        <thead>
          <tr>
            <th scope="col">{t("intents.col")}</th>
            <th scope="col" class="right">
              {t("intents.turns")}
            </th>
            <th scope="col" class="right">
              {t("intents.fallbacks")}
            </th>
            <th scope="col" class="right" data-room="more">
              {t("intents.confidence")}
            </th>
            <th scope="col" class="right">
              {t("intents.examples")}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <Line key={row.name} row={row} builtin={bot.engine === "builtin"} period={period} />
          ))}
        </tbody>
      </table>
      {rows.length > shown.length && (
        <Button
          size="small"
          onClick={() => {
            all.value = true
          }}
        >
          {t("intents.all", { count: rows.length })}
        </Button>
      )}
    </>
  )
}

function nameOf(row: IntentRow): string {
  if (row.name === "") return t("intents.nothing")
  return row.name === FROM_ARTICLE ? t("intents.article") : intentName(row)
}

function Line({ row, builtin, period }: { row: IntentRow; builtin: boolean; period: Period }) {
  const name = nameOf(row)
  const gone = builtin && row.examples === null && row.name !== "" && row.name !== FROM_ARTICLE
  return (
    <tr>
      <th scope="row" class="wrap">
        {name}
        {gone && <span class="tag">{t("intents.gone")}</span>}
        {row.title && <code class="second block">{row.name}</code>}
      </th>
      <Count
        value={row.turns}
        label={t("intents.open", { name, count: row.turns })}
        href={behindHref(period, "bot_fallback_rate", { intent: row.name })}
      />
      <Count
        value={row.fallbacks}
        label={t("intents.open.fallbacks", { name, count: row.fallbacks })}
        href={behindHref(period, "bot_fallback_rate", { intent: row.name }, true)}
      />
      <td class="right num" data-room="more">
        {row.confidence === null ? DASH : percent(row.confidence)}
      </td>
      <td class="right num">
        {row.examples !== null && row.examples < ENOUGH && (
          <span title={t("intents.scarce.text")}>
            <Badge tone="warn" icon="warning">
              {t("intents.scarce")}
            </Badge>{" "}
          </span>
        )}
        {row.examples ?? DASH}
      </td>
    </tr>
  )
}

const Count = ({ value, label, href }: { value: number; label: string; href: string }) => (
  <td class="right num">
    {value ? (
      <a class="behind" href={href} aria-label={label}>
        {new Intl.NumberFormat(locale.value).format(value)}
      </a>
    ) : (
      <span class="zero">0</span>
    )}
  </td>
)
