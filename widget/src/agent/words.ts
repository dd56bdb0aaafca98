/** The console's words. English is in the bundle; another language is one file more. */

import { catalogue } from "../ui/i18n"
import en from "./locales/en.json"

export const { t, locale, setLocale, dir } = catalogue(en, {})
export type Key = Parameters<typeof t>[0]
