/** The bar above: where one is, whether what one sees is live, whose day it is, light or dark. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { Mark } from "../desk/login"
import { setTheme, theme } from "../desk/theme"
import { Icon } from "../ui/icons"
import { IconButton, MenuItem, Popover } from "../ui/kit"
import { login, logOut } from "../ui/rest"
import { clock } from "../ui/time"
import type { Model } from "./model"
import { locale, t } from "./words"

export function Top({ model }: { model: Model }) {
  return (
    <header class="top">
      <a class="brand" href="/supervisor" aria-label={t("title.board")}>
        <Mark />
      </a>
      <h1>{t("title.board")}</h1>
      <Freshness model={model} />
      <nav class="top-nav" aria-label={t("nav.label")}>
        <a href="/console">{t("nav.console")}</a>
        {login.value?.user.role === "admin" && <a href="/admin">{t("nav.admin")}</a>}
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
      <strong>{live ? t("line.live") : t("line.connecting")}</strong>
      {asOfMs > 0 && <span class="num asof">{t("asof", { time: at(asOfMs) })}</span>}
      <span class="fresh-day">{day}</span>
    </p>
  )
}

const NEXT = { auto: "light", light: "dark", dark: "auto" } as const
const THEME_ICONS = { auto: "monitor", light: "sun", dark: "moon" } as const

function Account() {
  const open = useSignal(false)
  const button = useRef<HTMLSpanElement>(null)
  const user = login.value?.user
  return (
    <>
      <IconButton
        icon={THEME_ICONS[theme.value]}
        label={`${t("top.theme")}: ${t(`theme.${theme.value}`)}`}
        onClick={() => setTheme(NEXT[theme.value])}
      />
      <span ref={button}>
        <IconButton
          icon="user"
          label={t("top.account", { name: user?.name ?? "" })}
          aria-haspopup="menu"
          aria-expanded={open.value}
          onClick={() => (open.value = true)}
        />
      </span>
      <Popover
        anchor={button}
        open={open.value}
        onClose={() => (open.value = false)}
        label={user?.name ?? ""}
      >
        <span class="menu-head">
          {user?.name}
          <br />
          {user?.email}
        </span>
        <MenuItem icon="logOut" onPick={() => void logOut()}>
          {t("top.logout")}
        </MenuItem>
      </Popover>
    </>
  )
}
