/** A new ticket, by hand. */

import { useSignal } from "@preact/signals"
import { useId } from "preact/hooks"
import { queues } from "../../desk/directory"
import { Button, Dialog, Field, Select } from "../../ui/kit"
import { ask } from "../asking"
import { t as shared } from "../common"
import type { TicketsModel } from "./model"
import { PRIORITIES, type Priority } from "./shapes"
import { t } from "./words"

export function Fresh({ model, onClose }: { model: TicketsModel; onClose: () => void }) {
  const values = useSignal({
    subject: "",
    text: "",
    queue: model.queue.value || (queues.value[0]?.id ?? ""),
    priority: "normal" as Priority,
  })
  const busy = useSignal(false)
  const id = useId()
  const set = (more: Partial<typeof values.value>) => {
    values.value = { ...values.value, ...more }
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    const made = await ask(model.add(values.value))
    busy.value = false
    if (!made) return
    onClose()
    model.go({ ticket: made.ticket.id })
    void model.load()
  }
  return (
    <Dialog title={t("add")} open onClose={onClose} closeLabel={shared("close")}>
      <form class="ticket-fresh" onSubmit={submit}>
        <Field
          label={t("field.subject")}
          required
          autofocus
          maxLength={200}
          value={values.value.subject}
          onInput={event => set({ subject: event.currentTarget.value })}
        />
        <div class="field">
          <label class="field-label" for={id}>
            {t("field.text")}
          </label>
          <textarea
            id={id}
            class="input"
            rows={5}
            maxLength={10_000}
            value={values.value.text}
            onInput={event => set({ text: event.currentTarget.value })}
          />
        </div>
        <Select
          label={t("queue.label")}
          value={values.value.queue}
          options={queues.value.map(queue => ({ value: queue.id, label: queue.name }))}
          onChange={queue => set({ queue })}
        />
        <Select
          label={t("col.priority")}
          value={values.value.priority}
          options={PRIORITIES.map(value => ({ value, label: t(`priority.${value}`) }))}
          onChange={priority => set({ priority })}
        />
        <footer>
          <Button onClick={onClose}>{shared("cancel")}</Button>
          <Button kind="primary" type="submit" disabled={busy.value}>
            {t("make")}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
