/**
 * `/w.js`: one classic script without a framework. It draws the launcher and a greeting, answers
 * the API queue, and loads the widget when somebody means to talk: on hover, focus or touch it
 * fetches, on a click it opens. Only a visitor who has talked before is connected at once.
 *
 * 1. Safe twice, safe before the page is ready; `shutdown` leaves no trace.
 * 2. Nothing is stored before the visitor opens the chat.
 * 3. The snippet that queues for it is ES5. This file is ES2020: `import()` needs no Trusted Types
 *    policy where an injected `<script>` would. A browser too old for it simply has no chat.
 */

import { drawGreeting, drawHost, drawLauncher } from "./launcher"
import type { Boot, Command, Mounted, Widget } from "./port"

declare const __VISITOR__: string // the widget's hashed file name, known once it is built

const GREETING_MS = 4_000
const PRESSING = ["open", "toggle", "track", "startSurvey"] // these load the widget; the rest may wait

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src*="/w.js"]')
const origin = new URL(script?.src || location.href).origin

let waiting: Command[] = []
let mounted: Mounted | null = null
let loading: Promise<void> | null = null
let widget: Widget | null = null

/** Loads the widget once, then hands it what was asked so far. */
function load(): void {
  if (mounted) loading ??= fetchWidget(mounted).catch(failed)
}

async function fetchWidget(at: Mounted): Promise<void> {
  const files = `${origin}/static/`
  // A loader out of a browser's cache may name a file that an upgrade has removed: the alias is always there.
  const module: { mount(at: Mounted): Widget } = await import(/* @vite-ignore */ files + __VISITOR__).catch(
    () => import(/* @vite-ignore */ `${files}visitor.js`),
  )
  if (mounted !== at) return
  widget = module.mount(at)
  flush()
}

/** The next try loads again; the page may say so. */
function failed(): void {
  loading = null
  dispatchEvent(new CustomEvent("antiphon:error", { detail: { code: "unavailable" } }))
}

function flush(): void {
  while (widget && waiting.length) widget.call(waiting.shift() as Command)
}

function boot(options: Boot): void {
  if (mounted) return
  const { host, root } = drawHost(options)
  const launcher = drawLauncher(options)
  launcher.onclick = () => call(["toggle"])
  launcher.onpointerenter = launcher.onfocus = load
  root.append(launcher)
  mounted = { host, root, launcher, origin, boot: options }
  document.body.append(host)
  toTop(host)
  if (options.greeting) setTimeout(greet, options.greetingAfterMs ?? GREETING_MS, mounted)
  if (options.mode === "page") call(["open"])
  else if (stored("localStorage", `antiphon:${options.site}:token`)) load()
}

/** The top layer: no war of z-indexes with the shop's page. */
function toTop(host: HTMLElement): void {
  if (!host.showPopover) return
  host.popover = "manual"
  host.showPopover()
}

/** Once a session, and not to somebody who is already talking. */
function greet(at: Mounted): void {
  const key = `antiphon:${at.boot.site}:greeted`
  if (mounted !== at || at.launcher.ariaExpanded === "true" || stored("sessionStorage", key)) return
  stored("sessionStorage", key, "1")
  at.root.append(drawGreeting(at.boot.greeting ?? "", () => call(["open"])))
}

/** Reads, or writes; storage that is forbidden is empty. */
function stored(name: "localStorage" | "sessionStorage", key: string, value?: string): string | null {
  try {
    const storage = window[name]
    if (value) storage.setItem(key, value)
    return storage.getItem(key)
  } catch {
    return null
  }
}

function shutdown(): void {
  widget?.call(["shutdown"])
  mounted?.host.remove()
  mounted = loading = widget = null
  waiting = []
}

function call(command: Command): void {
  const [name, options] = command
  if (name === "boot") return boot(options as Boot)
  if (name === "shutdown") return shutdown()
  waiting.push(command)
  if (widget) flush()
  else if (PRESSING.includes(name)) load()
}

function begin(): void {
  const queued = window.antiphon?.q ?? []
  window.antiphon = Object.assign((...args: unknown[]) => call(args as Command), { loaded: true })
  for (const args of queued) call(Array.from(args) as Command)
  const settings = window.antiphonSettings ?? (script?.dataset as unknown as Partial<Boot>)
  if (settings?.site) boot(settings as Boot)
  document.addEventListener("click", event => {
    if ((event.target as Element | null)?.closest?.("[data-antiphon-open]")) call(["open"])
  })
}

if (!window.antiphon?.loaded) {
  if (document.body) begin()
  else document.addEventListener("DOMContentLoaded", begin)
}
