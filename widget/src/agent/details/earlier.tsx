/** What the same visitor talked about before. */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { ConversationRow } from "../../desk/conversations"
import { reader } from "../../desk/words"
import type { View } from "../../protocol/evolve"
import type { VisitorView } from "../../protocol/frames.gen"
import { Refused } from "../../protocol/refused"
import { clock } from "../../ui/time"
import { useModel } from "../context"
import { t } from "../words"
import { Section } from "./pane"

export function Earlier({ view, visitor }: { view: View; visitor: VisitorView }) {
  const model = useModel()
  const rows = useSignal<readonly ConversationRow[]>([])
  useEffect(() => {
    model
      .earlierChats(visitor.id)
      .then(page => (rows.value = page.rows))
      .catch(error => {
        // The panel lives without it; a fault that is none of the server's must not hide.
        if (!(error instanceof Refused)) throw error
      })
  }, [visitor.id])
  const others = rows.value.filter(row => row.id !== view.id)
  if (!others.length) return null
  return (
    <Section title={t("earlier")}>
      <ul class="earlier-chats">
        {others.map(row => (
          <li key={row.id}>
            <a href={model.router.href(`/c/${row.id}`)}>
              <span>{row.lastText ?? t("row.nothing")}</span>
              <time>{clock(row.startedAtMs, reader())}</time>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}
