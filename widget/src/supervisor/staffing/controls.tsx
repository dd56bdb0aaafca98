/** The question, as controls: days, interval, queue, zone, and how it is reckoned. */

import { Button, Select } from "../../ui/kit"
import { Days } from "../reports/period"
import { type Period, shift } from "../reports/question"
import { csv } from "./csv"
import type { StaffingModel } from "./model"
import { fitting, INTERVALS, type Interval, MODELS, type ModelName, PRESETS, presetOf } from "./question"
import { t } from "./words"

export function Controls({ model }: { model: StaffingModel }) {
  const { question, change, day } = model
  const { interval, where, model: name, trend } = question.value
  const days = ({ from, to, tz }: Pick<Period, "from" | "to" | "tz">) =>
    change({ from, to, tz, interval: fitting(from, to, interval), look: null })
  const preset = presetOf(question.value, day.value)
  const queues = [...model.board.board.value.queues.values()]
  return (
    <div class="controls">
      <div class="controls-first">
        <div class="filters" role="group" aria-label={t("period")}>
          {PRESETS.map(([id, first, last]) => (
            <button
              key={id}
              type="button"
              aria-pressed={preset === id}
              onClick={() =>
                days({ ...question.value, from: shift(day.value, first), to: shift(day.value, last) })
              }
            >
              {t(`preset.${id}`)}
            </button>
          ))}
        </div>
        <div class="controls-end">
          <Button icon="download" disabled={!model.plan.value} onClick={() => save(model)}>
            {t("export")}
          </Button>
        </div>
      </div>
      <details class="controls-more" open={!matchMedia("(max-width: 760px)").matches}>
        <summary>{t("more")}</summary>
        <div class="controls-fields">
          <Select
            label={t("queue")}
            value={where.queue ?? ""}
            options={[
              { value: "", label: t("queue.all") },
              ...queues.map(row => ({ value: row.queue, label: row.name })),
            ]}
            onChange={value => change({ where: value ? { queue: value } : {}, trial: {} })}
          />
          <Days model={model} period={question.value} onChange={days} />
          <Select<Interval>
            label={t("interval")}
            value={interval}
            options={INTERVALS.map(value => ({ value, label: t(`interval.${value}`) }))}
            onChange={value => change({ interval: value, look: null })}
          />
          <Select<ModelName>
            label={t("model")}
            value={name}
            options={MODELS.map(value => ({ value, label: t(`model.${value}`) }))}
            onChange={value => change({ model: value })}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={trend}
              onChange={event => change({ trend: event.currentTarget.checked })}
            />
            <span>{t("trend")}</span>
          </label>
        </div>
      </details>
    </div>
  )
}

function save(model: StaffingModel): void {
  const { trial, from, to } = model.question.value
  const tried = Object.keys(trial).length ? model.tried.value : null
  const text = csv(model.plan.value?.slots ?? [], tried)
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }))
  const name = from === to ? from : `${from}_${to}`
  Object.assign(document.createElement("a"), { href: url, download: `staffing_${name}.csv` }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
