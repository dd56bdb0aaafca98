/** Whether I am there: the button at the top of the list, and its menu. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import type { AgentMe } from "../protocol/frames.gen"
import { Icon, type IconName } from "../ui/icons"
import { Avatar, IconButton, MenuItem, Popover, walk } from "../ui/kit"
import { useModel } from "./context"
import { t } from "./words"

type Status = AgentMe["status"]

export interface Choice {
  readonly status: Status
  readonly reason: string | null
  readonly label: string
  readonly hint?: string
}

const AWAY = ["break", "lunch", "meeting", "training", "personal"] as const
const MAX_CHATS = 12

/** What can be chosen, as the menu and the palette both show it. */
export function choices(reasons: readonly string[] | null): readonly Choice[] {
  return [
    { status: "online", reason: null, label: t("status.online"), hint: t("status.online.hint") },
    { status: "busy", reason: "finishing", label: t("status.finishing"), hint: t("status.finishing.hint") },
    { status: "busy", reason: null, label: t("status.busy"), hint: t("status.busy.hint") },
    ...(reasons ?? AWAY).map(reason => ({ status: "away" as const, reason, label: reasonName(reason) })),
    { status: "offline", reason: null, label: t("status.offline"), hint: t("status.offline.hint") },
  ]
}

const REASONS = [...AWAY, "idle", "finishing"] as const

export function reasonName(reason: string | null): string {
  const known = REASONS.find(one => one === reason)
  return known ? t(`reason.${known}`) : (reason ?? "")
}

export function statusName(status: Status, reason: string | null): string {
  if (status === "busy" && reason === "finishing") return t("status.finishing")
  const name = t(`status.${status}`)
  return reason ? `${name} · ${reasonName(reason)}` : name
}

export function Presence() {
  const model = useModel()
  const open = useSignal(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const me = model.floor.me.value
  const name = me?.name ?? model.user.name
  const status = me?.status ?? "offline"
  const said = me ? statusName(status, me.reason) : t("connecting")
  const toggle = () => {
    open.value = !open.value
  }
  return (
    <>
      <button
        ref={anchor}
        type="button"
        class="presence"
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={toggle}
      >
        <Avatar name={name} src={me?.avatar ?? null} status={status} />
        <span class="presence-words">
          <strong>{name}</strong>
          <span>
            {said}
            {me && (
              <span class="num">
                {" "}
                · {t("load", { load: model.floor.load.value, limit: me.max_concurrency })}
              </span>
            )}
          </span>
        </span>
        <Icon name="chevronDown" size={14} />
      </button>
      <Popover
        anchor={anchor}
        open={open.value}
        onClose={() => (open.value = false)}
        label={t("presence")}
        role="dialog"
      >
        <PresenceMenu onDone={() => (open.value = false)} />
      </Popover>
    </>
  )
}

function PresenceMenu({ onDone }: { onDone: () => void }) {
  const model = useModel()
  const me = model.floor.me.value
  const pick = (choice: Choice) => {
    void model.setStatus(choice.status, choice.reason)
    onDone()
  }
  const all = choices(model.floor.site.value.awayReasons)
  const some = (fits: (one: Choice) => boolean) =>
    all
      .filter(fits)
      .map(one => <Pick key={one.label} choice={one} chosen={isChosen(one, me)} onPick={pick} />)
  return (
    <div class="presence-menu">
      <div role="menu" aria-label={t("presence")} onKeyDown={walk}>
        {some(one => one.status === "online" || one.status === "busy")}
        <span class="menu-head" role="presentation">
          {t("status.away")}
        </span>
        {some(one => one.status === "away")}
        <hr />
        {some(one => one.status === "offline")}
      </div>
      {me && <Limit me={me} />}
    </div>
  )
}

const isChosen = (one: Choice, me: AgentMe | null) =>
  one.status === me?.status && one.reason === (me.reason ?? null)

function Pick({
  choice,
  chosen,
  onPick,
}: {
  choice: Choice
  chosen: boolean
  onPick: (choice: Choice) => void
}) {
  const end = chosen ? <Icon name={"check" satisfies IconName} size={15} /> : undefined
  return (
    <MenuItem onPick={() => onPick(choice)} end={end}>
      <span class="dot" data-status={choice.status} />
      <span class="pick">
        {choice.label}
        {choice.hint && <small>{choice.hint}</small>}
      </span>
    </MenuItem>
  )
}

/** How many chats at once. */
function Limit({ me }: { me: AgentMe }) {
  const model = useModel()
  const set = (limit: number) => void model.setLimit(limit)
  return (
    <div class="limit">
      <span id="limit">{t("limit")}</span>
      <IconButton
        icon="minus"
        size="small"
        label={t("limit.less")}
        disabled={me.max_concurrency <= 1}
        onClick={() => set(me.max_concurrency - 1)}
      />
      <output class="num" aria-labelledby="limit">
        {me.max_concurrency}
      </output>
      <IconButton
        icon="plus"
        size="small"
        label={t("limit.more")}
        disabled={me.max_concurrency >= MAX_CHATS}
        onClick={() => set(me.max_concurrency + 1)}
      />
    </div>
  )
}
