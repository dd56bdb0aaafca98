/** What the bot's rooms share: an answer that takes its time, and a bot that cannot be taught here. */

import type { ComponentChildren } from "preact"
import { why } from "../../supervisor/asking"
import type { Told } from "../../supervisor/told"
import { Button, EmptyState, Spinner } from "../../ui/kit"
import type { Bot } from "./shapes"
import { t } from "./words"

interface AnsweredProps<T> {
  told: Told<T>
  again: () => void
  children: (value: T) => ComponentChildren
}

/** What is there, dimmed while it is counted anew; a failure says so and offers another try. */
export function Answered<T>({ told, again, children }: AnsweredProps<T>) {
  if (told.phase === "failed")
    return (
      <EmptyState
        icon="offline"
        title={why(told.problem)}
        action={<Button onClick={again}>{t("again")}</Button>}
      />
    )
  if (told.value === null) return <Spinner label={t("loading")} />
  return (
    <div class="bot-answer" aria-busy={told.phase === "loading"}>
      {children(told.value)}
    </div>
  )
}

/** Rasa learns elsewhere, and no bot learns nothing. */
export const Unteachable = ({ bot }: { bot: Bot }) => (
  <EmptyState
    icon="bot"
    title={t(bot.engine === "none" ? "none.title" : "rasa.title")}
    text={t(bot.engine === "none" ? "none.text" : "rasa.text")}
  />
)
