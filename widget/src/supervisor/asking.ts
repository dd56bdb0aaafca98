/** Doing something at the server and saying so when it did not work. */

import { Refused } from "../protocol/refused"
import { toast } from "../ui/kit"
import { t } from "./common"

/** The answer, or null after the reader has been told why not. */
export async function ask<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    toast(why(error), "bad")
    return null
  }
}

const SAID = ["forbidden", "conflict", "offline"] as const

export function why(error: Refused): string {
  const known = SAID.find(code => code === error.code)
  return known ? t(`error.${known}`) : t("error.else", { why: error.message })
}
