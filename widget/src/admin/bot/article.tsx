/** One article: written, changed, deleted; beside it what a visitor will read. */

import { Field, Select } from "../../ui/kit"
import { Drop } from "../drop"
import { Area, useForm } from "../form"
import { FormDialog } from "../formdialog"
import { t as settings } from "../words"
import { linesOf } from "./figures"
import type { BotModel } from "./model"
import { Preview } from "./preview"
import type { Article, Bot, Guide } from "./shapes"
import { t } from "./words"

const NEW = "" // the guide that is not there yet
const SHOWN = ["question", "also", "answer", "guide"]

interface Props {
  bot: Bot
  model: BotModel
  guides: readonly Guide[]
  article: Article | null
  onClose: () => void
}

const first = (article: Article | null, guides: readonly Guide[]) => ({
  guide: article?.file ?? guides[0]?.file ?? NEW,
  title: "",
  question: article?.question ?? "",
  also: article?.also.join("\n") ?? "",
  answer: article?.answer ?? "",
})

type Values = ReturnType<typeof first>

const store = (model: BotModel, article: Article | null, { guide, title, also, ...said }: Values) =>
  model.write(article, guide || title.trim(), {
    question: said.question.trim(),
    also: linesOf(also),
    answer: said.answer.trim(),
  })

export function ArticleDialog({ bot, model, guides, article, onClose }: Props) {
  const form = useForm(first(article, guides), values => store(model, article, values))
  const { values, set, error } = form
  const { guide, title, question, answer } = values.value
  const guideTitle = article?.guide ?? guides.find(one => one.file === guide)?.title ?? title
  return (
    <FormDialog
      title={t(article ? "article.edit" : "article.new")}
      form={form}
      shown={SHOWN}
      isNew={!article}
      locked={!bot.editable}
      onClose={onClose}
      away={
        article &&
        bot.editable && (
          <Drop
            label={settings("drop")}
            title={settings("drop.ask", { name: article.question })}
            text={t("article.drop.text")}
            drop={() => model.forget(article)}
            onDone={onClose}
          />
        )
      }
    >
      <div class="article-form">
        <div class="stack">
          {!article && <GuideChoice guides={guides} form={form} />}
          <Field
            label={t("article.question")}
            required
            autofocus
            maxLength={300}
            value={question}
            error={error("question")}
            onInput={event => set({ question: event.currentTarget.value })}
          />
          <Area
            label={t("article.also")}
            hint={t("article.also.hint")}
            rows={3}
            maxLength={6000}
            value={values.value.also}
            error={error("also")}
            onChange={also => set({ also })}
          />
          <Area
            label={t("article.answer")}
            hint={t("article.answer.hint")}
            required
            rows={6}
            maxLength={8000}
            value={answer}
            error={error("answer")}
            onChange={next => set({ answer: next })}
          />
        </div>
        <Preview question={question} answer={answer} guide={guideTitle} says={bot.article_says} />
      </div>
    </FormDialog>
  )
}

interface ChoiceProps {
  guides: readonly Guide[]
  form: ReturnType<typeof useForm<Values>>
}

/** One that is there, or a new one by its title. */
function GuideChoice({ guides, form: { values, set, error } }: ChoiceProps) {
  const { guide, title } = values.value
  const options = [
    ...guides.map(one => ({ value: one.file, label: one.title })),
    { value: NEW, label: t("article.guide.new") },
  ]
  return (
    <>
      <Select
        label={t("article.guide")}
        value={guide}
        options={options}
        onChange={next => set({ guide: next })}
      />
      {guide === NEW && (
        <Field
          label={t("article.guide.title")}
          required
          maxLength={80}
          value={title}
          error={error("guide")}
          onInput={event => set({ title: event.currentTarget.value })}
        />
      )}
    </>
  )
}
