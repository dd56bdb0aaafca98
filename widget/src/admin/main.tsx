/** The settings' page. */

import "../ui/tokens.css"
import "../ui/base.css"
import "../ui/kit.css"
import "../desk/door.css"
import "../supervisor/frame.css"
import "../supervisor/tables.css"
import "./admin.css"
import "./forms.css"
import { render } from "preact"
import { applyTheme } from "../desk/theme"
import { App } from "./app"
import { setLocale } from "./words"

applyTheme()
void setLocale(navigator.language)
const root = document.getElementById("app")
if (root) render(<App />, root)
