/** The second column: the open conversation, or what to do next. */

import { visitorName } from "../../desk/people"
import { Transcript } from "../../desk/transcript"
import type { View } from "../../protocol/evolve"
import { Icon } from "../../ui/icons"
import { keyLabel } from "../../ui/keys"
import { Button, EmptyState, Kbd, Spinner } from "../../ui/kit"
import { now, sinceMs, ticks } from "../../ui/time"
import { useModel } from "../context"
import { unansweredSince } from "../model/floor"
import { t } from "../words"
import { Foot } from "./foot"
import { Header } from "./header"

export function ConversationPane() {
  const model = useModel()
  const id = model.openId.value
  const view = model.openView.value
  const known = view?.visitor ? view : null
  return (
    <section class="conversation-pane" id="conversation" tabIndex={-1} aria-label={t("conversation")}>
      {!id && <NothingOpen />}
      {id && !known && <NotYet trouble={model.openTrouble.value?.message ?? null} />}
      {known && <Conversation key={known.id} view={known} />}
    </section>
  )
}

function Conversation({ view }: { view: View }) {
  const model = useModel()
  const { floor } = model
  const name = visitorName(view.visitor, view.id)
  const [writer] = floor.typing(view.id, now.value).filter(one => one.kind === "visitor")
  return (
    <>
      <Header view={view} />
      <Notices view={view} />
      <Transcript
        view={view}
        me={floor.myId}
        pending={model.pending(view.id)}
        typing={writer ? { name: writer.name || name, draft: writer.draft } : null}
        seenSeq={floor.seenSeq(view.id)}
        onEarlier={() => model.earlier(view.id)}
        onRetry={model.retry}
        onDiscard={model.discard}
      />
      <Foot view={view} />
    </>
  )
}

/** What one should know before writing: the visitor is away, a colleague is writing here too. */
function Notices({ view }: { view: View }) {
  const { floor } = useModel()
  const colleague = floor.typing(view.id, now.value).find(one => one.kind === "agent")
  const left = view.events.findLast(one => one.kind === "visitor_disconnected")?.at_ms
  const away = view.visitorAway && view.state !== "closed" && left
  if (!colleague && !away) return null
  return (
    <div class="notices" role="status">
      {colleague && (
        <p data-tone="warn">
          <Icon name="users" size={15} /> {t("colleague.typing", { name: colleague.name })}
        </p>
      )}
      {away && (
        <p>
          <Icon name="offline" size={15} /> {t("visitor.away", { time: ticks(sinceMs(left)) })}
        </p>
      )}
    </div>
  )
}

function NotYet({ trouble }: { trouble: string | null }) {
  const model = useModel()
  if (!trouble)
    return (
      <div class="middle">
        <Spinner label={t("loading")} />
      </div>
    )
  return (
    <EmptyState
      icon="question"
      title={t("open.trouble")}
      text={t("open.trouble.text", { why: trouble })}
      action={<Button onClick={() => model.leaveConversation()}>{t("open.back")}</Button>}
    />
  )
}

const TIPS = [
  ["mod+k", "tip.palette"],
  ["j", "tip.walk"],
  ["/", "tip.search"],
  ["?", "tip.keys"],
] as const

function NothingOpen() {
  const model = useModel()
  const first = model.floor.mine.value[0]
  const urgent = first && unansweredSince(first)
  return (
    <div class="nothing-open">
      <EmptyState
        icon="chats"
        title={first ? t("nothing.pick") : t("nothing.quiet")}
        text={first ? t("nothing.pick.text") : t("nothing.quiet.text")}
        action={
          first && (
            <Button kind="primary" onClick={() => model.open(first.id)}>
              {urgent
                ? t("nothing.answer", { name: visitorName(first.visitor, first.id) })
                : t("nothing.open", { name: visitorName(first.visitor, first.id) })}
            </Button>
          )
        }
      />
      <ul class="tips">
        {TIPS.map(([keys, says]) => (
          <li key={keys}>
            <Kbd>{keyLabel(keys)}</Kbd> {t(says)}
          </li>
        ))}
      </ul>
    </div>
  )
}
