/** After the chat: what it was about, how it went, done. The clock runs; it ends by itself. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { queues } from "../../desk/directory"
import type { View } from "../../protocol/evolve"
import { Icon } from "../../ui/icons"
import { Button } from "../../ui/kit"
import { sinceMs, ticks } from "../../ui/time"
import { useModel } from "../context"
import { TagEditor } from "../tags"
import { t } from "../words"

const DISPOSITIONS = ["answered", "order", "refund", "complaint", "technical", "misc"] as const

export function WrapUp({ view, sinceMs: start }: { view: View; sinceMs: number }) {
  const model = useModel()
  const disposition = useSignal<string | null>(null)
  const tags = useSignal<readonly string[]>(view.tags)
  const busy = useSignal(false)
  useEffect(() => {
    tags.value = view.tags
  }, [view.tags])
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    await model.wrapUp(view.id, disposition.value, tags.value)
    busy.value = false
  }
  return (
    <form class="wrapup" onSubmit={submit} aria-labelledby="wrapup">
      <header>
        <h2 id="wrapup">
          <Icon name="timer" size={16} /> {t("wrapup")}
        </h2>
        <Clock start={start} queue={view.queue} />
      </header>
      <fieldset class="choices">
        <legend>{t("wrapup.about")}</legend>
        {choices(model.floor.site.value.dispositions).map(choice => (
          <label key={choice.value} class="choice">
            <input
              type="radio"
              name="disposition"
              checked={disposition.value === choice.value}
              onChange={() => (disposition.value = choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </fieldset>
      <div class="wrapup-tags">
        <span class="legend">{t("tags")}</span>
        <TagEditor tags={tags.value} onChange={next => (tags.value = next)} />
      </div>
      <Button kind="primary" type="submit" icon="check" disabled={busy.value}>
        {t("wrapup.done")}
      </Button>
    </form>
  )
}

function choices(set: readonly string[] | null) {
  if (set) return set.map(one => ({ value: one, label: one }))
  return DISPOSITIONS.map(one => ({ value: one, label: t(`disposition.${one}`) }))
}

function Clock({ start, queue }: { start: number; queue: string | null }) {
  const ms = sinceMs(start)
  const max = queues.value.find(one => one.id === queue)?.wrapupMaxMs
  return (
    <span class="wrapup-clock num" role="timer">
      {max ? t("wrapup.left", { time: ticks(Math.max(0, max - ms)) }) : ticks(ms)}
    </span>
  )
}
