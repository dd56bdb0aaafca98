/** Which days, of which zone, filtered how: the same on every page over a period. */

import { useMemo } from "preact/hooks"
import { Button, Field, Select } from "../../ui/kit"
import type { PageModel } from "./model"
import { filterNames } from "./names"
import { type Period, PRESETS, presetOf } from "./question"
import { t } from "./words"

type PresetKey = Parameters<typeof t>[0]

interface PeriodProps {
  model: PageModel
  period: Period
  /** What else follows from other days. */
  onChange: (next: Period) => void
}

export function Presets({ model, period, onChange }: PeriodProps) {
  const day = model.day.value
  const preset = presetOf(period, day)
  return (
    <div class="filters" role="group" aria-label={t("period")}>
      {PRESETS.map(([name, bounds]) => {
        const [from, to] = bounds(day)
        return (
          <button
            key={name}
            type="button"
            aria-pressed={preset === name}
            onClick={() => onChange({ ...period, from, to })}
          >
            {t(`preset.${name}` as PresetKey)}
          </button>
        )
      })}
    </div>
  )
}

export function Days({ model, period, onChange }: PeriodProps) {
  const { from, to } = period
  const account = model.account.value
  return (
    <>
      <Field
        label={t("from")}
        type="date"
        max={to}
        value={from}
        onChange={event =>
          event.currentTarget.value && onChange({ ...period, from: event.currentTarget.value })
        }
      />
      <Field
        label={t("to")}
        type="date"
        min={from}
        value={to}
        onChange={event =>
          event.currentTarget.value && onChange({ ...period, to: event.currentTarget.value })
        }
      />
      <Select
        label={t("tz")}
        value={period.tz}
        options={useZones(account, period.tz)}
        onChange={tz => onChange({ ...period, tz })}
      />
    </>
  )
}

/** The account's first, then the browser's own and UTC, then all there are. */
function useZones(account: string, chosen: string) {
  return useMemo(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone
    const all = [...new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone"), chosen])]
    return [
      { value: "", label: t("tz.account", { zone: account }) },
      ...all.filter(Boolean).map(value => ({ value, label: value.replaceAll("_", " ") })),
    ]
  }, [account, chosen])
}

/** What is filtered, each with a way out. */
export function Chips({ period, onChange }: Omit<PeriodProps, "model">) {
  const drop = (name: string) => {
    const rest = Object.entries(period.where).filter(([other]) => other !== name)
    onChange({ ...period, where: Object.fromEntries(rest) })
  }
  const chips = filterNames(period.where).map(
    (text, at) => [text, Object.keys(period.where)[at] ?? ""] as const,
  )
  return (
    <>
      {chips.map(([text, name]) => (
        <Chip key={name} text={text} onDrop={() => drop(name)} />
      ))}
      {period.spam && <Chip text={t("spam")} onDrop={() => onChange({ ...period, spam: false })} />}
    </>
  )
}

const Chip = ({ text, onDrop }: { text: string; onDrop: () => void }) => (
  <span class="chip">
    {text}
    <Button
      kind="quiet"
      size="small"
      icon="x"
      aria-label={t("filter.drop", { filter: text })}
      title={t("filter.drop", { filter: text })}
      onClick={onDrop}
    />
  </span>
)
