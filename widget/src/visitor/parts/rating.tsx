/**
 * The questions at the end, one at a time: one tap, then a field that can be ignored. Each tap is
 * sent at once; nothing blocks; it may be changed while the survey is open.
 */

import { useSignal } from "@preact/signals"
import { useMemo } from "preact/hooks"
import type { Survey } from "../../protocol/evolve"
import type { Question } from "../../protocol/frames.gen"
import type { Model } from "../model"
import { type Key, t } from "../words"
import { Face, Glyph } from "./glyph"

type Scores = { readonly [kind: string]: unknown }

export function Rating({ model }: { model: Model }) {
  const survey = model.view.value?.survey
  if (!survey?.questions.length) return null
  return <Card key={survey.id} model={model} survey={survey} />
}

function Card({ model, survey }: { model: Model; survey: Survey }) {
  const before = useMemo(() => survey.answers, [])
  const picks = useSignal<Scores>(before)
  const done = useSignal(Object.keys(before).length > 0 && complete(survey, before))
  const at = survey.questions.findIndex(question => !(question.kind in picks.value))
  const pick = (question: Question, score: number | null) => {
    picks.value = { ...picks.value, [question.kind]: score }
    model.rate({ [question.kind]: score })
  }
  const question = survey.questions[at]
  if (done.value) return <Thanks survey={survey} picks={picks.value} onChange={() => again(picks, done)} />
  if (!question) return <Comment model={model} onDone={() => (done.value = true)} />
  return <Ask question={question} onPick={score => pick(question, score)} />
}

const complete = (survey: Survey, answers: Scores) =>
  survey.questions.every(question => question.kind in answers)

function again(picks: { value: Scores }, done: { value: boolean }): void {
  picks.value = {}
  done.value = false
}

function Ask({ question, onPick }: { question: Question; onPick: (score: number | null) => void }) {
  const Scale = SCALES[question.kind]
  return (
    <div class="card rating" role="group" aria-label={question.text}>
      <h3>{question.text}</h3>
      <Scale question={question} onPick={onPick} />
      <button type="button" class="link" onClick={() => onPick(null)}>
        {t("rate.skip")}
      </button>
    </div>
  )
}

type ScaleProps = { question: Question; onPick: (score: number) => void }

const Faces = ({ onPick }: ScaleProps) => (
  <div class="faces">
    {([1, 2, 3, 4, 5] as const).map(score => (
      <button type="button" key={score} onClick={() => onPick(score)}>
        <Face score={score} />
        <span>{t(`rate.${score}`)}</span>
      </button>
    ))}
  </div>
)

const numbers = (from: number, to: number) =>
  function Numbers({ question, onPick }: ScaleProps) {
    const scores = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    return (
      <>
        <div class="numbers">
          {scores.map(score => (
            <button
              type="button"
              key={score}
              aria-label={t("rate.of", { score, max: to })}
              onClick={() => onPick(score)}
            >
              {score}
            </button>
          ))}
        </div>
        <p class="ends">
          <span>{question.low}</span>
          <span>{question.high}</span>
        </p>
      </>
    )
  }

const YesNo = ({ onPick }: ScaleProps) => (
  <div class="pair">
    <button type="button" class="button" onClick={() => onPick(1)}>
      {t("rate.yes")}
    </button>
    <button type="button" class="button" onClick={() => onPick(0)}>
      {t("rate.no")}
    </button>
  </div>
)

const SCALES = { csat: Faces, nps: numbers(0, 10), ces: numbers(1, 7), fcr: YesNo } as const

function Comment({ model, onDone }: { model: Model; onDone: () => void }) {
  const text = useSignal("")
  const submit = (event: Event) => {
    event.preventDefault()
    if (text.value.trim()) model.rate({ comment: text.value.trim() })
    onDone()
  }
  return (
    <form class="card rating" onSubmit={submit}>
      <label>
        {t("rate.comment")}
        <textarea
          rows={2}
          maxLength={4_000}
          value={text.value}
          onInput={event => {
            text.value = event.currentTarget.value
          }}
        />
      </label>
      <div class="pair">
        <button type="button" class="button" onClick={onDone}>
          {t("rate.skip")}
        </button>
        <button type="submit" class="button primary" disabled={!text.value.trim()}>
          {t("rate.send")}
        </button>
      </div>
    </form>
  )
}

const MAX = { csat: 5, nps: 10, ces: 7, fcr: 1 } as const

function Thanks({ survey, picks, onChange }: { survey: Survey; picks: Scores; onChange: () => void }) {
  const open = survey.expiresMs === null || survey.expiresMs > Date.now()
  const given = survey.questions.filter(question => typeof picks[question.kind] === "number")
  return (
    <div class="card rating thanks" role="status">
      <Glyph shape="check" />
      <p>
        <strong>{t("rate.thanks")}</strong>
        <span class="quiet">
          {given.map(question => scoreWords(question, Number(picks[question.kind]))).join(" · ")}
        </span>
      </p>
      {open && (
        <button type="button" class="link" onClick={onChange}>
          {t("rate.change")}
        </button>
      )}
    </div>
  )
}

function scoreWords({ kind }: Question, score: number): string {
  if (kind === "csat") return t(`rate.${score}` as Key)
  if (kind === "fcr") return t(score ? "rate.yes" : "rate.no")
  return t("rate.of", { score, max: MAX[kind] })
}
