/** Rows of tickets: what it is, how urgent, with whom, how old. */

import { queueName } from "../../desk/directory"
import { Badge, Button, type Tone } from "../../ui/kit"
import { now } from "../../ui/time"
import { span } from "../figures"
import type { TicketsModel } from "./model"
import type { Status, Ticket } from "./shapes"
import { locale, t } from "./words"

const TONES: { readonly [status in Status]: Tone } = {
  new: "accent",
  open: "warn",
  pending: "plain",
  on_hold: "plain",
  solved: "good",
  closed: "plain",
}

export const StatusBadge = ({ status }: { status: Status }) => (
  <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>
)

export const List = ({ model, tickets }: { model: TicketsModel; tickets: readonly Ticket[] }) => (
  <>
    <ul class="ticket-rows">
      {tickets.map(ticket => (
        <li key={ticket.id}>
          <Row model={model} ticket={ticket} />
        </li>
      ))}
    </ul>
    {model.cursor.value && (
      <Button class="ticket-more" onClick={() => void model.more()}>
        {t("more")}
      </Button>
    )}
  </>
)

function Row({ model, ticket }: { model: TicketsModel; ticket: Ticket }) {
  const here = model.chosen.value === ticket.id
  const urgent = ticket.priority === "urgent" || ticket.priority === "high"
  const age = span(Math.max(0, now.value - ticket.created_at_ms), locale.value)
  return (
    <button
      type="button"
      class="ticket-row"
      aria-current={here ? "true" : undefined}
      onClick={() => model.go({ ticket: ticket.id })}
    >
      <strong>{ticket.subject ?? t("nosubject")}</strong>
      <StatusBadge status={ticket.status} />
      <span class="ticket-sub">
        {[ticket.visitor_name ?? t("visitor"), queueName(ticket.queue), ticket.agent?.name]
          .filter(Boolean)
          .join(" · ")}
      </span>
      <span class="ticket-sub num" data-urgent={urgent || undefined}>
        {urgent && ticket.priority ? `${t(`priority.${ticket.priority}`)} · ${age}` : age}
      </span>
    </button>
  )
}
