/** People: who works here, as what, for which queues, with how many chats at once. */

import { useSignal } from "@preact/signals"
import { Avatar, Button, EmptyState } from "../ui/kit"
import { login } from "../ui/rest"
import { Head } from "./head"
import type { Model } from "./model"
import { PersonDialog } from "./person"
import type { Person } from "./shapes"
import { t } from "./words"

export function People({ model }: { model: Model }) {
  const open = useSignal<Person | "new" | null>(null)
  const people = [...model.people.value].sort(
    (a, b) => Number(a.disabled) - Number(b.disabled) || a.name.localeCompare(b.name),
  )
  return (
    <section class="page" aria-labelledby="page">
      <Head title={t("nav.people")} lead={t("people.lead")}>
        <Button
          kind="primary"
          icon="userPlus"
          onClick={() => {
            open.value = "new"
          }}
        >
          {t("people.add")}
        </Button>
      </Head>
      <table class="board-table settings">
        <thead>
          <tr>
            <th scope="col">{t("people.col.name")}</th>
            <th scope="col">{t("people.col.role")}</th>
            <th scope="col" data-room="more">
              {t("people.col.queues")}
            </th>
            <th scope="col" data-room="more" class="right">
              {t("people.col.limit")}
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map(person => (
            <Row
              key={person.id}
              model={model}
              person={person}
              onOpen={() => {
                open.value = person
              }}
            />
          ))}
        </tbody>
      </table>
      {people.length === 1 && (
        <EmptyState icon="users" title={t("people.empty")} text={t("people.empty.text")} />
      )}
      {open.value && (
        <PersonDialog
          key={open.value === "new" ? "new" : open.value.id}
          model={model}
          person={open.value === "new" ? null : open.value}
          onClose={() => {
            open.value = null
          }}
        />
      )}
    </section>
  )
}

function Row({ model, person, onOpen }: { model: Model; person: Person; onOpen: () => void }) {
  const all = person.queues.length === model.queues.value.length
  const queues = all ? t("people.all") : person.queues.map(model.queueName).join(", ")
  return (
    <tr data-off={person.disabled || undefined}>
      <th scope="row">
        <span class="person">
          <Avatar name={person.name} />
          <span class="person-text">
            <button type="button" class="name" onClick={onOpen}>
              {person.name}
            </button>
            <span class="second">{person.email}</span>
          </span>
          {person.disabled && <span class="tag">{t("people.disabled")}</span>}
          {person.id === login.value?.user.id && <span class="tag">{t("people.you")}</span>}
        </span>
      </th>
      <td>{t(`role.short.${person.role}`)}</td>
      <td data-room="more" class="wrap">
        {queues}
      </td>
      <td data-room="more" class="right num">
        {person.max_concurrency}
      </td>
    </tr>
  )
}
