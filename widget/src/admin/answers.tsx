/** Answers kept ready for everybody. */

import { useSignal } from "@preact/signals"
import { Button, EmptyState, Field } from "../ui/kit"
import { Drop } from "./drop"
import { Area, useForm } from "./form"
import { FormDialog } from "./formdialog"
import { Head } from "./head"
import type { Model } from "./model"
import type { Canned } from "./shapes"
import { t } from "./words"

export function Answers({ model }: { model: Model }) {
  const open = useSignal<Canned | "new" | null>(null)
  const answers = [...model.shared.value].sort((a, b) => a.shortcut.localeCompare(b.shortcut))
  const add = () => {
    open.value = "new"
  }
  return (
    <section class="page" aria-labelledby="page">
      <Head title={t("nav.answers")} lead={t("answers.lead")}>
        <Button kind="primary" icon="plus" onClick={add}>
          {t("answers.add")}
        </Button>
      </Head>
      {answers.length ? (
        <ul class="cards">
          {answers.map(answer => (
            <li key={answer.id}>
              <button
                type="button"
                class="card-row answer"
                onClick={() => {
                  open.value = answer
                }}
              >
                <code>/{answer.shortcut}</code>
                <strong>{answer.title}</strong>
                <span class="second">{answer.text}</span>
                <span class="second">{t("answer.uses", { count: answer.uses })}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon="zap" title={t("answers.empty")} text={t("answers.empty.text")} />
      )}
      {open.value && (
        <AnswerDialog
          key={open.value === "new" ? "new" : open.value.id}
          model={model}
          answer={open.value === "new" ? null : open.value}
          onClose={() => {
            open.value = null
          }}
        />
      )}
    </section>
  )
}

interface Props {
  model: Model
  answer: Canned | null
  onClose: () => void
}

function AnswerDialog({ model, answer, onClose }: Props) {
  const blank = { shortcut: answer?.shortcut ?? "", title: answer?.title ?? "", text: answer?.text ?? "" }
  const form = useForm(blank, values => model.putAnswer(answer?.id ?? null, values))
  const { values, set, error } = form
  return (
    <FormDialog
      title={answer?.title ?? t("answers.add")}
      form={form}
      shown={["shortcut", "title", "text"]}
      isNew={!answer}
      onClose={onClose}
      away={
        answer && (
          <Drop
            label={t("answer.drop")}
            title={t("answer.drop.ask", { name: answer.title })}
            text={t("answer.drop.text")}
            drop={() => model.dropAnswer(answer.id)}
            onDone={onClose}
          />
        )
      }
    >
      <Field
        label={t("answer.shortcut")}
        hint={t("answer.shortcut.hint")}
        required
        autofocus
        maxLength={60}
        value={values.value.shortcut}
        error={error("shortcut")}
        onInput={event => set({ shortcut: event.currentTarget.value.replace(/^\//, "") })}
      />
      <Field
        label={t("answer.title")}
        required
        maxLength={200}
        value={values.value.title}
        error={error("title")}
        onInput={event => set({ title: event.currentTarget.value })}
      />
      <Area
        label={t("answer.text")}
        hint={t("answer.text.hint")}
        required
        rows={5}
        maxLength={4000}
        value={values.value.text}
        error={error("text")}
        onChange={text => set({ text })}
      />
    </FormDialog>
  )
}
