/** The words that console and board share. Each face has its own besides. */

import { catalogue } from "../ui/i18n"
import en from "./locales/en.json"

export const { t, locale, setLocale, dir } = catalogue(en, {})
