/** Above the log: who it is, how it stands, and what can be done with it. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { agentName, queueName } from "../../desk/directory"
import { visitorName } from "../../desk/people"
import type { View } from "../../protocol/evolve"
import type { SetFlag } from "../../protocol/frames.gen"
import type { IconName } from "../../ui/icons"
import { keyLabel } from "../../ui/keys"
import { Avatar, Button, IconButton, MenuItem, Popover, toast } from "../../ui/kit"
import { now, sinceMs, ticks } from "../../ui/time"
import { useModel } from "../context"
import { t } from "../words"

export function Header({ view }: { view: View }) {
  const model = useModel()
  const { ui, floor } = model
  const name = visitorName(view.visitor, view.id)
  const mine = floor.mayWrite(view)
  return (
    <header class="conversation-head">
      <IconButton icon="arrowLeft" label={t("back")} class="back" onClick={() => model.leaveConversation()} />
      <Avatar name={name} status={view.visitorAway ? "offline" : "online"} />
      <div class="head-words">
        <h2>{name}</h2>
        <p>
          <Standing view={view} />
        </p>
      </div>
      <Viewers view={view} />
      <div class="head-acts">
        {mine && (
          <Button
            icon="transfer"
            aria-label={t("transfer")}
            title={hint("transfer", "f")}
            onClick={() => (ui.sheet.value = "transfer")}
          >
            <span class="wide">{t("transfer")}</span>
          </Button>
        )}
        {mine && (
          <Button
            icon="check"
            aria-label={t("end")}
            title={hint("end", "e")}
            onClick={() => (ui.sheet.value = "end")}
          >
            <span class="wide">{t("end")}</span>
          </Button>
        )}
        <More view={view} />
        <IconButton icon="panelRight" label={hint("details", "i")} onClick={() => toggleDetails(model)} />
      </div>
    </header>
  )
}

const hint = (key: "transfer" | "end" | "details", keys: string) => `${t(key)} (${keyLabel(keys)})`

/** The third column where there is room, a drawer where there is not. */
export function toggleDetails(model: ReturnType<typeof useModel>): void {
  const { ui, settings, setSettings } = model
  if (matchMedia("(min-width: 1180px)").matches) setSettings({ details: !settings.value.details })
  else {
    ui.drawer.value = !ui.drawer.value
    ui.pane.value = ui.drawer.value ? "details" : "conversation"
  }
}

function Standing({ view }: { view: View }) {
  const { floor } = useModel()
  const queue = queueName(view.queue)
  const others = view.agents.filter(agent => agent.id !== floor.myId)
  const who = others.map(agent => agent.name || agentName(agent.id)).join(", ")
  const parts = [stateWord(view), queue, view.state === "active" ? who : ""].filter(Boolean)
  return (
    <>
      <span class="state" data-state={view.state}>
        {parts[0]}
      </span>
      {parts.slice(1).map(part => (
        <span key={part} class="wide">
          {part}
        </span>
      ))}
      <span class="num">
        {view.closedAtMs
          ? ticks(view.closedAtMs - view.startedAtMs)
          : ticks(sinceMs(view.startedAtMs || now.value))}
      </span>
    </>
  )
}

function stateWord(view: View): string {
  if (view.state !== "closed") return t(`state.${view.state}`)
  const resolved = view.ending?.resolved
  return t(resolved === true ? "state.resolved" : "state.closed")
}

/** Colleagues who have this before their eyes. Informs, never locks. */
function Viewers({ view }: { view: View }) {
  const { floor } = useModel()
  const viewers = floor.viewers(view.id, now.value)
  if (!viewers.length) return null
  const names = new Intl.ListFormat().format(viewers.map(one => one.name))
  return (
    <span class="viewers" title={t("viewers", { names })}>
      <span class="sr">{t("viewers", { names })}</span>
      {viewers.slice(0, 3).map(one => (
        <Avatar key={one.id} name={one.name} size="small" />
      ))}
    </span>
  )
}

interface FlagItem {
  readonly flag: SetFlag["flag"]
  readonly icon: IconName
  readonly label: string
}

export function flagItems(view: View): readonly FlagItem[] {
  const spam = view.flags.includes("spam")
  const items: FlagItem[] = []
  if (!view.flags.includes("complaint"))
    items.push({ flag: "complaint", icon: "flag", label: t("flag.set.complaint") })
  if (!view.flags.some(one => one.startsWith("escalate")))
    items.push({ flag: "escalate", icon: "arrowUp", label: t("flag.set.escalate") })
  items.push(
    spam
      ? { flag: "not_spam", icon: "check", label: t("flag.set.not_spam") }
      : { flag: "spam", icon: "ban", label: t("flag.set.spam") },
  )
  return items
}

function More({ view }: { view: View }) {
  const model = useModel()
  const open = useSignal(false)
  const anchor = useRef<HTMLSpanElement>(null)
  const act = (run: () => unknown) => () => {
    open.value = false
    void run()
  }
  return (
    <>
      <span ref={anchor}>
        <IconButton
          icon="more"
          label={t("more.actions")}
          aria-haspopup="menu"
          aria-expanded={open.value}
          onClick={() => (open.value = !open.value)}
        />
      </span>
      <Popover
        anchor={anchor}
        open={open.value}
        onClose={() => (open.value = false)}
        label={t("more.actions")}
      >
        <MenuItem icon="tag" end={keyLabel("t")} onPick={act(() => (model.ui.sheet.value = "tags"))}>
          {t("tags.edit")}
        </MenuItem>
        {flagItems(view).map(item => (
          <MenuItem key={item.flag} icon={item.icon} onPick={act(() => model.flag(view.id, item.flag))}>
            {item.label}
          </MenuItem>
        ))}
        <hr />
        <MenuItem icon="link" onPick={act(() => copyLink(view.id))}>
          {t("link.copy")}
        </MenuItem>
        {model.floor.mayWrite(view) && view.agents.length > 1 && (
          <MenuItem icon="logOut" onPick={act(() => model.leave(view.id))}>
            {t("leave")}
          </MenuItem>
        )}
      </Popover>
    </>
  )
}

export async function copyLink(conversation: string): Promise<void> {
  await copy(`${location.origin}/console/c/${conversation}`, t("link.copied"))
}

export async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(said, "good")
  } catch {
    toast(t("copy.failed"), "bad")
  }
}
