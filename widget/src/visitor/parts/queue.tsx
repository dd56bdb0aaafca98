/** A calm card: the place, a range, and the way out. The place is kept through a reload. */

import { useSignal } from "@preact/signals"
import type { Place } from "../../protocol/evolve"
import type { Model } from "../model"
import { t } from "../words"
import { Glyph } from "./glyph"

export function QueueCard({ model }: { model: Model }) {
  const leaving = useSignal(false)
  const close = () => {
    leaving.value = false
  }
  if (leaving.value) return <LeaveMessage model={model} onBack={close} />
  const place = model.place.value
  return (
    <div class="card queue">
      <span class="ring" aria-hidden="true">
        {place?.position ?? <Glyph shape="person" size={18} />}
      </span>
      <div class="queue-words">
        <p role="status">
          <strong>{placeWords(place)}</strong>
          <span>{etaWords(place)}</span>
        </p>
        <p class="quiet">{t("queue.keep")}</p>
        <button
          type="button"
          class="link"
          onClick={() => {
            leaving.value = true
          }}
        >
          {t("queue.leave")}
        </button>
      </div>
    </div>
  )
}

function placeWords(place: Place | null): string {
  if (!place) return t("line.queue")
  return place.position <= 1 ? t("queue.next") : t("queue.place", { count: place.position })
}

/** A range in minutes, never "0", never a single number. */
export function etaWords(place: Place | null): string {
  if (!place?.eta_s) return t("queue.unknown")
  const [soon, late] = place.eta_s
  if (late <= 60) return t("queue.soon")
  const low = Math.max(1, Math.floor(soon / 60))
  return t("queue.range", { low, high: Math.max(low + 1, Math.ceil(late / 60)) })
}

type Submit = (event: Event) => Promise<void>

/** Sends what the form holds; the button rests meanwhile. */
function useLeave(model: Model, email: { value: string }, text: { value: string }) {
  const busy = useSignal(false)
  const submit: Submit = async event => {
    event.preventDefault()
    busy.value = true
    await model.leaveMessage(email.value.trim(), text.value)
    busy.value = false
  }
  return { busy, submit }
}

function LeaveMessage({ model, onBack }: { model: Model; onBack: () => void }) {
  const email = useSignal(model.email.value)
  const text = useSignal("")
  const { busy, submit } = useLeave(model, email, text)
  return (
    <form class="card leave" onSubmit={submit}>
      <h3>
        <Glyph shape="mail" size={18} />
        {t("leave.title")}
      </h3>
      <p class="quiet">{t("leave.text")}</p>
      <EmailField email={email} />
      <label>
        {t("leave.message")}
        <textarea
          rows={2}
          maxLength={4_000}
          value={text.value}
          onInput={event => {
            text.value = event.currentTarget.value
          }}
        />
      </label>
      <div class="pair">
        <button type="button" class="button" onClick={onBack}>
          {t("leave.back")}
        </button>
        <button type="submit" class="button primary" disabled={busy.value}>
          {t("leave.send")}
        </button>
      </div>
    </form>
  )
}

const EmailField = ({ email }: { email: { value: string } }) => (
  <label>
    {t("leave.email")}
    <input
      type="email"
      required
      maxLength={200}
      autocomplete="email"
      value={email.value}
      onInput={event => {
        email.value = event.currentTarget.value
      }}
    />
  </label>
)

/** Nobody is there now: an answer needs an address. */
export function AskAddress({ model }: { model: Model }) {
  const email = useSignal("")
  const { busy, submit } = useLeave(model, email, { value: "" })
  const known = model.email.value
  if (known) return <p class="note">{t("leave.noted", { email: known })}</p>
  return (
    <form class="card leave" onSubmit={submit}>
      <h3>
        <Glyph shape="mail" size={18} />
        {t("leave.where")}
      </h3>
      <EmailField email={email} />
      <button type="submit" class="button primary" disabled={busy.value}>
        {t("leave.ok")}
      </button>
    </form>
  )
}
