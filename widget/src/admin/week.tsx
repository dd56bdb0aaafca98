/** The week as a grid: a row a day, its openings, and a strip that shows them at a glance. */

import { Button, IconButton } from "../ui/kit"
import { clockOf, DAY, dayNames, minuteOf, withBreak, withDay } from "./hours"
import type { Hours, Opening } from "./shapes"
import { locale, t } from "./words"

interface WeekProps {
  week: Hours["week"]
  onChange: (week: Hours["week"]) => void
}

export function Week({ week, onChange }: WeekProps) {
  const names = dayNames(locale.value)
  const likeMonday = () => onChange(week.map((day, at) => (at >= 1 && at <= 4 ? (week[0] ?? []) : day)))
  return (
    <>
      <ul class="week">
        {week.map((day, at) => (
          <Day
            key={names[at]}
            name={names[at] ?? ""}
            day={day}
            onChange={next => onChange(withDay(week, at, next))}
          />
        ))}
      </ul>
      <div class="week-foot">
        <span class="field-hint">{t("hours.to.midnight")}</span>
        <Button size="small" kind="quiet" icon="copy" onClick={likeMonday}>
          {t("hours.copy")}
        </Button>
      </div>
    </>
  )
}

interface DayProps {
  name: string
  day: readonly Opening[]
  onChange: (day: readonly Opening[]) => void
}

const Day = ({ name, day, onChange }: DayProps) => (
  <li>
    <label class="check day-name">
      <input
        type="checkbox"
        checked={day.length > 0}
        onChange={event => onChange(event.currentTarget.checked ? withBreak([]) : [])}
      />
      <span>{name}</span>
    </label>
    <div class="openings">
      {day.length === 0 && <span class="second">{t("hours.closed")}</span>}
      {day.map((opening, at) => (
        <Span
          key={at}
          name={name}
          opening={opening}
          onChange={next => onChange(day.map((old, index) => (index === at ? next : old)))}
          onDrop={day.length > 1 ? () => onChange(day.filter((_, index) => index !== at)) : null}
        />
      ))}
    </div>
    {day.length > 0 && day.length < 4 && (
      <IconButton
        icon="plus"
        size="small"
        label={t("hours.break", { day: name })}
        onClick={() => onChange(withBreak(day))}
      />
    )}
    <Strip day={day} />
  </li>
)

interface SpanProps {
  name: string
  opening: Opening
  onChange: (opening: Opening) => void
  onDrop: (() => void) | null
}

const Span = ({ name, opening: [from, to], onChange, onDrop }: SpanProps) => (
  <span class="opening">
    <input
      type="time"
      class="input"
      required
      aria-label={t("hours.from", { day: name })}
      value={clockOf(from)}
      onChange={event => onChange([minuteOf(event.currentTarget.value, "from") ?? from, to])}
    />
    <span aria-hidden="true">–</span>
    <input
      type="time"
      class="input"
      required
      aria-label={t("hours.to", { day: name })}
      value={clockOf(to)}
      onChange={event => onChange([from, minuteOf(event.currentTarget.value, "to") ?? to])}
    />
    {onDrop && <IconButton icon="x" size="small" label={t("hours.drop", { day: name })} onClick={onDrop} />}
  </span>
)

const Strip = ({ day }: { day: readonly Opening[] }) => (
  <svg class="day-strip" viewBox={`0 0 ${DAY} 8`} preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar-ground" width={DAY} height="8" />
    {day.map(([from, to]) => (
      <rect key={from} class="day-open" x={from} width={Math.max(0, to - from)} height="8" />
    ))}
  </svg>
)
