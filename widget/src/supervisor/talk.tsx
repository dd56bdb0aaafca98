/**
 * One conversation, watched live: how its time went, every word, and what a supervisor may do:
 * whisper, join, take over, assign. Reading along is silent; stepping in is asked first.
 */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { visitorName } from "../desk/people"
import { Transcript } from "../desk/transcript"
import type { View } from "../protocol/evolve"
import { Refused } from "../protocol/refused"
import { Icon } from "../ui/icons"
import { EmptyState, Spinner } from "../ui/kit"
import { login } from "../ui/rest"
import { sinceMs, ticks } from "../ui/time"
import { Actions } from "./actions"
import { why } from "./asking"
import { span } from "./figures"
import { PHASE_ICONS, phaseOf } from "./live"
import type { Model } from "./model"
import { Frame } from "./sheet"
import { Timeline } from "./timeline"
import { locale, t } from "./words"

export function Talk({ model, id }: { model: Model; id: string }) {
  const problem = useSignal<string | null>(null)
  useEffect(() => {
    const failed = (error: unknown) => {
      if (!(error instanceof Refused)) throw error
      problem.value = error.code === "not_found" ? t("talk.gone") : why(error)
    }
    void model.watch(id).catch(failed)
    return () => model.unwatch(id)
  }, [id])
  const view = model.views.value.get(id)
  if (!view) return <Opening problem={problem.value} />
  const phase = phaseOf(view.state)
  const me = login.value?.user.id
  return (
    <Frame
      icon={PHASE_ICONS[phase]}
      title={visitorName(view.visitor, view.id)}
      label={t("talk.visitor")}
      sub={<Sub view={view} />}
    >
      <Timeline view={view} />
      <Transcript
        view={view}
        typing={typingIn(model, view)}
        onEarlier={() => model.desk.line.earlier(id)}
        {...(me ? { me } : {})}
      />
      <Actions model={model} view={view} />
    </Frame>
  )
}

const Opening = ({ problem }: { problem: string | null }) => (
  <Frame icon="chat" title={t("talk.visitor")} label={t("talk.visitor")}>
    <div class="sheet-body">
      {problem ? <EmptyState icon="question" title={problem} /> : <Spinner label={t("talk.loading")} />}
    </div>
  </Frame>
)

function Sub({ view }: { view: View }) {
  const phase = phaseOf(view.state)
  const over = view.closedAtMs !== null && view.state === "closed"
  const time = over
    ? t("talk.took.time", { time: span((view.closedAtMs ?? 0) - view.startedAtMs, locale.value) })
    : t("talk.lasted", { time: ticks(sinceMs(view.startedAtMs)) })
  return (
    <>
      <span class="phase-word" data-phase={phase}>
        {t(`phase.${phase}`)}
      </span>
      {view.agents.map(agent => (
        <span key={agent.id} class="with">
          <Icon name="headset" size={13} />
          {agent.name}
        </span>
      ))}
      <span class="num">{time}</span>
    </>
  )
}

const TYPING_FOR_MS = 6_000

function typingIn(model: Model, view: View): { name: string; draft?: string | null } | null {
  const said = model.typing.value
  const fresh = said && Date.now() - said.heardAtMs < TYPING_FOR_MS
  if (!fresh || said.conversation !== view.id || said.kind !== "typing" || !said.on) return null
  return { name: said.actor.name ?? visitorName(view.visitor, view.id) }
}
