/** The console's entry: theme, styles, the door, and what is behind it. */

import { render } from "preact"
import "../ui/tokens.css"
import "../ui/base.css"
import "../ui/kit.css"
import "../desk/door.css"
import "../desk/transcript.css"
import "./css/layout.css"
import "./css/list.css"
import "./css/conversation.css"
import "./css/details.css"
import "./css/sheets.css"
import { Gate } from "../desk/login"
import { applyTheme } from "../desk/theme"
import { Console } from "./console"
import { t } from "./words"

const root = document.getElementById("app")
if (root) {
  document.title = t("title")
  applyTheme()
  render(
    <Gate face="console">
      <Console />
    </Gate>,
    root,
  )
}
