/** Who is planned when, a row an agent; plan a shift, or a week of them; withdraw one. */

import { useSignal } from "@preact/signals"
import { clockOf, dayNames, minuteOf } from "../../admin/hours"
import { Button, Field, IconButton, Select, toast } from "../../ui/kit"
import { instantOf, localOf } from "../../ui/zone"
import { shift as later } from "../reports/question"
import { stamp } from "./format"
import type { Shift, StaffingModel } from "./model"
import { locale, t } from "./words"

const DAY_MS = 86_400_000
const DAYS = ["day", "work", "week"] as const
type Days = (typeof DAYS)[number]

export const Roster = ({ model }: { model: StaffingModel }) => (
  <section class="roster" aria-labelledby="roster-title">
    <h2 id="roster-title">{t("roster.title")}</h2>
    <Planner model={model} />
    <Planned model={model} />
  </section>
)

function Planner({ model }: { model: StaffingModel }) {
  const agent = useSignal("")
  const day = useSignal(model.question.value.from)
  const start = useSignal("09:00")
  const end = useSignal("17:00")
  const days = useSignal<Days>("day")
  const problem = useSignal<string | null>(null)
  const people = [...model.people.value]
  const plan = async (event: Event) => {
    event.preventDefault()
    const whom = agent.value || people[0]?.[0]
    const [from, to] = [minuteOf(start.value, "from"), minuteOf(end.value, "to")]
    problem.value = whom ? (from === null || to === null ? t("roster.span") : null) : t("roster.whom")
    if (!whom || from === null || to === null) return
    const done = await model.planShifts(
      whom,
      datesOf(day.value, days.value).map(date => span(date, from, to, model.zone.value)),
    )
    if (done) toast(t("roster.done", { count: done }), "good")
  }
  return (
    <form class="controls-fields roster-form" onSubmit={event => void plan(event)}>
      <Select
        label={t("roster.agent")}
        value={agent.value || (people[0]?.[0] ?? "")}
        options={people.map(([value, label]) => ({ value, label }))}
        onChange={value => {
          agent.value = value
        }}
      />
      <Field
        label={t("roster.day")}
        type="date"
        required
        value={day.value}
        onChange={event => {
          day.value = event.currentTarget.value || day.value
        }}
      />
      <Field
        label={t("roster.start")}
        type="time"
        required
        value={start.value}
        onChange={event => {
          start.value = event.currentTarget.value
        }}
      />
      <Field
        label={t("roster.end")}
        type="time"
        required
        error={problem.value}
        value={end.value}
        onChange={event => {
          end.value = event.currentTarget.value
        }}
      />
      <Select<Days>
        label={t("roster.days")}
        value={days.value}
        options={DAYS.map(value => ({ value, label: t(`roster.days.${value}`) }))}
        onChange={value => {
          days.value = value
        }}
      />
      <Button kind="primary" icon="plus" type="submit">
        {t("roster.add")}
      </Button>
    </form>
  )
}

/** The day alone, or those of its week. */
export function datesOf(date: string, days: Days): string[] {
  if (days === "day") return [date]
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
  return Array.from({ length: days === "work" ? 5 : 7 }, (_, at) => later(date, at - weekday))
}

/** A shift that ends before it begins ends on the next day. */
export function span(date: string, from: number, to: number, zone: string): readonly [number, number] {
  const last = to > from ? date : later(date, 1)
  return [instantOf(date, from, zone), instantOf(last, to, zone)]
}

function Planned({ model }: { model: StaffingModel }) {
  const shifts = model.shifts.value
  const zone = model.zone.value
  const { from, to } = model.question.value
  if (!shifts.length) return <p class="note">{t("roster.none")}</p>
  const agents = [...new Map(shifts.map(one => [one.agent, one.name]))].sort((a, b) =>
    a[1].localeCompare(b[1]),
  )
  const days: string[] = []
  for (let day = from; day <= to; day = later(day, 1)) days.push(day)
  const names = dayNames(locale.value)
  return (
    <div class="twin-scroll" tabIndex={0} role="region" aria-label={t("roster.title")}>
      <table class="twin roster-table">
        <thead>
          <tr>
            <th scope="col">{t("roster.agent")}</th>
            {days.map(day => (
              <th key={day} scope="col">
                {names[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7]?.slice(0, 3)}{" "}
                {Number(day.slice(8))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agents.map(([agent, name]) => (
            <tr key={agent}>
              <th scope="row">{name}</th>
              {days.map(day => (
                <td key={day}>
                  {shifts
                    .filter(one => one.agent === agent && onDay(one, day, zone))
                    .map(one => (
                      <Stretch key={one.startMs} model={model} shift={one} />
                    ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const onDay = ({ startMs, endMs }: Shift, day: string, zone: string): boolean => {
  const start = instantOf(day, 0, zone)
  return startMs < start + DAY_MS && endMs > start
}

function Stretch({ model, shift }: { model: StaffingModel; shift: Shift }) {
  const zone = model.zone.value
  const clock = (at: number) => clockOf(localOf(at, zone).minute)
  return (
    <span class="shift num">
      {clock(shift.startMs)}–{clock(shift.endMs)}
      <IconButton
        icon="x"
        size="small"
        label={t("roster.remove", { name: shift.name, when: stamp(shift.startMs, zone) })}
        onClick={() => void model.withdraw(shift)}
      />
    </span>
  )
}
