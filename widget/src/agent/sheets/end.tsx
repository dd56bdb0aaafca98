/** Ending a chat: one question, two answers. */

import { useSignal } from "@preact/signals"
import type { View } from "../../protocol/evolve"
import { Icon } from "../../ui/icons"
import { useModel } from "../context"
import { t } from "../words"

export function End({ view, onDone }: { view: View; onDone: () => void }) {
  const model = useModel()
  const busy = useSignal(false)
  const end = async (resolved: boolean) => {
    busy.value = true
    if (await model.end(view.id, resolved)) onDone()
    busy.value = false
  }
  return (
    <>
      <p>{t("end.ask")}</p>
      <div class="end-choices">
        <button
          type="button"
          class="end-choice"
          data-tone="good"
          autofocus
          disabled={busy.value}
          onClick={() => end(true)}
        >
          <Icon name="check" size={22} />
          <strong>{t("end.resolved")}</strong>
          <span>{t("end.resolved.hint")}</span>
        </button>
        <button type="button" class="end-choice" disabled={busy.value} onClick={() => end(false)}>
          <Icon name="x" size={22} />
          <strong>{t("end.unresolved")}</strong>
          <span>{t("end.unresolved.hint")}</span>
        </button>
      </div>
      <p class="faint">{t("end.survey")}</p>
    </>
  )
}
