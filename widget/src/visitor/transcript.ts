/** The conversation as a text file on the visitor's own device. */

import { clock } from "../ui/time"
import { linesOf } from "./lines"
import type { Model } from "./model"
import { locale, t } from "./words"

export function saveTranscript(model: Model): void {
  const text = linesOf(model.view.value, [])
    .map(line =>
      line.kind === "bubble" ? `${clock(line.atMs, locale.value)}  ${whose(line)}: ${line.text}` : "",
    )
    .filter(Boolean)
    .join("\n")
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }))
  const link = document.createElement("a")
  link.href = url
  link.download = `chat-${new Date().toISOString().slice(0, 10)}.txt`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

const whose = (line: { mine: boolean; who: string | null; from: string }): string =>
  line.mine ? t("you") : line.who || t(line.from === "bot" ? "assistant" : "someone")
