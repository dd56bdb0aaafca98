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
})

export type Key = Parameters<typeof t>[0]
