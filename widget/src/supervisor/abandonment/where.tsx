/** The same losses by queue, channel or hour: where to look first. */

import { Select } from "../../ui/kit"
import { DASH } from "../figures"
import { groupName, groupsOf, type Row } from "../reports/answer"
import { cellOf, openCell } from "../reports/cell"
import { figureText, support } from "../reports/figure"
import { segmentsOf } from "../reports/filters"
import { called, dimensionName } from "../reports/names"
import { type AbandonmentModel, COLUMNS } from "./model"
import { t } from "./words"

export function Cut({ model }: { model: AbandonmentModel }) {
  return (
    <Select
      label={t("by")}
      value={model.by.value}
      options={segmentsOf(model, COLUMNS).map(value => ({ value, label: dimensionName(value) }))}
      onChange={value => {
        const next = new URLSearchParams(model.here.value)
        next.set("by", value)
        model.go(next)
      }}
    />
  )
}

export function Where({ model, rows }: { model: AbandonmentModel; rows: readonly Row[] }) {
  const groups = groupsOf(rows, COLUMNS)
  const columns = model.known(COLUMNS, model.by.value)
  if (!groups.length) return <p class="nothing">{t("where.none")}</p>
  return (
    <div class="twin-scroll" tabIndex={0} role="region" aria-label={t("where.table")}>
      <table class="twin where">
        <thead>
          <tr>
            <th scope="col">{dimensionName(model.by.value)}</th>
            {columns.map(kpi => (
              <th key={kpi} scope="col" class="right">
                <span class="explains" data-kpi={kpi} tabIndex={0}>
                  {model.board.definitions.value.get(kpi)?.name ?? kpi}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(group => (
            <tr key={groupName(group)}>
              <th scope="row">{called(group)}</th>
              {columns.map(kpi => (
                <td key={kpi} class="right num">
                  <Share model={model} row={rows.find(row => row.kpi === kpi && same(row, group)) ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Share({ model, row }: { model: AbandonmentModel; row: Row | null }) {
  if (row?.value == null) return <span class="zero">{DASH}</span>
  const cell = { ...cellOf(row), hits: Boolean(row.num) }
  return (
    <a class="behind" href={`/supervisor/abandonment?${openCell(model.here.value, cell)}`}>
      {figureText(row.value, row.unit)} <small>{support(row)}</small>
    </a>
  )
}

const same = (a: Row, b: Row): boolean => groupName(a) === groupName(b)
