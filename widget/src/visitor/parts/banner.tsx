/** Quiet for three seconds; then one slim line with a countdown. The composer stays usable. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { now } from "../../ui/time"
import type { Model } from "../model"
import { t } from "../words"
import { Glyph } from "./glyph"

const QUIET_MS = 3_000

export function Banner({ model }: { model: Model }) {
  const status = model.status.value
  const trouble = model.trouble.value
  if (status.phase === "refused") return <Bar text={t("refused")} model={model} />
  if (status.phase === "waiting" || status.phase === "connecting") return <Waiting model={model} />
  if (trouble) return <Bar text={t("trouble", { message: trouble.message })} />
  return null
}

function Waiting({ model }: { model: Model }) {
  const late = useSignal(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      late.value = true
    }, QUIET_MS)
    return () => clearTimeout(timer)
  }, [])
  return late.value ? <Countdown model={model} /> : null
}

function Countdown({ model }: { model: Model }) {
  const status = model.status.value
  const count = status.phase === "waiting" ? Math.ceil((status.retryAtMs - now.value) / 1_000) : 0
  return <Bar text={t("offline")} more={count > 0 ? t("offline.in", { count }) : undefined} model={model} />
}

function Bar({ text, more, model }: { text: string; more?: string | undefined; model?: Model }) {
  return (
    <div class="banner">
      <Glyph shape="alert" size={16} />
      <p>
        <span role="status">{text}</span> {more && <span class="quiet">{more}</span>}
      </p>
      {model && (
        <button type="button" class="link" onClick={() => model.tryNow()}>
          {t("offline.now")}
        </button>
      )}
    </div>
  )
}
