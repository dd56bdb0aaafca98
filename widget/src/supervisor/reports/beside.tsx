/**
 * Beside a page over a period: the conversations behind exactly one figure, and over it one of them.
 * The page and the list stay as they are, so going back finds the same place.
 */

import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useEffect } from "preact/hooks"
import { Refused, rest } from "../../ui/rest"
import { DefinitionText } from "../definition"
import { Listed } from "../listed"
import { closeSheet, router } from "../places"
import { Frame, useOpener, useSheet } from "../sheet"
import { Talk } from "../talk"
import { inTurn, REPORT_MS } from "../told"
import { compared, type Row, readRows } from "./answer"
import { behindAsked, type Cell, figureAsked, openCell, readCell } from "./cell"
import { between, marks, rowText, support } from "./figure"
import type { PageModel } from "./model"
import { filterNames } from "./names"
import type { Period } from "./question"
import { locale, t } from "./words"

interface BesideProps {
  model: PageModel
  period: Period
  /** A list of the page's own kind, where the address says so. */
  own?: ((covered: boolean) => ComponentChildren) | null
}

export function Beside({ model, period, own }: BesideProps) {
  const { query } = router.route.value
  const cell = readCell(query)
  const talk = query.get("talk")
  useOpener(Boolean(talk))
  useSheet(Boolean(cell || talk || own), closeSheet)
  return (
    <>
      {cell && (
        <Behind key={cellKey(cell)} model={model} period={period} cell={cell} covered={Boolean(talk)} />
      )}
      {own?.(Boolean(talk))}
      {talk && <Talk key={talk} model={model.board} id={talk} />}
    </>
  )
}

const cellKey = (cell: Cell) => JSON.stringify({ ...cell, hits: false })

interface BehindProps extends BesideProps {
  cell: Cell
  covered: boolean
}

function Behind({ model, period, cell, covered }: BehindProps) {
  const zone = model.zone.value
  const row = useSignal<Row | null>(null)
  const total = useSignal<number | null>(null)
  useEffect(() => {
    inTurn(() => rest("GET", figureAsked(period, zone, cell), undefined, REPORT_MS)).then(
      answer => {
        row.value = compared(readRows(answer), cell.kpi).now
      },
      error => {
        if (!(error instanceof Refused)) throw error // the list below says what is wrong
      },
    )
  }, [])
  const definition = model.board.definitions.value.get(cell.kpi)
  const name = definition?.name ?? cell.kpi
  const path = behindAsked(period, zone, cell)
  return (
    <Frame icon="chats" title={name} label={name} covered={covered} sub={where(period, cell, zone)}>
      <div class="sheet-body">
        {row.value && <Figure row={row.value} />}
        {definition && (
          <details class="explained">
            <summary>{t("sheet.definition")}</summary>
            <DefinitionText definition={definition} />
          </details>
        )}
        {row.value?.unit === "ratio" && row.value.num !== null && (
          <Parts model={model} cell={cell} row={row.value} />
        )}
        <p class="sheet-h3" role="status">
          {total.value !== null && t("sheet.count", { count: total.value })}
        </p>
        <Listed
          key={path}
          model={model.board}
          kpi={cell.kpi}
          path={path}
          onTotal={count => {
            total.value = count
          }}
        />
      </div>
    </Frame>
  )
}

const Figure = ({ row }: { row: Row }) => (
  <p class="headline">
    <strong class="num">{rowText(row)}</strong>
    <span>{[support(row), between(row), ...marks(row)].filter(Boolean).join(" · ")}</span>
  </p>
)

/** A share has two lists: all it is a share of, and those that count above the line. */
function Parts({ model, cell, row }: { model: PageModel; cell: Cell; row: Row }) {
  const pick = (hits: boolean) =>
    router.go(`/${model.page}?${openCell(model.here.value, { ...cell, hits })}`, true)
  return (
    <div class="filters" role="group" aria-label={t("sheet.part")}>
      <button type="button" aria-pressed={!cell.hits} onClick={() => pick(false)}>
        {t("sheet.all", { count: row.den ?? 0 })}
      </button>
      <button type="button" aria-pressed={cell.hits} onClick={() => pick(true)}>
        {t("sheet.hits", { count: row.num ?? 0 })}
      </button>
    </div>
  )
}

/** When and of what, in words. */
function where(period: Period, { span, where }: Cell, zone: string): string {
  return [when(period, span, zone), ...filterNames({ ...period.where, ...where })].join(" · ")
}

/** Whole days are said as days. */
function when(period: Period, span: Cell["span"], zone: string): string {
  const days = (timeZone: string, from: number, to: number) =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeZone }).formatRange(from, to)
  if (!span) return days("UTC", Date.parse(period.from), Date.parse(period.to))
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: zone })
  if (span.every(ms => clock.format(ms) === "00:00")) return days(zone, span[0], span[1] - 1)
  const exact = { dateStyle: "medium", timeStyle: "short", timeZone: zone } as const
  return new Intl.DateTimeFormat(locale.value, exact).formatRange(span[0], span[1])
}
