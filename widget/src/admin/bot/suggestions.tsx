/** What the bot should learn: questions that several visitors asked in vain. A person says yes or no. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { Badge, EmptyState } from "../../ui/kit"
import { now, relative } from "../../ui/time"
import { intentName } from "./figures"
import type { BotModel } from "./model"
import { Answered, Unteachable } from "./parts"
import type { Bot, Suggestion } from "./shapes"
import { Teach } from "./teach"
import { locale, t } from "./words"

interface Props {
  bot: Bot
  model: BotModel
}

export function Suggestions({ bot, model }: Props) {
  const lead = useRef<HTMLParagraphElement>(null)
  const { answer, again } = model.suggestions
  if (!bot.teachable) return <Unteachable bot={bot} />
  return (
    <>
      <p class="bot-lead" tabIndex={-1} ref={lead}>
        {t("asked.lead")}
      </p>
      <Answered told={answer.value} again={again}>
        {({ suggestions, asked, days }) => (
          <>
            {suggestions.length ? (
              <ul class="cards">
                {suggestions.map((one, at) => (
                  <Asked
                    key={one.id}
                    bot={bot}
                    model={model}
                    one={one}
                    first={at === 0}
                    onDone={() => lead.current?.focus()}
                  />
                ))}
              </ul>
            ) : (
              <EmptyState icon="sparkle" title={t("asked.empty")} text={t("asked.empty.text")} />
            )}
            <p class="second bot-foot">{t("asked.foot", { count: asked, days })}</p>
          </>
        )}
      </Answered>
    </>
  )
}

interface AskedProps extends Props {
  one: Suggestion
  first: boolean
  onDone: () => void
}

/** One lies open at a time; what was begun in another stays as it was. */
function Asked({ bot, model, one, first, onDone }: AskedProps) {
  const seen = useSignal(first)
  const near = bot.intents.find(intent => intent.name === one.intent)
  return (
    <li>
      <details
        name="asked"
        class="asked"
        open={first}
        onToggle={event => {
          seen.value ||= event.currentTarget.open
        }}
      >
        <summary>
          <span class="asked-people num">{t("asked.people", { count: one.visitors })}</span>
          <strong>{one.question}</strong>
          <span class="asked-kind">
            {near ? (
              <Badge icon="link">{t("asked.near", { name: intentName(near) })}</Badge>
            ) : (
              <Badge icon="sparkle">{t("asked.new")}</Badge>
            )}
            {one.answer && <Badge icon="headset">{t("asked.answered")}</Badge>}
          </span>
        </summary>
        {seen.value && (
          <div class="asked-body">
            <p class="second">
              {t("asked.last", {
                count: one.times,
                time: relative(one.last_ms, now.value, locale.value),
              })}
            </p>
            <Teach bot={bot} model={model} one={one} onDone={onDone} />
          </div>
        )}
      </details>
    </li>
  )
}
