/** The third column: who the visitor is, where he is now, what was before. */

import type { ComponentChildren } from "preact"
import { visitorName } from "../../desk/people"
import type { View } from "../../protocol/evolve"
import type { VisitorView } from "../../protocol/frames.gen"
import { Icon } from "../../ui/icons"
import { Avatar, Badge, IconButton } from "../../ui/kit"
import { useModel } from "../context"
import { copy, toggleDetails } from "../conversation/header"
import { TagEditor } from "../tags"
import { t } from "../words"
import { About } from "./about"
import { Earlier } from "./earlier"
import { Pages } from "./pages"

export function DetailsPane() {
  const model = useModel()
  const view = model.openView.value
  const visitor = view?.visitor && (model.floor.visitors.value.get(view.visitor.id) ?? view.visitor)
  return (
    <aside class="details-pane" aria-label={t("details")}>
      <header class="details-head">
        <h2>{t("details")}</h2>
        <IconButton icon="x" size="small" label={t("details.close")} onClick={() => toggleDetails(model)} />
      </header>
      {view && visitor && (
        <div class="details-body">
          <Person view={view} visitor={visitor} />
          <Pages visitor={visitor} />
          <About view={view} visitor={visitor} />
          <Tags view={view} />
          <Notes view={view} />
          <Earlier key={visitor.id} view={view} visitor={visitor} />
        </div>
      )}
    </aside>
  )
}

export const Section = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section class="section">
    <h3>{title}</h3>
    {children}
  </section>
)

function Person({ view, visitor }: { view: View; visitor: VisitorView }) {
  const name = visitorName(visitor, view.id)
  const { email } = visitor
  return (
    <div class="person">
      <Avatar name={name} size="large" status={view.visitorAway ? "offline" : "online"} />
      <div>
        <strong>{name}</strong>
        <Known visitor={visitor} />
      </div>
      {email && (
        <div class="person-mail">
          <Icon name="mail" size={14} />
          <a href={`mailto:${email}`}>{email}</a>
          <IconButton
            icon="copy"
            size="small"
            label={t("copy.mail")}
            onClick={() => void copy(email, t("copied.mail"))}
          />
        </div>
      )}
    </div>
  )
}

/** Whether the shop vouches for him; a name he gave himself proves nothing. */
function Known({ visitor }: { visitor: VisitorView }) {
  if (visitor.verified)
    return (
      <Badge tone="good" icon="shield">
        {t("verified")}
      </Badge>
    )
  return <span class="faint">{t((visitor.conversations ?? 0) > 1 ? "returning" : "unverified")}</span>
}

function Tags({ view }: { view: View }) {
  const model = useModel()
  return (
    <Section title={t("tags")}>
      <TagEditor tags={view.tags} onChange={tags => void model.setTags(view.id, tags)} />
    </Section>
  )
}

function Notes({ view }: { view: View }) {
  const notes = view.events.filter(one => one.kind === "message" && one.data?.public === false)
  if (!notes.length) return null
  return (
    <Section title={t("notes")}>
      <ul class="notes">
        {notes.map(one => (
          <li key={one.seq}>
            {String(one.data?.text ?? "")}
            <small>{one.actor?.name}</small>
          </li>
        ))}
      </ul>
    </Section>
  )
}
