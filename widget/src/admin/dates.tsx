/** Dates on which a queue stays closed. */

import { useSignal } from "@preact/signals"
import { Button, Field, IconButton } from "../ui/kit"
import { locale, t } from "./words"

interface DatesProps {
  dates: readonly string[]
  onChange: (dates: readonly string[]) => void
}

export function Dates({ dates, onChange }: DatesProps) {
  const fresh = useSignal("")
  const sorted = [...dates].sort()
  const add = () => {
    if (fresh.value && !dates.includes(fresh.value)) onChange([...sorted, fresh.value].sort())
    fresh.value = ""
  }
  return (
    <div class="dates">
      <h4>{t("hours.dates")}</h4>
      <p class="field-hint">{t("hours.dates.text")}</p>
      <ul>
        {sorted.map(date => (
          <li key={date} class="chip">
            {said(date)}
            <IconButton
              icon="x"
              size="small"
              label={t("hours.date.drop", { date: said(date) })}
              onClick={() => onChange(dates.filter(one => one !== date))}
            />
          </li>
        ))}
        {!sorted.length && <li class="second">{t("hours.dates.none")}</li>}
      </ul>
      <div class="date-add">
        <Field
          label={t("hours.date")}
          type="date"
          value={fresh.value}
          onInput={event => {
            fresh.value = event.currentTarget.value
          }}
        />
        <Button icon="plus" disabled={!fresh.value} onClick={add}>
          {t("add")}
        </Button>
      </div>
    </div>
  )
}

const said = (date: string) =>
  new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeZone: "UTC" }).format(Date.parse(date))
