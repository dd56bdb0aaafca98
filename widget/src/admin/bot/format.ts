/** Figures of the bot's page as they are read. */

import { percent as share } from "../../supervisor/figures"
import { locale } from "./words"

/** `82 %`, where the decimals say nothing. */
export const percent = (value: number | null) => share(value, locale.value, 0)
