/** The widget's words. English is in the bundle; another language is one small file, fetched once. */

import { catalogue } from "../ui/i18n"
import en from "./locales/en.json"

export const { t, locale, setLocale, dir } = catalogue(en, {
  ar: () => import("./locales/ar.json"),
  de: () => import("./locales/de.json"),
})

export type Key = Parameters<typeof t>[0]
