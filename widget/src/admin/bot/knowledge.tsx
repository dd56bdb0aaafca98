/** What the bot may look up: its articles by guide, found by their words, added, changed, deleted. */

import { useSignal } from "@preact/signals"
import { Button, EmptyState, Field } from "../../ui/kit"
import { ArticleDialog } from "./article"
import { byGuide, search } from "./figures"
import type { BotModel } from "./model"
import { Answered, Unteachable } from "./parts"
import type { Article, Bot, Knowledge as Known } from "./shapes"
import { t } from "./words"

interface Props {
  bot: Bot
  model: BotModel
}

export function Knowledge({ bot, model }: Props) {
  const open = useSignal<Article | "new" | null>(null)
  const { answer, again } = model.knowledge
  if (!bot.teachable) return <Unteachable bot={bot} />
  const add = (
    <Button
      kind="primary"
      icon="plus"
      disabled={!bot.editable}
      onClick={() => {
        open.value = "new"
      }}
    >
      {t("know.add")}
    </Button>
  )
  return (
    <>
      <div class="know-head">
        <p class="bot-lead">{t("know.lead")}</p>
        {add}
      </div>
      <Answered told={answer.value} again={again}>
        {known =>
          known.articles.length ? (
            <Shelf
              known={known}
              onOpen={article => {
                open.value = article
              }}
            />
          ) : (
            <EmptyState icon="note" title={t("know.empty")} text={t("know.empty.text")} />
          )
        }
      </Answered>
      {open.value && (
        <ArticleDialog
          key={open.value === "new" ? "new" : open.value.id}
          bot={bot}
          model={model}
          guides={answer.value.value?.guides ?? []}
          article={open.value === "new" ? null : open.value}
          onClose={() => {
            open.value = null
          }}
        />
      )}
    </>
  )
}

function Shelf({ known, onOpen }: { known: Known; onOpen: (article: Article) => void }) {
  const wanted = useSignal("")
  const found = search(known.articles, wanted.value)
  return (
    <>
      <div class="know-search">
        <Field
          label={t("know.search")}
          type="search"
          value={wanted.value}
          onInput={event => {
            wanted.value = event.currentTarget.value
          }}
        />
        <span class="second num" role="status">
          {t("know.found", { count: found.length })}
        </span>
      </div>
      {byGuide(known.guides, found).map(([guide, articles]) => (
        <section key={guide.file} class="know-guide" aria-label={guide.title}>
          <h3>
            {guide.title} <code class="second">{guide.file}</code>
          </h3>
          <ul class="cards">
            {articles.map(article => (
              <li key={article.id}>
                <button type="button" class="card-row article" onClick={() => onOpen(article)}>
                  <strong>{article.question}</strong>
                  <span class="second cut">{article.answer}</span>
                  <span class="second">
                    {article.also.length > 0 && t("know.ways", { count: article.also.length })}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {!found.length && <EmptyState icon="search" title={t("know.nothing")} text={t("know.nothing.text")} />}
    </>
  )
}
