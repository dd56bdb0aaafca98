/** Light or dark, and who is logged in: the end of the bar above, on the board and in the settings. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { setTheme, theme } from "../desk/theme"
import { IconButton, MenuItem, Popover } from "../ui/kit"
import { login, logOut } from "../ui/rest"
import { t } from "./common"

const NEXT = { auto: "light", light: "dark", dark: "auto" } as const
const THEME_ICONS = { auto: "monitor", light: "sun", dark: "moon" } as const

export function Account() {
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
          onClick={() => {
            open.value = !open.value
          }}
        />
      </span>
      <Popover
        anchor={button}
        open={open.value}
        onClose={() => {
          open.value = false
        }}
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
