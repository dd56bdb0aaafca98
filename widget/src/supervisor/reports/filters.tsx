/** Adding a filter: a dimension, then one of the values that were really counted in the period. */

import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import { Button, MenuItem, Popover, Select, Spinner } from "../../ui/kit"
import { Refused, rest } from "../../ui/rest"
import { why } from "../asking"
import { inTurn, REPORT_MS } from "../told"
import { type Row, readRows } from "./answer"
import { support } from "./figure"
import type { PageModel } from "./model"
import { dimensionName, valueName } from "./names"
import { isDimension, type Period, periodAsked } from "./question"
import { t } from "./words"

interface FiltersProps {
  model: PageModel
  period: Period
  /** The numbers whose values count. */
  kpis: readonly string[]
  onChange: (next: Period) => void
}

export function AddFilter(props: FiltersProps) {
  const open = useSignal(false)
  const button = useRef<HTMLSpanElement>(null)
  const close = () => {
    open.value = false
  }
  return (
    <>
      <span ref={button}>
        <Button
          icon="filter"
          aria-haspopup="dialog"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value
          }}
        >
          {t("filter.add")}
        </Button>
      </span>
      <Popover anchor={button} open={open.value} onClose={close} label={t("filter.add")} role="dialog">
        <Choice {...props} onDone={close} />
      </Popover>
    </>
  )
}

function Choice({ model, period, kpis, onChange, onDone }: FiltersProps & { onDone: () => void }) {
  const known = segmentsOf(model, kpis).filter(name => !(name in period.where))
  const name = useSignal(known[0] ?? "")
  const values = useSignal<readonly Row[] | null>(null)
  const problem = useSignal("")
  const kpi = kpis.find(one => model.board.definitions.value.get(one)?.segments.includes(name.value))
  useEffect(() => {
    values.value = null
    problem.value = ""
    if (!kpi || !name.value) return
    const query = periodAsked(period, model.zone.value)
    query.set("kpi", kpi)
    query.set("by", name.value)
    inTurn(() => rest("GET", `/api/reports?${query}`, undefined, REPORT_MS)).then(
      answer => {
        values.value = readRows(answer)
      },
      error => {
        if (!(error instanceof Refused)) throw error
        problem.value = why(error)
      },
    )
  }, [name.value])
  const pick = (value: string) => {
    onDone()
    if (isDimension(name.value)) onChange({ ...period, where: { ...period.where, [name.value]: value } })
  }
  if (!known.length) return <p class="filter-note">{t("filter.unknown")}</p>
  return (
    <div class="filter-choice">
      <Select
        label={t("filter")}
        value={name.value}
        options={known.map(value => ({ value, label: dimensionName(value) }))}
        onChange={value => {
          name.value = value
        }}
      />
      {problem.value && (
        <p class="filter-note" role="alert">
          {problem.value}
        </p>
      )}
      {!problem.value && !values.value && <Spinner label={t("loading")} />}
      {values.value?.length === 0 && <p class="filter-note">{t("filter.none")}</p>}
      <div role="menu" aria-label={dimensionName(name.value)} hidden={!values.value?.length}>
        {values.value?.map(row => {
          const value = String(row.group[name.value] ?? "")
          return (
            <MenuItem key={value} end={support(row)} onPick={() => pick(value)}>
              {valueName(name.value, value)}
            </MenuItem>
          )
        })}
      </div>
    </div>
  )
}

/** What any of the numbers may be cut and filtered by. */
export function segmentsOf(model: PageModel, kpis: readonly string[]): readonly string[] {
  const all = kpis.flatMap(kpi => model.board.definitions.value.get(kpi)?.segments ?? [])
  return [...new Set(all)].filter(isDimension)
}
