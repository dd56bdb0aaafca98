/** The words that console and board share. Each face has its own besides. */

import { catalogue } from "../ui/i18n"
import en from "./locales/en.json"

export const { t, locale, setLocale, dir } = catalogue(en, {})

/** The language of the words with the reader's own clock: English words do not force AM and PM on him. */
export function reader(): string {
  const own = globalThis.navigator?.language ?? "en"
  if (own.split("-")[0] === locale.value.split("-")[0]) return own
  const { hourCycle } = new Intl.DateTimeFormat(own, { hour: "numeric" }).resolvedOptions()
  return new Intl.Locale(locale.value, hourCycle ? { hourCycle } : {}).toString()
}
