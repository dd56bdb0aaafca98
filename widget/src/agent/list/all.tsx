/** Every conversation I may read, open and closed, with search. From REST, a page at a time. */

import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import { type ConversationRow, listConversations } from "../../desk/conversations"
import { reader } from "../../desk/words"
import { Refused } from "../../protocol/refused"
import { Icon } from "../../ui/icons"
import { Avatar, Badge, Button, EmptyState, Select, Spinner, type Tone } from "../../ui/kit"
import { clock } from "../../ui/time"
import { useModel } from "../context"
import { t } from "../words"

type State = "any" | "open" | "closed"
const SETTLE_MS = 180

export function AllList() {
  const model = useModel()
  const found = useFound()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (model.ui.search.value) input.current?.focus()
  }, [model.ui.search.value])
  const states = (["any", "open", "closed"] as const).map(value => ({ value, label: t(`state.${value}`) }))
  return (
    <>
      <div class="search" role="search">
        <Icon name="search" size={15} />
        <input
          ref={input}
          type="search"
          class="input"
          placeholder={t("search")}
          aria-label={t("search")}
          value={found.q.value}
          onInput={event => (found.q.value = event.currentTarget.value)}
        />
        <Select<State>
          bare
          label={t("state")}
          value={found.state.value}
          options={states}
          onChange={state => (found.state.value = state)}
        />
      </div>
      <Found found={found} />
    </>
  )
}

type FoundState = ReturnType<typeof useFound>

function useFound() {
  const q = useSignal("")
  const state = useSignal<State>("any")
  const rows = useSignal<readonly ConversationRow[] | null>(null)
  const next = useSignal<string | null>(null)
  const error = useSignal<string | null>(null)
  const asked = useRef(0)
  const { ui } = useModel()

  async function load(more = false) {
    const mine = ++asked.current
    error.value = null
    try {
      const cursor = more ? next.value : null
      const wanted = state.value === "any" ? {} : { state: state.value }
      const page = await listConversations({ q: q.value.trim(), ...wanted, limit: 30, cursor })
      if (mine !== asked.current) return
      rows.value = more ? [...(rows.value ?? []), ...page.rows] : page.rows
      next.value = page.next
      ui.shown.value = rows.value.map(row => row.id)
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused
      if (mine === asked.current)
        error.value = refused.code === "offline" ? t("error.offline") : refused.message
    }
  }

  useEffect(() => {
    const timer = setTimeout(() => void load(), rows.value ? SETTLE_MS : 0)
    return () => clearTimeout(timer)
  }, [q.value, state.value])
  return { q, state, rows, next, error, load }
}

function Found({ found }: { found: FoundState }) {
  const { rows, next, error, q, load } = found
  if (error.value)
    return (
      <EmptyState
        icon="alert"
        title={t("search.failed")}
        text={error.value}
        action={<Button onClick={() => void load()}>{t("again")}</Button>}
      />
    )
  if (!rows.value) return <Spinner label={t("loading")} />
  if (!rows.value.length)
    return q.value ? (
      <EmptyState
        icon="search"
        title={t("search.none", { q: q.value })}
        text={t("search.none.text")}
        action={<Button onClick={() => (q.value = "")}>{t("search.clear")}</Button>}
      />
    ) : (
      <EmptyState icon="archive" title={t("all.empty")} text={t("all.empty.text")} />
    )
  return (
    <>
      <ul class="rows">
        {rows.value.map(row => (
          <FoundRow key={row.id} row={row} />
        ))}
      </ul>
      {next.value && (
        <Button kind="quiet" class="more" onClick={() => void load(true)}>
          {t("more")}
        </Button>
      )}
    </>
  )
}

const STATES = ["new", "bot", "queued", "active", "diverted", "closed"] as const

function FoundRow({ row }: { row: ConversationRow }) {
  const model = useModel()
  const state = STATES.find(one => one === row.state) ?? "closed"
  return (
    <li>
      <a
        class="row"
        href={model.router.href(`/c/${row.id}`)}
        aria-current={model.openId.value === row.id ? "page" : undefined}
        onClick={() => (model.ui.pane.value = "conversation")}
      >
        <Avatar name={row.visitor} />
        <span class="row-name">{row.visitor}</span>
        <span class="row-end">
          <time>{clock(row.lastAtMs, reader())}</time>
        </span>
        <span class="row-last">{row.lastText ?? t("row.nothing")}</span>
        <span class="row-chips">
          <Badge tone={TONES[state] ?? "plain"}>{stateName(row, state)}</Badge>
          {row.agent && <span class="row-agent">{row.agent}</span>}
        </span>
      </a>
    </li>
  )
}

const TONES: { readonly [state: string]: Tone } = { queued: "warn", active: "good" }

function stateName(row: ConversationRow, state: (typeof STATES)[number]): string {
  if (state !== "closed" || row.resolved === null) return t(`state.${state}`)
  return t(row.resolved ? "state.resolved" : "state.unresolved")
}
