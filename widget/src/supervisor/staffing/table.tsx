/** The twin of both drawings: every interval with every figure; a row can be looked at. */

import type { Slot } from "./answer"
import { count, share, signed, some, when } from "./format"
import type { StaffingModel } from "./model"
import { t } from "./words"

const COLUMNS = [
  "forecast",
  "came",
  "load",
  "needed",
  "rostered",
  "planned",
  "online",
  "gap",
  "expected",
] as const

interface TwinProps {
  model: StaffingModel
  slots: readonly Slot[]
}

export const Twin = ({ model, slots }: TwinProps) => (
  <details class="twin-box">
    <summary>{t("table.title")}</summary>
    <div class="twin-scroll" tabIndex={0} role="region" aria-label={t("table.title")}>
      <table class="twin">
        <thead>
          <tr>
            <th scope="col">{t("col.when")}</th>
            {COLUMNS.map(name => (
              <th key={name} scope="col">
                {t(`col.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {slots.map(slot => (
            <Row
              key={slot.startMs}
              model={model}
              slot={slot}
              chosen={slot === model.plan.value?.slots[model.at.value]}
            />
          ))}
        </tbody>
      </table>
    </div>
  </details>
)

function Row({ model, slot, chosen }: { model: StaffingModel; slot: Slot; chosen: boolean }) {
  const at = when(slot.startMs, model)
  return (
    <tr data-chosen={chosen || undefined}>
      <th scope="row">
        <button
          type="button"
          class="behind"
          aria-label={t("look", { when: at })}
          aria-pressed={chosen}
          onClick={() => model.look(slot.startMs)}
        >
          {at}
        </button>
      </th>
      <td class="num">
        {some(slot.reforecast ?? slot.forecast)}
        {slot.thin && <span class="note"> {t("thin")}</span>}
      </td>
      <td class="num">{count(slot.actual)}</td>
      <td class="num">{some(slot.load)}</td>
      <td class="num">{count(slot.required)}</td>
      <td class="num">{count(slot.rostered)}</td>
      <td class="num">{some(slot.planned)}</td>
      <td class="num">{some(slot.online)}</td>
      <td class="num gap" data-short={(slot.gap ?? 0) < 0 || undefined}>
        {slot.gap === null ? "–" : signed(slot.gap)}
      </td>
      <td class="num">{share(slot.atStaffed?.level ?? slot.atRequired?.level ?? null)}</td>
    </tr>
  )
}
