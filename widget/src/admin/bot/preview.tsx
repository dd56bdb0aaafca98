/** An article as a visitor reads it: his question, and the answer as the bot says it. Text is text. */

import { markdown } from "../../visitor/markdown"
import { quoted } from "./figures"
import { t } from "./words"

interface Props {
  question: string
  answer: string
  guide: string
  says: string | null
}

export const Preview = ({ question, answer, guide, says }: Props) => (
  <div class="bot-preview">
    <span class="field-label">{t("article.preview")}</span>
    <div class="preview" role="group" aria-label={t("article.preview")}>
      {question.trim() && answer.trim() ? (
        <>
          <p class="preview-mine">{question}</p>
          {quoted({ question, answer, guide }, says).map((message, at) => (
            <div key={at} class="preview-theirs">
              {markdown(message)}
            </div>
          ))}
        </>
      ) : (
        <span class="second">{t("article.preview.none")}</span>
      )}
    </div>
  </div>
)
