/** What a supervisor may do in a conversation. Stepping in is asked first; whispering is not. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import type { View } from "../protocol/evolve"
import { Icon } from "../ui/icons"
import { Button, Dialog, MenuItem, Popover, toast } from "../ui/kit"
import { login } from "../ui/rest"
import { ask } from "./asking"
import { presence } from "./attention"
import { t as shared } from "./common"
import type { Model } from "./model"
import { t } from "./words"

interface Props {
  model: Model
  view: View
}

export function Actions({ model, view }: Props) {
  if (view.state === "closed" || view.state === "diverted")
    return <p class="reading">{t(view.state === "closed" ? "talk.closed" : "phase.diverted")}</p>
  const inside = view.agents.some(agent => agent.id === login.value?.user.id)
  return (
    <footer class="actions">
      {inside ? (
        <p class="reading" data-inside>
          <Icon name="headset" size={15} />
          {t("talk.inside")}
          <a href={`/console/c/${encodeURIComponent(view.id)}`}>{t("talk.console")}</a>
        </p>
      ) : (
        <p class="reading">
          <Icon name="eye" size={15} />
          {t("talk.watching")}
        </p>
      )}
      {view.agents.length > 0 && <Whisper model={model} view={view} />}
      {!inside && (
        <div class="action-row">
          {view.agents.length > 0 && <StepIn kind="join" model={model} view={view} />}
          <StepIn kind="take" model={model} view={view} />
          <Assign model={model} view={view} />
        </div>
      )}
    </footer>
  )
}

function Whisper({ model, view }: Props) {
  const text = useSignal("")
  const busy = useSignal(false)
  const send = async (event: Event) => {
    event.preventDefault()
    const words = text.value.trim()
    if (!words || busy.value) return
    busy.value = true
    if (await ask(model.whisper(view.id, words))) text.value = ""
    busy.value = false
  }
  return (
    <form class="whisper" onSubmit={send}>
      <label class="sr" for="whisper">
        {t("talk.whisper")}
      </label>
      <textarea
        id="whisper"
        class="input"
        rows={1}
        maxLength={4000}
        placeholder={`${t("talk.whisper")} …`}
        aria-describedby="whisper-hint"
        value={text.value}
        onInput={event => (text.value = event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) void send(event)
        }}
      />
      <Button type="submit" icon="whisper" disabled={busy.value || !text.value.trim()}>
        {t("talk.whisper.send")}
      </Button>
      <span class="hint" id="whisper-hint">
        {t("talk.whisper.hint")}
      </span>
    </form>
  )
}

const STEPS = {
  join: {
    icon: "join",
    label: "talk.join",
    ask: "talk.join.ask",
    text: "talk.join.text",
    done: "talk.joined",
  },
  take: {
    icon: "takeOver",
    label: "talk.take",
    ask: "talk.take.ask",
    text: "talk.take.text",
    done: "talk.took",
  },
} as const

function StepIn({ kind, model, view }: Props & { kind: keyof typeof STEPS }) {
  const open = useSignal(false)
  const step = STEPS[kind]
  const agent = view.agents[0]?.name ?? t("talk.nobody")
  const words = kind === "take" && !view.agents.length ? "talk.take.text.queue" : step.text
  const act = async () => {
    open.value = false
    const asked = kind === "join" ? model.join(view.id) : model.takeOver(view.id)
    if (await ask(asked)) toast(t(step.done), "good")
  }
  return (
    <>
      <Button icon={step.icon} onClick={() => (open.value = true)}>
        {t(step.label)}
      </Button>
      <Dialog
        title={t(step.ask)}
        open={open.value}
        onClose={() => (open.value = false)}
        closeLabel={t("sheet.close")}
      >
        <p>{t(words, { agent })}</p>
        <footer>
          <Button onClick={() => (open.value = false)}>{shared("cancel")}</Button>
          <Button kind="primary" autofocus onClick={act}>
            {t(step.label)}
          </Button>
        </footer>
      </Dialog>
    </>
  )
}

function Assign({ model, view }: Props) {
  const open = useSignal(false)
  const button = useRef<HTMLSpanElement>(null)
  const give = async (to: { agent: string } | { queue: string }, name: string) => {
    open.value = false
    if (await ask(model.assign(view.id, to))) toast(t("talk.assigned", { name }), "good")
  }
  const there = [...model.board.value.agents.values()].filter(
    one => one.status === "online" && !view.agents.some(agent => agent.id === one.agent),
  )
  const queues = [...model.board.value.queues.values()]
  return (
    <>
      <span ref={button}>
        <Button
          icon="transfer"
          aria-haspopup="menu"
          aria-expanded={open.value}
          onClick={() => (open.value = true)}
        >
          {t("talk.assign")}
        </Button>
      </span>
      <Popover
        anchor={button}
        open={open.value}
        onClose={() => (open.value = false)}
        label={t("talk.assign")}
        side="above"
      >
        {there.length > 0 && <span class="menu-head">{t("talk.assign.agent")}</span>}
        {there.map(one => (
          <MenuItem
            key={one.agent}
            icon="headset"
            end={
              presence(one) === "free" ? t("talk.free", { count: one.limit - one.load }) : t("talk.none.free")
            }
            onPick={() => give({ agent: one.agent }, one.name)}
          >
            {one.name}
          </MenuItem>
        ))}
        <span class="menu-head">{t("talk.assign.queue")}</span>
        {queues.map(one => (
          <MenuItem key={one.queue} icon="inbox" onPick={() => give({ queue: one.queue }, one.name)}>
            {one.name}
          </MenuItem>
        ))}
      </Popover>
    </>
  )
}
