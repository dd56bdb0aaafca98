/** The question, as controls: days, zone, cuts, filters, comparison, numbers, export. */

import { useSignal } from "@preact/signals"
import { Button, IconButton, Select } from "../../ui/kit"
import { CopyLink, Export } from "./export"
import { AddFilter, segmentsOf } from "./filters"
import type { ReportModel } from "./model"
import { dimensionName } from "./names"
import { Chips, Days, Presets } from "./period"
import { Picker } from "./picker"
import { daysOf, fitting, INTERVALS, type Interval, type Period, WEEK, write } from "./question"
import { t } from "./words"

export function Controls({ model }: { model: ReportModel }) {
  const { question, change } = model
  const picking = useSignal(false)
  const { from, to, interval, by, compare, kpis } = question.value
  const days = (next: Period) =>
    change(daysOf(next.from, next.to) === daysOf(from, to) ? next : { ...next, interval: fitted(next) })
  const shared = { model, period: question.value, onChange: days }
  return (
    <div class="controls">
      <div class="controls-first">
        <Presets {...shared} />
        <div class="controls-end">
          <CopyLink question={() => model.link(write({ ...question.value, tz: model.zone.value }))} />
          <Export model={model} />
          <Button
            kind="primary"
            icon="chart"
            onClick={() => {
              picking.value = true
            }}
          >
            {t("numbers")}
          </Button>
        </div>
      </div>
      <details class="controls-more" open={!matchMedia("(max-width: 760px)").matches}>
        <summary>{t("period.more")}</summary>
        <div class="controls-fields">
          <Days {...shared} />
          <Select<Interval>
            label={t("interval")}
            value={interval}
            options={INTERVALS.map(value => ({
              value,
              label: t(value ? `interval.${value}` : "interval.none"),
            }))}
            onChange={value => change({ interval: value })}
          />
          <Select
            label={t("by")}
            value={by}
            options={cuts(model).map(value => ({
              value,
              label: value ? dimensionName(value) : t("by.none"),
            }))}
            onChange={value => change({ by: value })}
          />
        </div>
      </details>
      <div class="controls-last">
        <AddFilter {...shared} kpis={kpis} />
        <Chips {...shared} />
        <label class="check">
          <input
            type="checkbox"
            checked={compare}
            onChange={event => change({ compare: event.currentTarget.checked })}
          />
          <span>{t("compare")}</span>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={question.value.spam}
            onChange={event => change({ spam: event.currentTarget.checked })}
          />
          <span>{t("spam")}</span>
        </label>
        <Fresh model={model} />
      </div>
      {picking.value && (
        <Picker
          model={model}
          onClose={() => {
            picking.value = false
          }}
        />
      )}
    </div>
  )
}

const fitted = ({ from, to }: Period): Interval => fitting(daysOf(from, to))

/** All segments of the chosen numbers, the week as a map where both its sides are there. */
function cuts(model: ReportModel): readonly string[] {
  const { kpis, by } = model.question.value
  const known = segmentsOf(model, kpis)
  const week = known.includes("hour") && known.includes("weekday") ? [WEEK] : []
  return [...new Set(["", ...known, ...week, by])]
}

/** Whose days these are, as of when, and a way to count anew. */
export function Fresh({ model }: { model: Pick<ReportModel, "zone" | "asOfMs" | "turn"> }) {
  const asOf = model.asOfMs.value
  const clock = { timeStyle: "medium", timeZone: model.zone.value } as const
  return (
    <p class="report-zone">
      {t("zone", { zone: model.zone.value })}
      {asOf !== null && ` · ${t("asof", { time: new Intl.DateTimeFormat(undefined, clock).format(asOf) })}`}
      <IconButton icon="refresh" size="small" label={t("refresh")} onClick={() => model.turn.value++} />
    </p>
  )
}
