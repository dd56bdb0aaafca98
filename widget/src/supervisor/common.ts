/** The few words that board and settings share. */

import { catalogue } from "../ui/i18n"

const en = {
  "nav.label": "Pages",
  "nav.board": "Board",
  "nav.live": "Live",
  "nav.reports": "Reports",
  "nav.abandonment": "Abandonment",
  "nav.staffing": "Staffing",
  "nav.tickets": "Tickets",
  "nav.console": "Console",
  "nav.admin": "Settings",
  "top.theme": "Light or dark",
  "theme.auto": "as the system",
  "theme.light": "light",
  "theme.dark": "dark",
  "top.logout": "Log out",
  "top.account": "Account of {name}",
  close: "Close",
  cancel: "Cancel",
  "error.forbidden": "Your role does not allow that.",
  "error.conflict": "It has moved on in the meantime. Look again.",
  "error.offline": "There is no connection right now. Nothing was changed.",
  "error.else": "That did not work: {why}",
} as const

export const { t } = catalogue(en, {})
