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

export function Top({ model }: { model: Model }) {
  return (
    <header class="top">
      <a class="brand" href="/supervisor" aria-label={t("title.board")}>
        <Mark />
      </a>
      <h1>{t("title.board")}</h1>
      <Freshness model={model} />
      <nav class="top-nav" aria-label={shared("nav.label")}>
        <Here href="/supervisor" at="board" name={shared("nav.live")} />
        <Here href="/supervisor/reports" at="reports" name={shared("nav.reports")} />
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

const Here = ({ href, at, name }: { href: string; at: "board" | "reports"; name: string }) => {
  const reports = router.route.value.name === "reports"
  return (
    <a href={href} aria-current={reports === (at === "reports") ? "page" : undefined}>
      {name}
    </a>
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
