/** The period in four figures: what comes and how sure that is, who is needed, how much, where it lacks. */

import type { Outlook, Plan, Slot } from "./answer"
import { count, seconds, share, signed, some, when } from "./format"
import type { StaffingModel } from "./model"
import { needed, there } from "./scale"
import { t } from "./words"

export function Facts({ model, plan, outlook }: { model: StaffingModel; plan: Plan; outlook: Outlook }) {
  return (
    <dl class="plan-facts">
      <Expected plan={plan} />
      <Peak model={model} plan={plan} outlook={outlook} />
      <Hours slots={plan.slots} />
      <Gap model={model} slots={plan.slots} />
      <Handling plan={plan} days={outlook.lookBackDays} />
    </dl>
  )
}

const Fact = ({ name, value, notes }: { name: string; value: string; notes: readonly string[] }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <strong class="num">{value}</strong>
      {notes.filter(Boolean).map(note => (
        <span key={note} class="note">
          {note}
        </span>
      ))}
    </dd>
  </div>
)

function Expected({ plan: { slots, tried, triedWeeks, repeated } }: { plan: Plan }) {
  const over = slots.filter(slot => slot.actual !== null)
  const came = sum(over.map(slot => slot.actual ?? 0))
  const notes = [
    over.length
      ? t(over.length === slots.length ? "fact.came.all" : "fact.came", { count: count(came) })
      : "",
    tried.wape === null
      ? t("fact.accuracy.none")
      : `${t("fact.accuracy", { weeks: triedWeeks, wape: share(tried.wape) })} (${bias(tried.bias)}; ${t("repeated", { wape: share(repeated.wape) })})`,
  ]
  return <Fact name={t("fact.forecast")} value={count(sum(slots.map(slot => slot.forecast)))} notes={notes} />
}

function bias(value: number | null): string {
  const size = Math.abs(value ?? 0)
  if (size < 0.005) return t("bias.none")
  return t((value ?? 0) > 0 ? "bias.high" : "bias.low", { bias: share(size) })
}

function Peak({ model, plan, outlook }: { model: StaffingModel; plan: Plan; outlook: Outlook }) {
  const peak = plan.slots.reduce<Slot | null>(
    (best, slot) => ((slot.required ?? -1) > (best?.required ?? -1) ? slot : best),
    null,
  )
  if (!peak || peak.required === null) return <Fact name={t("fact.peak")} value="–" notes={[]} />
  const at = plan.slots.indexOf(peak)
  const each = plan === outlook.together ? outlook.queues.map(queue => queue.slots[at]?.required ?? 0) : []
  const notes = [
    t("fact.peak.at", { when: when(peak.startMs, model), rostered: count(peak.rostered) }),
    each.length && sum(each) !== peak.required ? t("fact.sum", { sum: sum(each) }) : "",
  ]
  return <Fact name={t("fact.peak")} value={count(peak.required)} notes={notes} />
}

function Hours({ slots }: { slots: readonly Slot[] }) {
  const hours = (of: (slot: Slot) => number | null) =>
    sum(slots.map(slot => ((of(slot) ?? 0) * (slot.endMs - slot.startMs)) / 3_600_000))
  const known = slots.some(slot => needed(slot) !== null)
  const staffed = slots.some(slot => slot.planned !== null)
    ? t("fact.hours.planned", { hours: count(hours(slot => slot.planned)) })
    : t("fact.hours.none")
  return (
    <Fact
      name={t("fact.hours")}
      value={known ? count(hours(slot => slot.rostered)) : "–"}
      notes={[staffed]}
    />
  )
}

function Gap({ model, slots }: { model: StaffingModel; slots: readonly Slot[] }) {
  const judged = slots.filter(slot => slot.gap !== null && (needed(slot) || there(slot)))
  const short = judged.filter(slot => (slot.gap ?? 0) < 0)
  const worst = short.reduce<Slot | null>(
    (best, slot) => ((slot.gap ?? 0) < (best?.gap ?? 0) ? slot : best),
    null,
  )
  if (!judged.length) return <Fact name={t("fact.gap")} value="–" notes={[t("fact.gap.none")]} />
  if (!worst) return <Fact name={t("fact.gap")} value="0" notes={[t("fact.gap.fine")]} />
  const note = t("fact.gap.at", {
    when: when(worst.startMs, model),
    short: short.length,
    all: judged.length,
  })
  return <Fact name={t("fact.gap")} value={signed(worst.gap ?? 0)} notes={[note]} />
}

/** What the requirement rests on, measured. */
function Handling({ plan, days }: { plan: Plan; days: number }) {
  const { handleS, chats, effectiveHandleS, concurrencyAvg, safeConcurrency } = plan
  const notes = [
    t("fact.handle.of", { count: count(chats), days }),
    effectiveHandleS === null ? "" : t("fact.handle.effective", { time: seconds(effectiveHandleS) }),
    concurrencyAvg === null ? "" : t("fact.handle.atonce", { count: some(concurrencyAvg) }),
    safeConcurrency === null ? "" : t("fact.handle.safe", { count: count(safeConcurrency) }),
  ]
  return <Fact name={t("fact.handle")} value={handleS === null ? "–" : seconds(handleS)} notes={notes} />
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
