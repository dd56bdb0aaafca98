/**
 * What rings: a card that cannot be overlooked, above everything, without taking the focus from
 * who is writing. Its keys: A and D while nothing is written, Ctrl/⌘ Shift Enter always.
 */

import { useEffect, useRef } from "preact/hooks"
import { Facts } from "../desk/bubbles"
import { queueName, text } from "../desk/directory"
import { facts, handoffReason } from "../desk/remarks"
import { Icon } from "../ui/icons"
import { keyLabel } from "../ui/keys"
import { Avatar, Button, Kbd } from "../ui/kit"
import { now, ticks } from "../ui/time"
import { useModel } from "./context"
import type { Ringing } from "./model/floor"
import type { Model } from "./model/model"
import { t } from "./words"

export function Offers() {
  const { floor } = useModel()
  const box = useRef<HTMLDivElement>(null)
  const ringing = floor.offers.value
  useEffect(() => {
    if (ringing.length) box.current?.showPopover()
    else if (box.current?.matches(":popover-open")) box.current.hidePopover()
  }, [ringing.length])
  return (
    <div ref={box} class="offers" popover="manual">
      {ringing.map((offer, at) => (
        <OfferCard key={offer.conversation} offer={offer} first={at === 0} />
      ))}
    </div>
  )
}

function known(model: Model, offer: Ringing) {
  const { conversation, summary } = offer
  const waiting = model.floor.waiting.value.find(one => one.conversation === conversation)
  const words = text(summary.summary) ?? text(summary.text) ?? waiting?.last_text ?? null
  return { name: model.floor.nameOf(offer), words }
}

function OfferCard({ offer, first }: { offer: Ringing; first: boolean }) {
  const model = useModel()
  const { name, words } = known(model, offer)
  const waited = ticks(now.value - offer.sinceMs)
  return (
    <section class="offer" role="alertdialog" aria-labelledby={`o-${offer.conversation}`}>
      <div class="sr" role="alert">
        {t("offer.said", { name, queue: queueName(offer.queue) })}
      </div>
      <div class="offer-head">
        <Avatar name={name} size="large" />
        <div class="offer-who">
          <h2 id={`o-${offer.conversation}`}>{name}</h2>
          <p>
            {offer.queue && <span>{queueName(offer.queue)} · </span>}
            <span class="num">{t("offer.waited", { time: waited })}</span>
          </p>
        </div>
        <Countdown offer={offer} />
      </div>
      <Summary summary={offer.summary} words={words} />
      <div class="offer-acts">
        <Button size="large" onClick={() => void model.decline(offer.conversation)}>
          {t("offer.decline")}
          {first && <Kbd>D</Kbd>}
        </Button>
        <Button
          kind="primary"
          size="large"
          icon="check"
          onClick={() => void model.accept(offer.conversation)}
        >
          {t("offer.accept")}
          {first && <Kbd>A</Kbd>}
        </Button>
      </div>
      {first && <p class="offer-keys">{t("offer.keys", { keys: keyLabel("mod+shift+Enter") })}</p>}
    </section>
  )
}

/** What the bot or the visitor has said so far, and why a person is wanted. */
function Summary({ summary, words }: { summary: Ringing["summary"]; words: string | null }) {
  const reason = handoffReason(summary.reason)
  const slots = text(summary.summary) ? [] : facts(summary.slots)
  if (!reason && !words && !slots.length) return null
  return (
    <div class="offer-summary">
      {reason && (
        <p class="offer-reason">
          <Icon name="headset" size={14} /> {reason}
        </p>
      )}
      {words && <blockquote>{words}</blockquote>}
      {slots.length > 0 && <Facts facts={slots} />}
    </div>
  )
}

const AROUND = 100

function Countdown({ offer }: { offer: Ringing }) {
  const leftMs = Math.max(0, Math.min(offer.lastsMs, offer.expiresAtMs - now.value))
  const share = offer.lastsMs ? leftMs / offer.lastsMs : 0
  const seconds = Math.ceil(leftMs / 1_000)
  return (
    <span class="countdown" role="timer" aria-label={t("offer.left", { count: seconds })}>
      <svg viewBox="0 0 44 44" width="48" height="48" aria-hidden="true">
        <circle cx="22" cy="22" r="19" />
        <circle
          class="left"
          cx="22"
          cy="22"
          r="19"
          pathLength={AROUND}
          stroke-dasharray={AROUND}
          stroke-dashoffset={AROUND * (1 - share)}
        />
      </svg>
      <b class="num">{seconds}</b>
    </span>
  )
}
