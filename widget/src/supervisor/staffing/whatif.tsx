/** Figures to try: each slider starts where it was measured, and the answer follows at once. */

import { useId } from "preact/hooks"
import { Button } from "../../ui/kit"
import { why } from "../asking"
import { isEmpty, type Plan } from "./answer"
import { Curve } from "./curve"
import { count, seconds, share, when } from "./format"
import type { StaffingModel } from "./model"
import { TRIALS, type TrialName } from "./question"
import { figures, measured, range } from "./trial"
import { t } from "./words"

export function WhatIf({ model, plan }: { model: StaffingModel; plan: Plan }) {
  const { trial } = model.question.value
  const tried = model.tried.value
  const slot = plan.slots[model.at.value]
  const alone = isEmpty(plan)
  return (
    <section class="what-if" aria-labelledby="try-title">
      <header>
        <h2 id="try-title">{t("try.title")}</h2>
        <span class="note">
          {alone || !slot ? t("try.alone") : t("try.of", { when: when(slot.startMs, model) })}
        </span>
        <Button
          size="small"
          icon="refresh"
          disabled={!Object.keys(trial).length}
          onClick={() => model.tryOut({})}
        >
          {t("try.reset")}
        </Button>
      </header>
      <div class="what-if-body">
        <div class="sliders">
          {TRIALS.map(name => (
            <Slider key={name} model={model} plan={plan} name={name} />
          ))}
        </div>
        <div class="what-if-answer" aria-live="polite">
          {model.untried.value && (
            <p class="field-error">{t("try.failed", { why: why(model.untried.value) })}</p>
          )}
          {tried && <Needed tried={tried.needs[tried.of]} before={alone ? null : (slot?.required ?? null)} />}
          {tried && <Curve tried={tried} target={figures(plan, trial).target / 100} />}
        </div>
      </div>
    </section>
  )
}

interface NeededProps {
  tried: { readonly required: number; readonly rostered: number } | undefined
  before: number | null
}

const Needed = ({ tried, before }: NeededProps) =>
  tried ? (
    <p class="tried">
      <strong class="num">{count(tried.required)}</strong>
      <span>{t("try.needed")}</span>
      <strong class="num">{count(tried.rostered)}</strong>
      <span>{t("try.rostered")}</span>
      {before !== null && before !== tried.required && (
        <span class="note">{t("try.instead", { count: before })}</span>
      )}
    </p>
  ) : null

function Slider({ model, plan, name }: { model: StaffingModel; plan: Plan; name: TrialName }) {
  const id = useId()
  const { trial } = model.question.value
  const value = figures(plan, trial)[name]
  const base = measured(plan)[name]
  const [min, max, step] = range(name, plan)
  const set = (text: string) => {
    const { [name]: _, ...others } = trial
    model.tryOut(Number(text) === base ? others : { ...others, [name]: Number(text) })
  }
  const known = name !== "shrinkage" || plan.shrinkageMeasured
  return (
    <div class="slider" data-changed={value !== base || undefined}>
      <label for={id}>{t(name === "arrivals" && isEmpty(plan) ? "try.perhour" : `try.${name}`)}</label>
      <output class="num" for={id}>
        {said(name, value, plan)}
      </output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={said(name, value, plan)}
        onInput={event => set(event.currentTarget.value)}
      />
      {value !== base && (
        <span class="note">{t(known ? "try.measured" : "try.usual", { value: said(name, base, plan) })}</span>
      )}
    </div>
  )
}

function said(name: TrialName, value: number, plan: Plan): string {
  if (name === "arrivals") return isEmpty(plan) ? count(value) : share(value / 100)
  if (name === "concurrency") return count(value)
  if (name === "target" || name === "shrinkage") return share(value / 100)
  if (name === "patience" && value === 0) return t("try.patience.none")
  return seconds(value)
}
