/** Goals: what the numbers shall be. The screens colour by them. */

import { useSignal } from "@preact/signals"
import type { Goal } from "../supervisor/goals"
import { Button, EmptyState, Field, Select } from "../ui/kit"
import { useForm } from "./form"
import { FormDialog } from "./formdialog"
import { Head } from "./head"
import { KpiSelect, PlaceSelect, placeName } from "./kpis"
import type { Model } from "./model"
import type { Pages } from "./rows"
import type { Kpi } from "./shapes"
import { meant, said, shown, sign } from "./units"
import { locale, t } from "./words"

interface Props {
  model: Model
  pages: Pages
  kpis: readonly Kpi[]
  goals: readonly Goal[]
}

export function Goals({ model, pages, kpis, goals }: Props) {
  const open = useSignal<Goal | "new" | null>(null)
  const close = () => {
    open.value = null
  }
  return (
    <section class="part" aria-labelledby="goals">
      <Head id="goals" title={t("goals.title")} lead={t("goals.lead")}>
        <Button
          icon="plus"
          onClick={() => {
            open.value = "new"
          }}
        >
          {t("goals.add")}
        </Button>
      </Head>
      {goals.length ? (
        <ul class="cards">
          {goals.map(goal => (
            <li key={goal.id}>
              <button
                type="button"
                class="card-row goal"
                onClick={() => {
                  open.value = goal
                }}
              >
                <strong>{kpis.find(kpi => kpi.id === goal.kpi)?.name ?? goal.kpi}</strong>
                <span class="second">{placeName(model, goal.queue, goal.agent)}</span>
                <span>{wanted(goal, kpis)}</span>
                <span class="second">{amber(goal, kpis)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon="gauge" title={t("goals.empty")} text={t("goals.empty.text")} />
      )}
      {open.value && (
        <GoalDialog
          model={model}
          pages={pages}
          kpis={kpis}
          goal={open.value === "new" ? null : open.value}
          onClose={close}
        />
      )}
    </section>
  )
}

const unitOf = (goal: Goal, kpis: readonly Kpi[]) => kpis.find(kpi => kpi.id === goal.kpi)?.unit ?? ""

/** “at least 80 %”. */
function wanted(goal: Goal, kpis: readonly Kpi[]): string {
  const text = (value: number | null) => (value === null ? "" : said(value, unitOf(goal, kpis), locale.value))
  if (goal.low !== null && goal.high !== null)
    return t("goal.between", { low: text(goal.low), high: text(goal.high) })
  return goal.low !== null
    ? t("goal.at_least", { value: text(goal.low) })
    : t("goal.at_most", { value: text(goal.high) })
}

const amber = (goal: Goal, kpis: readonly Kpi[]) =>
  goal.margin ? t("goal.amber", { value: said(goal.margin, unitOf(goal, kpis), locale.value) }) : ""

type Direction = "higher" | "lower" | "band"
const DIRECTIONS: readonly Direction[] = ["higher", "lower", "band"]

const directionOf = (goal: Goal | null, kpi: Kpi | undefined): Direction => {
  if (goal) return goal.high === null ? "higher" : goal.low === null ? "lower" : "band"
  return kpi?.better === "lower" || kpi?.better === "band" ? kpi.better : "higher"
}

interface DialogProps {
  model: Model
  pages: Pages
  kpis: readonly Kpi[]
  goal: Goal | null
  onClose: () => void
}

function GoalDialog({ model, pages, kpis, goal, onClose }: DialogProps) {
  const first = kpis.find(kpi => kpi.id === (goal?.kpi ?? "service_level")) ?? kpis[0]
  const unit = first?.unit ?? ""
  const blank = {
    kpi: first,
    place: { queue: goal?.queue ?? null, agent: goal?.agent ?? null },
    direction: directionOf(goal, first),
    low: shown(goal?.low ?? null, unit),
    high: shown(goal?.high ?? null, unit),
    margin: shown(goal?.margin || null, unit),
  }
  const form = useForm(blank, async ({ kpi, place, direction, low, high, margin }) => {
    const unit = kpi?.unit ?? ""
    const body = {
      kpi: kpi?.id ?? "",
      ...place,
      low: direction === "lower" ? null : meant(low, unit),
      high: direction === "higher" ? null : meant(high, unit),
      margin: meant(margin, unit) ?? 0,
    }
    await pages.write(goal ? "PUT" : "POST", goal ? `/api/goals/${goal.id}` : "/api/goals", body)
  })
  const { values, set, error } = form
  const { kpi, place, direction } = values.value
  const end = (name: "low" | "high" | "margin", label: string, hint?: string) => (
    <Field
      label={label}
      {...(hint ? { hint } : {})}
      type="number"
      step="any"
      required={name !== "margin"}
      min={name === "margin" ? 0 : undefined}
      value={values.value[name]}
      error={error(name)}
      onInput={event => set({ [name]: event.currentTarget.value })}
    />
  )
  const after = kpi && sign(kpi.unit) ? `, ${sign(kpi.unit)}` : ""
  return (
    <FormDialog
      title={t(goal ? "goal.edit" : "goals.add")}
      form={form}
      shown={["low", "high", "margin"]}
      isNew={!goal}
      onClose={onClose}
      away={
        goal && (
          <Button
            class="first"
            kind="danger"
            onClick={() => void pages.write("DELETE", `/api/goals/${goal.id}`).then(onClose)}
          >
            {t("drop")}
          </Button>
        )
      }
    >
      <KpiSelect
        kpis={kpis}
        value={kpi?.id ?? ""}
        onChange={next =>
          set({ kpi: next, place: { queue: null, agent: null }, direction: directionOf(null, next) })
        }
      />
      <PlaceSelect model={model} kpi={kpi} place={place} onChange={next => set({ place: next })} />
      <Select
        label={t("goal.direction")}
        value={direction}
        options={DIRECTIONS.map(value => ({ value, label: t(`direction.${value}`) }))}
        onChange={next => set({ direction: next })}
      />
      <div class="pair-row">
        {direction !== "lower" && end("low", t("goal.low") + after)}
        {direction !== "higher" && end("high", t("goal.high") + after)}
        {direction !== "band" && end("margin", t("goal.margin") + after)}
      </div>
      {direction === "band" && end("margin", t("goal.margin") + after)}
      <p class="field-hint">{t("goal.margin.hint")}</p>
    </FormDialog>
  )
}
