/** Accepting a suggestion: as wordings of what the bot knows, or as an article; or dropping it. */

import { useId } from "preact/hooks"
import { Button, Field, Select } from "../../ui/kit"
import { Drop } from "../drop"
import { Area, Checks, Problem, useForm } from "../form"
import { intentName } from "./figures"
import type { BotModel } from "./model"
import { Preview } from "./preview"
import type { Bot, Guide, Suggestion } from "./shapes"
import { t } from "./words"

const LEARNED = "" // the guide of what came out of conversations, which the server makes when it is needed
const SHOWN = ["question", "answer", "texts", "intent", "guide"]

interface Props {
  bot: Bot
  model: BotModel
  one: Suggestion
  onDone: () => void
}

type How = "article" | "examples"

const first = (one: Suggestion, bot: Bot) => ({
  how: (bot.intents.some(intent => intent.name === one.intent) ? "examples" : "article") as How,
  texts: one.texts,
  intent: one.intent ?? bot.intents[0]?.name ?? "",
  question: one.question,
  answer: one.answer ?? "",
  guide: LEARNED,
})

type Values = ReturnType<typeof first>

const accept = (model: BotModel, one: Suggestion, values: Values) =>
  values.how === "examples"
    ? model.learnExamples(one, values.intent, values.texts)
    : model.learnArticle(one, values.question.trim(), values.answer.trim(), values.guide)

export function Teach({ bot, model, one, onDone }: Props) {
  const form = useForm(first(one, bot), values => accept(model, one, values))
  const { how, texts } = form.values.value
  const submit = async (event: Event) => {
    if (await form.submit(event)) onDone()
  }
  const examples = how === "examples"
  const part = { bot, model, one, form }
  return (
    <form class="stack" onSubmit={submit}>
      <Hows how={how} onChange={next => form.set({ how: next })} />
      <Problem refused={form.refused.value} shown={SHOWN} />
      {examples ? <AsExamples {...part} /> : <AsArticle {...part} />}
      <footer class="asked-foot">
        <Button
          kind="primary"
          type="submit"
          icon="plus"
          disabled={form.busy.value || !bot.editable || (examples && !texts.length)}
        >
          {examples ? t("asked.accept.examples", { count: texts.length }) : t("asked.accept.article")}
        </Button>
        <Drop
          label={t("asked.drop")}
          title={t("asked.drop.ask", { question: one.question })}
          text={t("asked.drop.text")}
          drop={() => model.drop(one)}
          onDone={onDone}
        />
      </footer>
    </form>
  )
}

function Hows({ how, onChange }: { how: How; onChange: (how: How) => void }) {
  const name = useId()
  return (
    <fieldset class="checks">
      <legend>{t("asked.how")}</legend>
      {(["article", "examples"] as const).map(one => (
        <label key={one} class="check">
          <input type="radio" name={name} checked={one === how} onChange={() => onChange(one)} />
          <span>{t(`asked.as.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface PartProps {
  bot: Bot
  model: BotModel
  one: Suggestion
  form: ReturnType<typeof useForm<Values>>
}

function AsExamples({ bot, one, form: { values, set, error } }: PartProps) {
  const { intent, texts } = values.value
  const some = bot.intents.find(known => known.name === intent)?.some ?? []
  const options = bot.intents
    .map(known => ({ value: known.name, label: intentName(known) }))
    .sort((a, b) => a.label.localeCompare(b.label))
  return (
    <>
      <div>
        <Select
          label={t("asked.intent")}
          value={intent}
          options={options}
          onChange={next => set({ intent: next })}
        />
        {error("intent") ? (
          <p class="problem" role="alert">
            {error("intent")}
          </p>
        ) : (
          some.length > 0 && (
            <p class="field-hint">
              {t("asked.intent.knows", { some: some.map(text => `“${text}”`).join(", ") })}
            </p>
          )
        )}
      </div>
      <Checks
        legend={t("asked.texts")}
        {...(texts.length ? {} : { hint: t("asked.texts.none") })}
        options={one.texts.map(text => ({ value: text, label: text }))}
        chosen={texts}
        onChange={next => set({ texts: next })}
      />
    </>
  )
}

function AsArticle({ bot, model, one, form: { values, set, error } }: PartProps) {
  const { question, answer, guide } = values.value
  const guides = model.knowledge.answer.value.value?.guides ?? []
  const others = one.texts.filter(text => text !== question)
  return (
    <>
      <Field
        label={t("asked.question")}
        required
        maxLength={300}
        value={question}
        error={error("question")}
        onInput={event => set({ question: event.currentTarget.value })}
      />
      <Area
        label={t("asked.answer")}
        hint={t(one.answer ? "asked.answer.hint" : "asked.answer.none")}
        required
        rows={4}
        maxLength={8000}
        value={answer}
        error={error("answer")}
        onChange={next => set({ answer: next })}
      />
      <Select
        label={t("asked.guide")}
        value={guide}
        options={guideOptions(guides)}
        onChange={next => set({ guide: next })}
      />
      {others.length > 0 && (
        <div class="asked-also">
          <span class="field-label">{t("asked.also")}</span>
          <ul>
            {others.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      <Preview
        question={question}
        answer={answer}
        guide={guideOptions(guides).find(one => one.value === guide)?.label ?? guide}
        says={bot.article_says}
      />
    </>
  )
}

/** The guide of what was learned, even before it is there, and the others. */
const guideOptions = (guides: readonly Guide[]) => [
  { value: LEARNED, label: t("asked.guide.learned") },
  ...guides
    .filter(({ title }) => title !== t("asked.guide.learned"))
    .map(({ file, title }) => ({ value: file, label: title })),
]
