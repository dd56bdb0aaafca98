/** Before and after the end: are you sure, and what now. */

import type { Model } from "../model"
import { t } from "../words"

export const SureToEnd = ({ model }: { model: Model }) => (
  <div class="foot sure" role="alertdialog" aria-label={t("end.sure")}>
    <p>{t("end.sure")}</p>
    <div class="pair">
      <button type="button" class="button" onClick={() => model.keepOn()}>
        {t("end.no")}
      </button>
      <button type="button" class="button primary" ref={focused} onClick={() => void model.end()}>
        {t("end.yes")}
      </button>
    </div>
  </div>
)

const focused = (button: HTMLButtonElement | null) => button?.focus()

export function Again({ model }: { model: Model }) {
  const answered = model.view.value?.events.some(event => event.kind === "accepted")
  return (
    <div class="foot sure">
      <button type="button" class="button wide" onClick={() => model.fresh()}>
        {t("again")}
      </button>
      {answered && (
        <button
          type="button"
          class="link"
          onClick={() => {
            model.continuing.value = true
          }}
        >
          {t("goon")}
        </button>
      )}
    </div>
  )
}
