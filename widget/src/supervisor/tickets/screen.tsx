/** The tickets; loaded when somebody goes there. A list, and beside it the one that is open. */

import "./tickets.css"
import { useSignal } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import { queues } from "../../desk/directory"
import { Button, EmptyState, Select, Spinner, Tabs } from "../../ui/kit"
import { why } from "../asking"
import { Fresh } from "./fresh"
import { List } from "./list"
import { createTickets, type TicketsModel } from "./model"
import { Opened } from "./opened"
import { setLocale, t } from "./words"

void setLocale(navigator.language)

export default function Tickets() {
  const model = useMemo(createTickets, [])
  useEffect(() => model.stop, [])
  return (
    <main class="tickets" aria-label={t("title")} data-open={model.chosen.value !== null || undefined}>
      <section class="tickets-list" aria-label={t("list")}>
        <Head model={model} />
        <div id={`panel-${model.which.value}`} role="tabpanel" aria-labelledby={`tab-${model.which.value}`}>
          <Body model={model} />
        </div>
      </section>
      <section class="ticket-pane" aria-label={t("opened")}>
        {model.chosen.value && model.open.value ? (
          <Opened key={model.open.value.ticket.id} model={model} whole={model.open.value} />
        ) : (
          <EmptyState icon="mail" title={t("pick.title")} text={t("pick.text")} />
        )}
      </section>
    </main>
  )
}

function Head({ model }: { model: TicketsModel }) {
  const adding = useSignal(false)
  const all = [{ value: "", label: t("queue.all") }]
  return (
    <header class="tickets-head">
      <h2>{t("title")}</h2>
      <Button
        kind="primary"
        size="small"
        icon="plus"
        onClick={() => {
          adding.value = true
        }}
      >
        {t("add")}
      </Button>
      <Tabs
        label={t("title")}
        tabs={[
          { value: "todo", label: t("todo") },
          { value: "done", label: t("done") },
          { value: "all", label: t("all") },
        ]}
        value={model.which.value}
        onChange={which => model.go({ which: which === "todo" ? "" : which, ticket: "" })}
      />
      <Select
        bare
        label={t("queue.label")}
        value={model.queue.value}
        options={[...all, ...queues.value.map(queue => ({ value: queue.id, label: queue.name }))]}
        onChange={queue => model.go({ queue, ticket: "" })}
      />
      {adding.value && (
        <Fresh
          model={model}
          onClose={() => {
            adding.value = false
          }}
        />
      )}
    </header>
  )
}

function Body({ model }: { model: TicketsModel }) {
  const { tickets, problem } = model
  if (problem.value && !tickets.value)
    return (
      <EmptyState
        icon="offline"
        title={t("failed", { why: why(problem.value) })}
        action={<Button onClick={() => void model.load()}>{t("again")}</Button>}
      />
    )
  if (!tickets.value) return <Spinner label={t("loading")} />
  if (!tickets.value.length) return <EmptyState icon="mail" title={t("empty")} text={t("empty.text")} />
  return <List model={model} tickets={tickets.value} />
}
