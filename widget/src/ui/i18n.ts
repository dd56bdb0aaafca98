/**
 * Words in the reader's language: flat JSON, `{name}` for what is filled in, plurals by
 * `Intl.PluralRules` as `key.one`, `key.few`, `key.other` (chosen by `count`). One file a
 * locale, loaded when it is wanted; the first (English) is part of the bundle and answers
 * for what a translation lacks.
 *
 *   const { t, locale, setLocale } = catalogue(en, { de: () => import("./locales/de.json") })
 */

import { signal } from "@preact/signals"

export type Words = { readonly [key: string]: string }
type Base<K extends string> = K extends `${infer Stem}.${"zero" | "one" | "two" | "few" | "many" | "other"}`
  ? Stem
  : K
type Loader = () => Promise<{ default: Words }>

const RTL = new Set(["ar", "he", "fa", "ur", "yi"])

export type Catalogue<W extends Words> = ReturnType<typeof catalogue<W>>

export function catalogue<W extends Words>(first: W, loaders: { readonly [locale: string]: Loader }) {
  let english: Words = first
  const locale = signal("en")
  const words = signal<Words>(english)

  function t(key: Base<keyof W & string>, params: { readonly [name: string]: string | number } = {}): string {
    const plural = typeof params.count === "number" ? `${key}.${rule(locale.value, params.count)}` : key
    const text =
      words.value[plural] ?? words.value[`${key}.other`] ?? words.value[key] ?? english[`${key}.other`]
    return fill(text ?? english[key] ?? key, params, locale.value)
  }

  /** Takes the first that there is, the nearest of it: `de-AT` → `de`; none → English. Never throws. */
  async function setLocale(...wanted: string[]): Promise<void> {
    const known = ["en", ...Object.keys(loaders)]
    const first = wanted.find(one => nearest(one, known)) ?? "en"
    const loader = loaders[nearest(first, known) ?? ""]
    const loaded = loader && (await loader().catch(() => null))
    words.value = loaded?.default ?? english
    locale.value = loaded || !loader ? first : "en"
  }

  /** More English, for a face that comes in pieces. */
  function add(more: Words): void {
    const bare = words.value === english
    english = { ...english, ...more }
    if (bare) words.value = english
  }

  return { t, locale, setLocale, add, dir: () => direction(locale.value) }
}

export const direction = (locale: string): "rtl" | "ltr" =>
  RTL.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr"

export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase()
  return (
    known.find(one => one.toLowerCase() === lower) ??
    known.find(one => one.toLowerCase() === lower.split("-")[0])
  )
}

const rules = new Map<string, Intl.PluralRules>()

function rule(locale: string, count: number): string {
  const known = rules.get(locale) ?? new Intl.PluralRules(locale)
  rules.set(locale, known)
  return known.select(count)
}

function fill(text: string, params: { readonly [name: string]: string | number }, locale: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    if (value === undefined) return whole
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value
  })
}
