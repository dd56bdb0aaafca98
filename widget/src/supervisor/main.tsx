/** The supervisor board's page. */

import "../ui/tokens.css"
import "../ui/base.css"
import "../ui/kit.css"
import "../desk/door.css"
import "../desk/transcript.css"
import "./frame.css"
import "./strip.css"
import "./tables.css"
import "./talks.css"
import "./sheet.css"
import "./tv.css"
import { render } from "preact"
import { applyTheme } from "../desk/theme"
import { App } from "./app"
import { setLocale } from "./words"

applyTheme()
void setLocale(navigator.language)
const root = document.getElementById("app")
if (root) render(<App />, root)
