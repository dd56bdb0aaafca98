/** Choosing a KPI and what of it: everything, a queue or an agent. */

import { useId } from "preact/hooks"
import { Select } from "../ui/kit"
import type { Model } from "./model"
import type { Kpi } from "./shapes"
import { t } from "./words"

export interface Place {
  readonly queue: string | null
  readonly agent: string | null
}

interface KpiProps {
  kpis: readonly Kpi[]
  value: string
  onChange: (kpi: Kpi) => void
}

export function KpiSelect({ kpis, value, onChange }: KpiProps) {
  const id = useId()
  const families = [...new Set(kpis.map(kpi => kpi.family))]
  const pick = (name: string) => {
    const kpi = kpis.find(one => one.id === name)
    if (kpi) onChange(kpi)
  }
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {t("kpi.label")}
      </label>
      <select id={id} class="input select" value={value} onChange={event => pick(event.currentTarget.value)}>
        {families.map(family => (
          <optgroup key={family} label={family[0]?.toUpperCase() + family.slice(1)}>
            {kpis
              .filter(kpi => kpi.family === family)
              .map(kpi => (
                <option key={kpi.id} value={kpi.id}>
                  {kpi.name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  )
}

interface PlaceProps {
  model: Model
  kpi: Kpi | undefined
  place: Place
  onChange: (place: Place) => void
}

/** Only what the KPI can be cut by. */
export function PlaceSelect({ model, kpi, place, onChange }: PlaceProps) {
  const cut = (by: string) => kpi?.segments.includes(by) ?? false
  const queues = cut("queue") ? model.queues.value : []
  const agents = cut("agent") ? model.people.value.filter(person => !person.disabled) : []
  const options = [
    { value: "", label: t("place.all") },
    ...queues.map(queue => ({ value: `queue:${queue.id}`, label: t("place.queue", { name: queue.name }) })),
    ...agents.map(agent => ({ value: `agent:${agent.id}`, label: agent.name })),
  ]
  const value = place.queue ? `queue:${place.queue}` : place.agent ? `agent:${place.agent}` : ""
  return (
    <Select
      label={t("place.label")}
      value={value}
      options={options}
      onChange={chosen => {
        const [kind, id] = [chosen.slice(0, 5), chosen.slice(6) || null]
        onChange({ queue: kind === "queue" ? id : null, agent: kind === "agent" ? id : null })
      }}
    />
  )
}

/** What a goal or a rule is about, in words. */
export function placeName(model: Model, queue: string | null, agent: string | null): string {
  if (agent) return model.people.value.find(person => person.id === agent)?.name ?? agent
  return queue ? model.queueName(queue) : t("place.all")
}
