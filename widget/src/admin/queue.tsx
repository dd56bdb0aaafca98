/** One queue's page: the promise, the ringing, the hours. One save for all of it. */

import { useId } from "preact/hooks"
import { Icon } from "../ui/icons"
import { Field } from "../ui/kit"
import { Dates } from "./dates"
import { Check, Group, Problem, Save, useForm } from "./form"
import { fits } from "./hours"
import type { Model } from "./model"
import type { Hours, Queue } from "./shapes"
import { Week } from "./week"
import { t } from "./words"

interface Values {
  name: string
  target: number
  sl_threshold_s: number
  short_abandon_s: number
  frt_target_s: number
  offer_timeout_s: number
  wrapup_max_s: number
  auto_accept: boolean
  hours: Hours
  past: boolean
}

type Count = "sl_threshold_s" | "short_abandon_s" | "frt_target_s" | "offer_timeout_s" | "wrapup_max_s"

const first = (queue: Queue): Values => ({
  ...queue,
  target: Math.round(queue.sl_target * 1_000) / 10,
  past: false,
})

export function QueuePage({ model, queue }: { model: Model; queue: Queue }) {
  const form = useForm(first(queue), values => store(model, queue, values))
  const { values, set, error } = form
  const { hours } = values.value
  const wrong = !fits(hours.week)
  const count = (name: Count, label: string, min: number, max = 86_400) => (
    <Field
      label={label}
      type="number"
      required
      min={min}
      max={max}
      value={values.value[name]}
      error={error(name)}
      onInput={event => set({ [name]: event.currentTarget.valueAsNumber })}
    />
  )
  return (
    <section class="page" aria-labelledby="page">
      <a class="back" href="/admin/queues">
        <Icon name="arrowLeft" size={15} />
        {t("queue.back")}
      </a>
      <form onSubmit={form.submit}>
        <header class="page-head">
          <h2 id="page">{queue.name}</h2>
          <Save busy={form.busy.value || wrong} />
        </header>
        <Problem refused={form.refused.value} shown={["name"]} />
        <Group title={t("queue.promise")} text={t("queue.promise.text")}>
          <Field
            label={t("queues.name")}
            required
            maxLength={200}
            value={values.value.name}
            error={error("name")}
            onInput={event => set({ name: event.currentTarget.value })}
          />
          <div class="pair-row">
            <Field
              label={t("queue.target")}
              type="number"
              required
              min={0}
              max={100}
              step={0.1}
              value={values.value.target}
              error={error("sl_target")}
              onInput={event => set({ target: event.currentTarget.valueAsNumber })}
            />
            {count("sl_threshold_s", t("queue.threshold"), 0)}
          </div>
          <div class="pair-row">
            {count("frt_target_s", t("queue.frt"), 0)}
            {count("short_abandon_s", t("queue.short"), 0)}
          </div>
        </Group>
        <Group title={t("queue.routing")}>
          <div class="pair-row">
            {count("offer_timeout_s", t("queue.offer"), 5, 600)}
            {count("wrapup_max_s", t("queue.wrapup"), 0)}
          </div>
          <Check
            label={t("queue.auto")}
            checked={values.value.auto_accept}
            onChange={auto_accept => set({ auto_accept })}
          />
        </Group>
        <Group title={t("queue.hours")} text={t("queue.hours.text")}>
          <Zone
            value={hours.zone}
            error={error("zone")}
            onChange={zone => set({ hours: { ...hours, zone } })}
          />
          <Week week={hours.week} onChange={week => set({ hours: { ...hours, week } })} />
          {wrong && (
            <p class="problem" role="alert">
              <Icon name="alert" size={16} />
              {t("hours.wrong")}
            </p>
          )}
          <Dates dates={hours.closed_on} onChange={closed_on => set({ hours: { ...hours, closed_on } })} />
          <Check label={t("hours.past")} checked={values.value.past} onChange={past => set({ past })} />
          <p class="field-hint">{t("hours.past.text")}</p>
        </Group>
      </form>
    </section>
  )
}

async function store(model: Model, queue: Queue, { hours, past, target, ...values }: Values): Promise<void> {
  const { zone, week, closed_on } = hours
  await model.putQueue(queue.id, {
    name: values.name.trim(),
    sl_target: target / 100,
    sl_threshold_s: values.sl_threshold_s,
    short_abandon_s: values.short_abandon_s,
    frt_target_s: values.frt_target_s,
    offer_timeout_s: values.offer_timeout_s,
    wrapup_max_s: values.wrapup_max_s,
    auto_accept: values.auto_accept,
  })
  await model.putHours(queue.id, { zone, week, closed_on, ...(past && { since_ms: 0 }) })
}

interface ZoneProps {
  value: string
  error: string | null
  onChange: (zone: string) => void
}

function Zone({ value, error, onChange }: ZoneProps) {
  const list = useId()
  return (
    <>
      <Field
        label={t("hours.zone")}
        required
        list={list}
        value={value}
        error={error}
        onInput={event => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}
