/** Handing on: to a queue, a colleague or the assistant; cold or with both in the chat; with a note. */

import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import { type Colleague, colleagues, type QueueInfo, queues } from "../../desk/directory"
import type { View } from "../../protocol/evolve"
import { Icon, type IconName } from "../../ui/icons"
import { Avatar, Badge, Button, EmptyState, type Tone } from "../../ui/kit"
import { useModel } from "../context"
import { search } from "../model/fuzzy"
import type { Handover } from "../model/model"
import { statusName } from "../presence"
import { t } from "../words"

interface Target {
  readonly key: string
  readonly label: string
  readonly hint: string
  readonly tone: Tone
  readonly icon?: IconName
  readonly colleague?: Colleague
  readonly barred: boolean
  readonly to: Handover
}

export function TransferForm({ view, onDone }: { view: View; onDone: () => void }) {
  const model = useModel()
  const query = useSignal("")
  const chosen = useSignal<Target | null>(null)
  const warm = useSignal(false)
  const note = useSignal("")
  const busy = useSignal(false)
  const found = search(query.value, targets(model.floor.myId, view), one => one.label)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!chosen.value) return
    busy.value = true
    const said = note.value.trim()
    const to = {
      ...chosen.value.to,
      warm: warm.value && !!chosen.value.to.toAgent,
      ...(said ? { note: said } : {}),
    }
    if (await model.transfer(view.id, to)) onDone()
    busy.value = false
  }
  return (
    <form class="transfer" onSubmit={submit}>
      <Targets query={query} found={found} chosen={chosen} />
      {chosen.value?.to.toAgent && <Way warm={warm} name={chosen.value.label} />}
      <div class="field">
        <label class="field-label" for="transfer-note">
          {t("transfer.note")}
        </label>
        <textarea
          id="transfer-note"
          class="input"
          rows={2}
          placeholder={t("transfer.note.hint")}
          value={note.value}
          onInput={event => (note.value = event.currentTarget.value)}
        />
      </div>
      <footer>
        <Button onClick={onDone}>{t("cancel")}</Button>
        <Button kind="primary" type="submit" icon="transfer" disabled={!chosen.value || busy.value}>
          {chosen.value ? t("transfer.go", { name: chosen.value.label }) : t("transfer")}
        </Button>
      </footer>
    </form>
  )
}

interface TargetsProps {
  query: { value: string }
  found: readonly Target[]
  chosen: { value: Target | null }
}

/** A list box: arrows move, typing narrows. */
function Targets({ query, found, chosen }: TargetsProps) {
  const list = useRef<HTMLUListElement>(null)
  const open = found.filter(one => !one.barred)
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (!step || !open.length) return
    event.preventDefault()
    const at = open.findIndex(one => one.key === chosen.value?.key)
    chosen.value = open[(at + step + open.length) % open.length] ?? null
  }
  useEffect(
    () => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
    [chosen.value],
  )
  return (
    <div class="targets">
      <input
        class="input"
        role="combobox"
        aria-expanded="true"
        aria-controls="targets"
        aria-activedescendant={chosen.value ? `to-${chosen.value.key}` : undefined}
        aria-label={t("transfer.find")}
        placeholder={t("transfer.find")}
        autofocus
        value={query.value}
        onInput={event => (query.value = event.currentTarget.value)}
        onKeyDown={move}
      />
      <ul ref={list} id="targets" role="listbox" aria-label={t("transfer.to")}>
        {found.map(one => (
          <TargetRow key={one.key} target={one} chosen={chosen} />
        ))}
      </ul>
      {!found.length && <EmptyState icon="search" title={t("transfer.none")} />}
    </div>
  )
}

function TargetRow({ target, chosen }: { target: Target; chosen: TargetsProps["chosen"] }) {
  const pick = () => {
    if (!target.barred) chosen.value = target
  }
  return (
    <li
      id={`to-${target.key}`}
      class="target"
      role="option"
      tabIndex={-1}
      aria-selected={chosen.value?.key === target.key}
      aria-disabled={target.barred || undefined}
      onClick={pick}
    >
      {target.colleague ? (
        <Avatar
          name={target.label}
          src={target.colleague.avatar}
          size="small"
          status={target.colleague.status}
        />
      ) : (
        <span class="target-icon">
          <Icon name={target.icon ?? "inbox"} size={16} />
        </span>
      )}
      <span class="target-name">{target.label}</span>
      <Badge tone={target.tone}>{target.hint}</Badge>
    </li>
  )
}

function targets(me: string, view: View): readonly Target[] {
  return [
    ...queues.value.map(queue => queueTarget(queue, me)),
    ...colleagues.value
      .filter(one => one.id !== me && !view.agents.some(a => a.id === one.id))
      .map(colleagueTarget)
      .sort(freeFirst),
    {
      key: "bot",
      label: t("transfer.bot"),
      hint: t("transfer.bot.hint"),
      tone: "plain",
      icon: "bot",
      barred: false,
      to: { toBot: true },
    },
  ]
}

function queueTarget(queue: QueueInfo, me: string): Target {
  const there = colleagues.value.filter(
    one => one.id !== me && one.status === "online" && one.queues.includes(queue.id),
  ).length
  const hint = !queue.open
    ? t("transfer.closed")
    : there
      ? t("transfer.online", { count: there })
      : t("transfer.nobody")
  const tone = queue.open && there ? "good" : "warn"
  return {
    key: `q-${queue.id}`,
    label: queue.name,
    hint,
    tone,
    icon: "inbox",
    barred: false,
    to: { toQueue: queue.id },
  }
}

/** An offline colleague cannot be handed a chat: the server would refuse, so the list says it first. */
function colleagueTarget(one: Colleague): Target {
  const full = one.load >= one.limit
  const free = t("transfer.load", { load: one.load, limit: one.limit })
  const online = one.status === "online"
  return {
    key: `a-${one.id}`,
    label: one.name,
    hint: online ? free : statusName(one.status, one.reason),
    tone: online && !full ? "good" : "plain",
    colleague: one,
    barred: one.status === "offline",
    to: { toAgent: one.id },
  }
}

const rank = (one: Target) => (one.barred ? 2 : one.tone === "good" ? 0 : 1)
const freeFirst = (a: Target, b: Target) => rank(a) - rank(b)

function Way({ warm, name }: { warm: { value: boolean }; name: string }) {
  const ways = [
    { value: false, label: t("transfer.cold"), hint: t("transfer.cold.hint") },
    { value: true, label: t("transfer.warm"), hint: t("transfer.warm.hint", { name }) },
  ]
  return (
    <fieldset class="ways">
      <legend class="sr">{t("transfer.way")}</legend>
      {ways.map(way => (
        <label key={way.label} class="way">
          <input
            type="radio"
            name="way"
            checked={warm.value === way.value}
            onChange={() => {
              warm.value = way.value
            }}
          />
          <span>
            <strong>{way.label}</strong>
            <small>{way.hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
