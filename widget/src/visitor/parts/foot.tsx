/** What the visitor can do now: write, wait, leave a message, end, begin again. */

import { useSignal } from "@preact/signals"
import { later } from "../lazy"
import type { Model } from "../model"
import { t } from "../words"
import { Composer } from "./composer"
import { Glyph } from "./glyph"

export function Foot({ model }: { model: Model }) {
  const state = model.view.value?.state ?? "new"
  const { SureToEnd, Again, QueueCard, AskAddress } = later.value ?? {}
  if (model.ending.value && SureToEnd) return <SureToEnd model={model} />
  if (state === "closed" && !model.continuing.value) return Again ? <Again model={model} /> : null
  return (
    <div class="foot">
      {state === "queued" && QueueCard && <QueueCard model={model} />}
      {state === "diverted" && AskAddress && <AskAddress model={model} />}
      {state === "bot" && <Person model={model} />}
      <Composer model={model} />
    </div>
  )
}

function Person({ model }: { model: Model }) {
  const busy = useSignal(false)
  const ask = async () => {
    busy.value = true
    await model.handoff()
    busy.value = false
  }
  return (
    <button type="button" class="person" disabled={busy.value} onClick={ask}>
      <Glyph shape="person" size={16} />
      {t("person")}
    </button>
  )
}
