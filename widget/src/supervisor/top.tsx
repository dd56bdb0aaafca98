/** The bar above: where one is, whether what one sees is live, whose day it is, light or dark. */

import { Mark } from "../desk/login"
import { Icon } from "../ui/icons"
import { login } from "../ui/rest"
import { clock } from "../ui/time"
import { Account } from "./account"
import { t as shared } from "./common"
import type { Model } from "./model"
import { router } from "./places"
import { locale, t } from "./words"

/** The board's pages; what lies beside the board is the board. */
const PLACES = [
  ["live", ""],
  ["reports", "/reports"],
  ["abandonment", "/abandonment"],
  ["staffing", "/staffing"],
  ["tickets", "/tickets"],
] as const

export function Top({ model }: { model: Model }) {
  const { name } = router.route.value
  const here = PLACES.find(([at]) => at === name)?.[0] ?? "live"
  return (
    <header class="top">
      <a class="brand" href="/supervisor" aria-label={t("title.board")}>
        <Mark />
      </a>
      <h1>{t("title.board")}</h1>
      <Freshness model={model} />
      <nav class="top-nav" aria-label={shared("nav.label")}>
        {PLACES.map(([at, path]) => (
          <a key={at} href={`/supervisor${path}`} aria-current={here === at ? "page" : undefined}>
            {shared(`nav.${at}`)}
          </a>
        ))}
        <a href="/console">{shared("nav.console")}</a>
        {login.value?.user.role === "admin" && <a href="/admin">{shared("nav.admin")}</a>}
      </nav>
      <a
        class="btn"
        data-kind="quiet"
        data-icon="true"
        href="/supervisor?tv=1"
        title={t("top.tv")}
        aria-label={t("top.tv")}
      >
        <Icon name="tv" size={18} />
      </a>
      <Account />
    </header>
  )
}

/** Live, since when not, and what "today" means here. */
export function Freshness({ model }: { model: Model }) {
  const { asOfMs, zone, dayFromMs } = model.board.value
  const live = model.desk.status.value.phase === "open"
  const at = (ms: number) =>
    new Intl.DateTimeFormat(locale.value, { timeStyle: "medium", timeZone: zone }).format(ms)
  const day =
    dayFromMs === null
      ? t("day.unknown", { zone })
      : t("day", { time: clock(dayFromMs, locale.value, dayFromMs, zone), zone })
  return (
    <p class="fresh" data-live={live}>
      <span class="pulse" aria-hidden="true" />
      <strong>{live ? t("line.live") : t("line.stale", { time: at(asOfMs) })}</strong>
      {live && <span class="num asof">{t("asof", { time: at(asOfMs) })}</span>}
      <span class="fresh-day">{day}</span>
    </p>
  )
}
