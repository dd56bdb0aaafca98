/** One interval looked at: why the number is what it is, what is to be expected, and the weeks behind it. */

import { IconButton } from "../../ui/kit"
import { pagePath, router } from "../places"
import { openCell } from "../reports/cell"
import { isImpatient, type Met, type Plan, type Slot, type Tried } from "./answer"
import { agents, count, seconds, share, some, stamp, wait, when } from "./format"
import type { StaffingModel } from "./model"
import { t } from "./words"

interface SlotProps {
  model: StaffingModel
  plan: Plan
  /** Where the mouse is, else what is looked at. */
  index: number
}

export function Looked({ model, plan, index }: SlotProps) {
  const slot = plan.slots[index]
  if (!slot) return null
  const go = (by: number) => model.look(plan.slots[model.at.value + by]?.startMs ?? slot.startMs)
  return (
    <section class="looked" aria-labelledby="looked-title">
      <header>
        <h2 id="looked-title">{when(slot.startMs, model)}</h2>
        <IconButton
          icon="chevronLeft"
          size="small"
          label={t("slot.before")}
          disabled={index === 0}
          onClick={() => go(-1)}
        />
        <IconButton
          icon="chevronRight"
          size="small"
          label={t("slot.after")}
          disabled={index === plan.slots.length - 1}
          onClick={() => go(1)}
        />
      </header>
      <div aria-live="polite">
        <p class="why">
          {why(
            plan,
            slot,
            model,
            model.at.value === index && model.tried.value?.of === index ? model.tried.value : null,
          )}
        </p>
        <Expected plan={plan} slot={slot} />
      </div>
      <Weeks model={model} slot={slot} />
    </section>
  )
}

/** In one breath: load, requirement, what one less would do, and the roster. */
function why(plan: Plan, slot: Slot, model: StaffingModel, tried: Tried | null): string {
  if (!slot.open && !slot.arrivals) return t("slot.shut")
  if (!slot.arrivals) return t("why.quiet")
  const met = slot.atRequired
  if (slot.required === null || slot.load === null || !met)
    return t("why.unknown", { days: model.outlook.value?.lookBackDays ?? 0 })
  const said = [
    t("why.load", {
      arrivals: some(slot.arrivals),
      handle: seconds(plan.handleS),
      load: some(slot.load),
      k: plan.concurrency,
      agents: agents(slot.required),
      level: share(met.level),
      within: seconds(plan.withinS),
      target: share(plan.target),
    }),
    isImpatient(plan) ? t("why.patience", { patience: seconds(plan.patienceS) }) : "",
    oneLess(plan, slot, model, tried),
    slot.actual === null && slot.rostered !== null
      ? t("why.roster", { shrinkage: share(plan.shrinkage), rostered: count(slot.rostered) })
      : "",
  ]
  return said.filter(Boolean).join(" ")
}

/** Only while nothing is tried: then the curve is of these very figures. */
function oneLess(plan: Plan, slot: Slot, model: StaffingModel, tried: Tried | null): string {
  const untouched = Object.keys(model.question.value.trial).length === 0
  const less = untouched ? tried?.curve.find(one => one.agents === (slot.required ?? 0) - 1) : undefined
  if (!less?.agents) return ""
  return less.level < plan.target
    ? t("why.less", { level: share(less.level) })
    : t("why.less.occupancy", { occupancy: share(less.occupancy), limit: share(plan.maxOccupancy) })
}

function Expected({ plan, slot }: { plan: Plan; slot: Slot }) {
  const met = slot.atStaffed
  if (!met || !slot.arrivals) return null
  return (
    <p class="expects" data-good={met.level >= plan.target}>
      <strong>
        {t(slot.actual === null ? "expect.planned" : "expect.online")} ({agents(met.agents)})
      </strong>
      {" · "}
      {meets(plan, met)}
    </p>
  )
}

const meets = (plan: Plan, met: Met): string =>
  t(met.waitS === null ? "expect.end" : "expect.text", {
    level: share(met.level),
    within: seconds(plan.withinS),
    wait: wait(met.waitS),
    abandonment: share(met.abandonment, 1),
  })

/** Each week's requests open beside the page: exactly those the forecast was counted from. */
function Weeks({ model, slot }: { model: StaffingModel; slot: Slot }) {
  const zone = model.zone.value
  const href = (startMs: number) => {
    const span = [startMs, startMs + slot.endMs - slot.startMs] as const
    const cell = { kpi: "queue_entered", span, where: {}, hits: false }
    return router.href(pagePath("staffing", openCell(model.here.value, cell)))
  }
  return (
    <details class="twin-box">
      <summary>{t("weeks.title")}</summary>
      {slot.thin && <p class="note">{t(slot.before.length ? "weeks.thin" : "weeks.none")}</p>}
      <table class="twin weeks">
        <thead>
          <tr>
            <th scope="col">{t("weeks.when")}</th>
            <th scope="col">{t("weeks.count")}</th>
          </tr>
        </thead>
        <tbody>
          {slot.before.map(([startMs, arrivals]) => (
            <tr key={startMs}>
              <th scope="row">{stamp(startMs, zone)}</th>
              <td class="num">
                {arrivals ? (
                  <a
                    class="behind"
                    href={href(startMs)}
                    aria-label={t("weeks.open", { count: some(arrivals), when: stamp(startMs, zone) })}
                  >
                    {some(arrivals)}
                  </a>
                ) : (
                  "0"
                )}
              </td>
            </tr>
          ))}
          <tr data-chosen="true">
            <th scope="row">{t("weeks.mean")}</th>
            <td class="num">{some(slot.forecast)}</td>
          </tr>
        </tbody>
      </table>
    </details>
  )
}
