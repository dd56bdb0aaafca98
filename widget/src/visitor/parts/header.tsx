/** Who is on the other side, and the few things that are not talking. */

import { duration } from "../../ui/time"
import { later } from "../lazy"
import type { Model } from "../model"
import { locale, t } from "../words"
import { Glyph } from "./glyph"
import { Portrait } from "./portrait"

export function Header({ model }: { model: Model }) {
  const { agent, state } = model.view.value ?? { agent: null, state: "new" }
  const site = model.session.value?.site
  const bot = state === "bot"
  const Menu = later.value?.Menu
  const name = agent?.name || (bot ? botName(model) : site?.name) || t("chat")
  return (
    <div class="head">
      <Portrait name={name} src={agent?.avatar ?? null} bot={bot} live={state === "active"} />
      <div class="head-words">
        <h2>{name}</h2>
        <p>{agent || bot ? site?.name : promise(model)}</p>
      </div>
      {Menu && <Menu model={model} />}
      {model.boot.mode !== "page" && (
        <button
          type="button"
          class="tool"
          aria-label={t("close")}
          title={t("close")}
          onClick={() => model.hide()}
        >
          <Glyph shape="x" />
        </button>
      )}
    </div>
  )
}

function botName(model: Model): string {
  const said = model.view.value?.events.findLast(event => event.actor?.kind === "bot")
  return said?.actor?.name || t("assistant")
}

/** In the visitor's own zone and words. */
const nextTime = (atMs: number): string =>
  new Intl.DateTimeFormat(locale.value, { weekday: "long", hour: "numeric", minute: "2-digit" }).format(atMs)

/** How long an answer usually takes: the server's own median, or nothing promised. */
function promise(model: Model): string {
  const { reply_time_s: seconds, hours } = model.session.value?.site ?? {}
  if (hours?.open === false) {
    const nextMs = hours.next_opening_ms
    return typeof nextMs === "number" ? t("closed", { time: nextTime(nextMs) }) : ""
  }
  if (!seconds) return t("replies.online")
  return t("replies", { time: duration(Math.max(60, seconds) * 1_000, locale.value) })
}
