/** The conversations that a number was counted from, page after page. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { Refused } from "../protocol/refused"
import { Icon } from "../ui/icons"
import { Button, Spinner } from "../ui/kit"
import { clock } from "../ui/time"
import { why } from "./asking"
import { behind, type FoundPage, type FoundRow } from "./lists"
import { PHASE_ICONS, phaseOf } from "./live"
import type { Model } from "./model"
import { talkPath } from "./places"
import { Nothing } from "./sheet"
import { locale, t } from "./words"

interface ListedProps {
  model: Model
  kpi: string
  path: string
  onTotal?: (total: number) => void
}

/** Loads page after page on demand; a failure says so and offers another try. */
export function Listed({ model, kpi, path, onTotal }: ListedProps) {
  const rows = useSignal<readonly FoundRow[]>([])
  const cursor = useSignal<string | null>(null)
  const phase = useSignal<"loading" | "there" | "failed">("loading")
  const said = useSignal("")
  const load = async () => {
    phase.value = "loading"
    const page = await behind(path, cursor.value).catch(failed)
    if (page === null) return
    onTotal?.(page.total)
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

export const Failed = ({ text, onAgain }: { text: string; onAgain: () => void }) => (
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
