/** The second piece of the widget; `lazy.ts` fetches it. */

export { default as words } from "./en.later.json"
export { default as css } from "./later.css?inline"
export { Banner } from "./parts/banner"
export { Again, SureToEnd } from "./parts/ending"
export { Log } from "./parts/log"
export { Menu } from "./parts/menu"
export { AskAddress, QueueCard } from "./parts/queue"
export { attend } from "./presence"
