/**
 * The widget's words. English is in the bundle, in two pieces as the widget itself is; another
 * language is one small file, fetched once.
 */

import { catalogue } from "../ui/i18n"
import en from "./locales/en.json"

type All = typeof en & typeof import("./en.later.json")

export const { t, locale, setLocale, add, dir } = catalogue<All>(en as All, {
  ar: () => import("./locales/ar.json"),
  de: () => import("./locales/de.json"),
  es: () => import("./locales/es.json"),
  fr: () => import("./locales/fr.json"),
  he: () => import("./locales/he.json"),
  it: () => import("./locales/it.json"),
  ja: () => import("./locales/ja.json"),
  pl: () => import("./locales/pl.json"),
  "pt-BR": () => import("./locales/pt-BR.json"),
  tr: () => import("./locales/tr.json"),
  uk: () => import("./locales/uk.json"),
})

export type Key = Parameters<typeof t>[0]
