/** One ticket: what was asked and what was done, its settings, and the answer. */

import { useSignal } from "@preact/signals"
import { agentName, colleagues, queueName, queues } from "../../desk/directory"
import { Button, IconButton, Select } from "../../ui/kit"
import { ask } from "../asking"
import { StatusBadge } from "./list"
import type { TicketsModel } from "./model"
import { type Happened, PRIORITIES, STATUSES, type Ticket, type Whole } from "./shapes"
import { locale, t } from "./words"

export function Opened({ model, whole }: { model: TicketsModel; whole: Whole }) {
  const { ticket, events } = whole
  return (
    <article class="ticket">
      <header>
        <IconButton
          class="ticket-back"
          icon="chevronLeft"
          label={t("back")}
          onClick={() => model.go({ ticket: "" })}
        />
        <h2>{ticket.subject ?? t("nosubject")}</h2>
        <StatusBadge status={ticket.status} />
      </header>
      <Settings model={model} ticket={ticket} />
      {ticket.conversation && (
        <a class="ticket-chat" href={`/supervisor/c/${encodeURIComponent(ticket.conversation)}`}>
          {t("chat")}
        </a>
      )}
      <ol class="ticket-story">
        {events.map(event => (
          <Line key={event.id} event={event} ticket={ticket} />
        ))}
      </ol>
      {ticket.status === "closed" ? (
        <p class="ticket-sub">{t("closed")}</p>
      ) : (
        <Answer model={model} ticket={ticket} />
      )}
    </article>
  )
}

function Settings({ model, ticket }: { model: TicketsModel; ticket: Ticket }) {
  const change = (body: { readonly [name: string]: string | null }) => void ask(model.change(ticket.id, body))
  const people = colleagues.value.map(one => ({ value: one.id, label: one.name }))
  const known = !ticket.agent || people.some(one => one.value === ticket.agent?.id)
  return (
    <div class="ticket-settings">
      <Select
        label={t("col.status")}
        value={ticket.status}
        options={STATUSES.map(value => ({ value, label: t(`status.${value}`) }))}
        onChange={status => change({ status })}
      />
      <Select
        label={t("col.priority")}
        value={ticket.priority ?? "normal"}
        options={PRIORITIES.map(value => ({ value, label: t(`priority.${value}`) }))}
        onChange={priority => change({ priority })}
      />
      <Select
        label={t("col.agent")}
        value={ticket.agent?.id ?? ""}
        options={[
          { value: "", label: t("nobody") },
          ...people,
          ...(known || !ticket.agent ? [] : [{ value: ticket.agent.id, label: ticket.agent.name }]),
        ]}
        onChange={agent => change({ agent: agent || null })}
      />
      <Select
        label={t("queue.label")}
        value={ticket.queue ?? ""}
        options={[
          ...(ticket.queue ? [] : [{ value: "", label: "–" }]),
          ...queues.value.map(queue => ({ value: queue.id, label: queue.name })),
        ]}
        onChange={queue => queue && change({ queue })}
      />
    </div>
  )
}

function Line({ event, ticket }: { event: Happened; ticket: Ticket }) {
  const text = typeof event.data.text === "string" ? event.data.text : null
  const note = event.kind === "ticket_replied" && event.data.public === false
  const at = new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(
    event.at_ms,
  )
  return (
    <li data-kind={note ? "note" : event.kind}>
      <span class="ticket-sub">
        {did(event, ticket, note)} · <time dateTime={new Date(event.at_ms).toISOString()}>{at}</time>
      </span>
      {text && <p>{text}</p>}
    </li>
  )
}

/** “Ann answered”. */
function did({ kind, actor, data }: Happened, ticket: Ticket, note: boolean): string {
  const word = (value: unknown) => (typeof value === "string" ? value : "")
  const byVisitor = kind === "ticket_created" && (ticket.visitor_name ?? t("visitor"))
  const who = byVisitor || (actor.kind === "agent" ? actor.name || agentName(actor.id) : t("system"))
  if (note) return t("did.note", { who })
  if (kind === "ticket_assigned" && data.agent === "") return t("did.freed", { who })
  if (kind === "ticket_assigned" && !data.agent)
    return t("did.queued", { who, queue: queueName(word(data.queue)) })
  const said = {
    who,
    agent: agentName(word(data.agent)),
    status: STATUSES.includes(data.status as never) ? t(`status.${data.status as "new"}`) : "",
    priority: PRIORITIES.includes(data.priority as never) ? t(`priority.${data.priority as "low"}`) : "",
  }
  return KINDS.includes(kind as never) ? t(`did.${kind as (typeof KINDS)[number]}`, said) : `${who}: ${kind}`
}

const KINDS = [
  "ticket_created",
  "ticket_replied",
  "ticket_status_changed",
  "ticket_reopened",
  "ticket_assigned",
  "ticket_priority_changed",
] as const

function Answer({ model, ticket }: { model: TicketsModel; ticket: Ticket }) {
  const text = useSignal("")
  const note = useSignal(false)
  const busy = useSignal(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!text.value.trim() || busy.value) return
    busy.value = true
    if (await ask(model.reply(ticket.id, text.value, !note.value))) text.value = ""
    busy.value = false
  }
  return (
    <form class="ticket-answer" data-note={note.value || undefined} onSubmit={submit}>
      <fieldset class="ticket-mode">
        <legend class="sr">{t("mode")}</legend>
        {[false, true].map(one => (
          <label key={String(one)}>
            <input
              type="radio"
              name="mode"
              checked={note.value === one}
              onChange={() => {
                note.value = one
              }}
            />
            {t(one ? "reply.note" : "reply.label")}
          </label>
        ))}
      </fieldset>
      <textarea
        class="input"
        rows={4}
        maxLength={10_000}
        aria-label={t(note.value ? "reply.note" : "reply.label")}
        value={text.value}
        onInput={event => {
          text.value = event.currentTarget.value
        }}
      />
      <footer>
        <span class="ticket-sub">{t(note.value ? "note.hint" : "reply.hint")}</span>
        <Button kind="primary" type="submit" disabled={busy.value || !text.value.trim()}>
          {t(note.value ? "keep" : "send")}
        </Button>
      </footer>
    </form>
  )
}
