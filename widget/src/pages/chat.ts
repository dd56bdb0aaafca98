/** `/chat/<site>`: the widget as a full page. The site is in the path; the rest is `/w.js`. */

import "../ui/tokens.css"
import "../ui/base.css"
import { antiphon } from "./stub"

const [, , site = "default"] = location.pathname.split("/")

antiphon("boot", { site: decodeURIComponent(site), mode: "page" })
