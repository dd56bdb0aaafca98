/** Facts about the visitor: his clock, language, device, and what the shop knows. */

import { queueName } from "../../desk/directory"
import { deviceOf, languageName, localTime } from "../../desk/people"
import { facts } from "../../desk/remarks"
import { reader } from "../../desk/words"
import type { View } from "../../protocol/evolve"
import type { VisitorView } from "../../protocol/frames.gen"
import { Icon, type IconName } from "../../ui/icons"
import { now, relative } from "../../ui/time"
import { t } from "../words"
import { Section } from "./pane"

interface Fact {
  readonly icon: IconName
  readonly name: string
  readonly value: string | null
}

const HIDDEN = new Set(["timezone"])

export function About({ view, visitor }: { view: View; visitor: VisitorView }) {
  const rows = aboutRows(view, visitor).filter(row => row.value)
  const own = facts(visitor.attributes).filter(([name]) => !HIDDEN.has(name))
  return (
    <>
      <Section title={t("about")}>
        <dl class="about">
          {rows.map(row => (
            <div key={row.name}>
              <dt>
                <Icon name={row.icon} size={14} />
                {row.name}
              </dt>
              <dd>{row.value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      {own.length > 0 && (
        <Section title={t("attributes")}>
          <dl class="about">
            {own.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
    </>
  )
}

function aboutRows(view: View, visitor: VisitorView): readonly Fact[] {
  const device = deviceOf(visitor.user_agent)
  const said = [device.browser, device.system].filter(Boolean).join(" · ")
  const chats = visitor.conversations ?? 0
  return [
    { icon: "clock", name: t("about.time"), value: localTime(visitor.timezone, now.value, reader()) },
    { icon: "globe", name: t("about.language"), value: languageName(visitor.locale, reader()) },
    { icon: device.mobile ? "phone" : "monitor", name: t("about.device"), value: said || null },
    { icon: "inbox", name: t("about.queue"), value: queueName(view.queue) || null },
    { icon: "eye", name: t("about.first"), value: ago(visitor.first_seen_ms) },
    { icon: "chats", name: t("about.chats"), value: chats ? t("about.chats.count", { count: chats }) : null },
  ]
}

function ago(atMs: number | null | undefined): string | null {
  if (!atMs) return null
  return now.value - atMs < 60_000 ? t("just.now") : relative(atMs, now.value, reader())
}
