/** Before the first word: a greeting, and a few openers if the shop named some. */

import type { Model } from "../model"
import { t } from "../words"

export function Welcome({ model }: { model: Model }) {
  const theme = model.session.value?.site.theme ?? {}
  const starters = model.boot.starters ?? (Array.isArray(theme.starters) ? theme.starters.map(String) : [])
  return (
    <div class="welcome">
      <h3>{model.greeting.value ?? t("hello")}</h3>
      <p>{t("hello.sub")}</p>
      <div class="starters">
        {starters.map(words => (
          <button type="button" class="chip" key={words} onClick={() => model.send(words)}>
            {words}
          </button>
        ))}
      </div>
    </div>
  )
}
