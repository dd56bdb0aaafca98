/** The question, as controls: days, cuts, comparison, numbers, export. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { Refused } from "../../protocol/refused"
import { Button, Field, MenuItem, Popover, Select, toast } from "../../ui/kit"
import { login } from "../../ui/rest"
import { why } from "../asking"
import type { ReportModel } from "./model"
import { Picker } from "./picker"
import {
  asked,
  CUTS,
  type Cut,
  daysOf,
  fitting,
  INTERVALS,
  type Interval,
  PRESETS,
  presetOf,
  shift,
} from "./question"
import { t } from "./words"

export function Controls({ model }: { model: ReportModel }) {
  const { question, change, day } = model
  const picking = useSignal(false)
  const { from, to, interval, by, queue, compare } = question.value
  const span = (first: string, last: string) =>
    change({ from: first, to: last, interval: fitting(daysOf(first, last)) })
  const preset = presetOf(question.value, day.value)
  const queues = [...model.board.board.value.queues.values()]
  return (
    <div class="controls">
      <div class="filters" role="group" aria-label={t("period")}>
        {PRESETS.map(([name, first, last]) => (
          <button
            key={name}
            type="button"
            aria-pressed={preset === name}
            onClick={() => span(shift(day.value, first), shift(day.value, last))}
          >
            {t(`preset.${name}`)}
          </button>
        ))}
      </div>
      <Field
        label={t("from")}
        type="date"
        max={to}
        value={from}
        onChange={event => event.currentTarget.value && span(event.currentTarget.value, to)}
      />
      <Field
        label={t("to")}
        type="date"
        min={from}
        value={to}
        onChange={event => event.currentTarget.value && span(from, event.currentTarget.value)}
      />
      <Select<Interval>
        label={t("interval")}
        value={interval}
        options={INTERVALS.map(value => ({ value, label: t(value ? `interval.${value}` : "interval.none") }))}
        onChange={value => change({ interval: value })}
      />
      <Select<Cut>
        label={t("by")}
        value={by}
        options={CUTS.map(value => ({ value, label: t(value ? `by.${value}` : "by.none") }))}
        onChange={value => change({ by: value })}
      />
      <Select
        label={t("queue")}
        value={queue}
        options={[
          { value: "", label: t("queue.all") },
          ...queues.map(row => ({ value: row.queue, label: row.name })),
        ]}
        onChange={value => change({ queue: value })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={compare}
          onChange={event => change({ compare: event.currentTarget.checked })}
        />
        <span>{t("compare")}</span>
      </label>
      <div class="controls-end">
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

const FORMATS = ["csv", "xlsx", "json"] as const

function Export({ model }: { model: ReportModel }) {
  const open = useSignal(false)
  const button = useRef<HTMLSpanElement>(null)
  const close = () => {
    open.value = false
  }
  const pick = (format: (typeof FORMATS)[number]) => {
    close()
    const { interval, by } = model.question.value
    const part = interval ? "series" : by ? "cut" : "whole"
    void save(asked(model.question.value, model.zone.value, part, format), `report.${format}`)
  }
  return (
    <>
      <span ref={button}>
        <Button
          icon="download"
          aria-haspopup="menu"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value
          }}
        >
          {t("export")}
        </Button>
      </span>
      <Popover anchor={button} open={open.value} onClose={close} label={t("export")}>
        {FORMATS.map(format => (
          <MenuItem key={format} icon="table" onPick={() => pick(format)}>
            {t(`export.${format}`)}
          </MenuItem>
        ))}
      </Popover>
    </>
  )
}

/** A link cannot carry the token; the browser is handed the bytes instead. */
async function save(path: string, name: string): Promise<void> {
  const answer = await fetch(path, {
    headers: { authorization: `Bearer ${login.value?.token ?? ""}` },
  }).catch(() => null)
  if (!answer?.ok) {
    const problem = new Refused(answer ? "unavailable" : "offline", answer?.statusText ?? "", true)
    return toast(t("export.failed", { why: why(problem) }), "bad")
  }
  const url = URL.createObjectURL(await answer.blob())
  const link = Object.assign(document.createElement("a"), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
