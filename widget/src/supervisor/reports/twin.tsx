/** What a chart shows as a table, each figure leading to its conversations. */

import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { DASH } from "../figures"
import { groupName, type Row } from "./answer"
import { figureText, marks, rowText } from "./figure"
import { teller } from "./lines"
import { locale, t } from "./words"

const MOST_ROWS = 400
const COLUMNS = ["when", "group", "value", "num", "den", "n", "low", "high", "marks"] as const

interface TwinProps {
  rows: readonly Row[]
  name: (row: Row) => string
  href: (row: Row) => string
  zone: string
  label: string
}

export function Twin({ rows, name, href, zone, label }: TwinProps) {
  const shown = rows.slice(0, MOST_ROWS)
  const times = [...new Set(rows.flatMap(row => row.atMs ?? []))].sort((a, b) => a - b)
  const when = teller(times, zone)
  const sinceMs = Math.max(...rows.filter(row => row.atMs === null).map(row => row.fromMs))
  const cut = rows.some(row => groupName(row))
  return (
    <TwinBox label={label}>
      <thead>
        <tr>
          {COLUMNS.filter(column => cut || column !== "group").map(column => (
            <th key={column} scope="col" class={TEXTS.includes(column) ? undefined : "right"}>
              {t(`col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map(row => (
          <tr key={`${row.fromMs} ${row.atMs} ${groupName(row)}`}>
            <th scope="row">{row.atMs === null && row.toMs <= sinceMs ? t("whole.before") : when(row)}</th>
            {cut && <td>{groupName(row) ? name(row) : DASH}</td>}
            <td class="right num">
              <a class="behind" href={href(row)} aria-label={`${rowText(row)}: ${t("open")}`}>
                {rowText(row)}
              </a>
            </td>
            {[row.num, row.den, row.n].map((value, at) => (
              <td key={at} class="right num">
                {plain(value)}
              </td>
            ))}
            {[row.low, row.high].map((value, at) => (
              <td key={at} class="right num">
                {figureText(value, row.unit)}
              </td>
            ))}
            <td class="marks">{marks(row).join(" · ")}</td>
          </tr>
        ))}
      </tbody>
      {rows.length > shown.length && (
        <caption>{t("table.more", { count: rows.length - shown.length })}</caption>
      )}
    </TwinBox>
  )
}

const TEXTS: readonly string[] = ["when", "group", "marks"]

const plain = (value: number | null) =>
  value === null ? DASH : new Intl.NumberFormat(locale.value, { maximumFractionDigits: 3 }).format(value)

/** Closed until somebody wants it; only then are its rows made. */
export function TwinBox({ label, children }: { label: string; children: ComponentChildren }) {
  const open = useSignal(false)
  return (
    <details
      class="twin-box"
      onToggle={event => {
        open.value = event.currentTarget.open
      }}
    >
      <summary>{t("table")}</summary>
      {open.value && (
        <div class="twin-scroll" tabIndex={0} role="region" aria-label={t("table.of", { name: label })}>
          <table class="twin">{children}</table>
        </div>
      )}
    </details>
  )
}
