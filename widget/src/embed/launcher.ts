/**
 * What the loader draws: the round button and the greeting beside it, made node by node
 * (no HTML strings, so Trusted Types have nothing to object to). Only `loader.ts` uses it.
 */

import css from "./loader.css?inline"
import type { Boot } from "./port"

const BUBBLE =
  "M4 11.4C4 7.3 7.6 4 12 4s8 3.3 8 7.4-3.6 7.4-8 7.4c-.9 0-1.8-.1-2.6-.4L5 20l1-3.4A7 7 0 0 1 4 11.4ZM9 10h6M9 13h4"
const CROSS = "M6 6l12 12M18 6L6 18"

export function drawHost(boot: Boot): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement("antiphon-chat")
  const root = host.attachShadow({ mode: "open" })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  if (boot.position === "left") host.dataset.side = "left"
  if (boot.theme && boot.theme !== "auto") host.style.colorScheme = boot.theme
  if (boot.accent) host.style.setProperty("--accent", boot.accent)
  if (boot.mode === "page") host.dataset.page = ""
  return { host, root }
}

export function drawLauncher(boot: Boot): HTMLButtonElement {
  const button = element("button", "launcher")
  button.hidden = !!boot.hideLauncher || boot.mode === "page"
  button.setAttribute("aria-expanded", "false")
  button.setAttribute("aria-label", boot.launcherTitle || "Chat")
  button.append(drawing(BUBBLE), drawing(CROSS), element("span", "count"))
  return button
}

export function drawGreeting(text: string, onTake: () => void): HTMLElement {
  const box = element("div", "teaser")
  const take = element("button", "teaser-text", text)
  const away = element("button", "teaser-x", "×")
  away.setAttribute("aria-label", "×")
  away.onclick = () => box.remove()
  take.onclick = () => {
    box.remove()
    onTake()
  }
  box.append(take, away)
  return box
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, text = "") {
  const made = document.createElement(tag)
  made.className = name
  made.textContent = text
  return made
}

function drawing(shape: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  const path = document.createElementNS(svg.namespaceURI as "http://www.w3.org/2000/svg", "path")
  svg.setAttribute("viewBox", "0 0 24 24")
  path.setAttribute("d", shape)
  svg.append(path)
  return svg
}
