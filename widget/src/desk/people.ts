/** What can be said of a visitor: a name to call him by, his device, his clock. */

import { t } from "./words"

/** His name, or a nickname made of the conversation's id: the same wherever it is shown. */
export function visitorName(visitor: { readonly name?: string | null } | null, conversation: string): string {
  return visitor?.name || t("visitor.unnamed", { tag: conversation.slice(-4).toUpperCase() })
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad|iPod/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
]

export interface Device {
  readonly browser: string | null
  readonly system: string | null
  readonly mobile: boolean
}

/** From the user agent: good enough to know what the visitor looks at. Order matters: all lie. */
export function deviceOf(userAgent: string | null | undefined): Device {
  const agent = userAgent ?? ""
  const first = (table: readonly (readonly [RegExp, string])[]) =>
    table.find(([pattern]) => pattern.test(agent))?.[1] ?? null
  return { browser: first(BROWSERS), system: first(SYSTEMS), mobile: /Mobi|Android|iPhone|iPad/.test(agent) }
}

/** What time it is where he is; null when the zone is unknown or no zone at all. */
export function localTime(zone: string | null | undefined, atMs: number, locale: string): string | null {
  if (!zone) return null
  try {
    const shown = { timeZone: zone, hour: "numeric", minute: "2-digit", weekday: "short" } as const
    return new Intl.DateTimeFormat(locale, shown).format(atMs)
  } catch {
    return null
  }
}

/** `de-AT` → "Austrian German", in the reader's language. */
export function languageName(tag: string | null | undefined, locale: string): string | null {
  if (!tag) return null
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag
  } catch {
    return tag
  }
}

/** A page's address without what nobody reads. */
export function pageLabel(page: { readonly [key: string]: unknown } | null | undefined): string {
  const title = typeof page?.title === "string" ? page.title.trim() : ""
  return title || pagePath(page)
}

export function pagePath(page: { readonly [key: string]: unknown } | null | undefined): string {
  const url = typeof page?.url === "string" ? page.url : ""
  try {
    const { host, pathname } = new URL(url)
    return host + (pathname === "/" ? "" : pathname)
  } catch {
    return url
  }
}
