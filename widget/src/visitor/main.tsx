/**
 * The widget, mounted by the loader into the shadow root it made: `mount(at)` draws the panel
 * beside the launcher and answers the page's calls. Style sheets are constructed, so a page that
 * forbids inline styles has nothing to forbid.
 */

import { effect } from "@preact/signals"
import { render } from "preact"
import type { Boot, Command, Identity, Mounted, Widget } from "../embed/port"
import { isJson } from "../protocol/refused"
import tokens from "../ui/tokens.css?inline"
import { wear } from "./accent"
import { Bus } from "./bus"
import { loadLater, sheetOf } from "./lazy"
import { Model } from "./model"
import { Panel } from "./parts/panel"
import { deviceStore } from "./store"
import css from "./widget.css?inline"
import { dir, locale, t } from "./words"

export function mount(at: Mounted): Widget {
  at.root.adoptedStyleSheets = [sheetOf(tokens), sheetOf(css), ...at.root.adoptedStyleSheets]
  const model = new Model(at.boot, at.origin, deviceStore(at.boot.site), new Bus())
  void model.speak()
  const place = document.createElement("div")
  at.root.prepend(place)
  const draws = [() => dress(at, model), () => mark(at, model), () => render(<Panel model={model} />, place)]
  const stops = [...draws.map(draw => effect(draw)), loadLater(at.root, model)]
  const stop = () => {
    for (const end of stops) end()
    render(null, place)
    model.stop()
  }
  return { call: command => answer(model, command, stop) }
}

/** The site's colours, side and direction; what the page said in `boot` goes first. */
function dress({ host, boot }: Mounted, model: Model): void {
  const theme = (model.session.value?.site.theme ?? {}) as Partial<Boot>
  host.lang = locale.value
  host.dir = dir()
  const mode = boot.theme ?? theme.theme
  if (mode && mode !== "auto") host.style.colorScheme = mode
  if ((boot.position ?? theme.position) === "left") host.dataset.side = "left"
  wear(host, boot.accent ?? theme.accent)
}

/** The launcher says whether the chat is open and how much is unread. */
function mark({ host, launcher, boot, root }: Mounted, model: Model): void {
  const open = model.open.value
  const count = open ? 0 : model.reading.unread.value
  launcher.setAttribute("aria-expanded", String(open))
  const label = open ? t("close") : count ? `${t("open")}, ${t("unread", { count })}` : t("open")
  launcher.setAttribute("aria-label", boot.launcherTitle && !open ? boot.launcherTitle : label)
  const badge = launcher.querySelector(".count")
  if (badge) badge.textContent = count > 99 ? "99+" : count ? String(count) : ""
  host.toggleAttribute("data-open", open)
  if (open) root.querySelector(".teaser")?.remove()
}

type Act = (model: Model, args: readonly unknown[]) => unknown

const text = (value: unknown): string => (typeof value === "string" ? value : "")

/** The page's calls (contract: embed). A new call is a new row. */
const ACTS: { readonly [name: string]: Act } = {
  open: model => model.show(),
  close: model => model.hide(),
  toggle: model => (model.open.value ? model.hide() : model.show()),
  identify: (model, [identity]) => isJson(identity) && model.identify(identity as unknown as Identity),
  setAttributes: (model, [attributes]) => isJson(attributes) && model.setAttributes(attributes),
  setDepartment: (model, [department]) => model.setDepartment(text(department)),
  prefill: (model, [words]) => model.type(text(words)),
  track: (model, [name, more]) => model.track(text(name), isJson(more) ? more : {}),
  setLocale: (model, [wanted]) => model.speak(text(wanted)),
  startSurvey: model => model.view.value?.survey && model.show(),
  on: (model, [name, listener]) => model.bus.on(text(name), listener as () => void),
  off: (model, [name, listener]) => model.bus.off(text(name), listener as () => void),
  reset: model => model.reset(),
}

function answer(model: Model, [name, ...args]: Command, stop: () => void): void {
  if (name === "shutdown") stop()
  else if (ACTS[name]) ACTS[name](model, args)
  else model.bus.tell("error", { code: "bad_request", message: `antiphon knows no call "${name}"` })
}
