/** Queues: their promises, how they ring, and when they are open. */

import { useSignal } from "@preact/signals"
import { percent, span } from "../supervisor/figures"
import { Badge, Button, Field } from "../ui/kit"
import { now } from "../ui/time"
import { useForm } from "./form"
import { FormDialog } from "./formdialog"
import { Head } from "./head"
import { always, openAt } from "./hours"
import { idFor, type Model } from "./model"
import { queuePath, router } from "./places"
import type { Queue } from "./shapes"
import { locale, t } from "./words"

export function Queues({ model }: { model: Model }) {
  const adding = useSignal(false)
  return (
    <section class="page" aria-labelledby="page">
      <Head title={t("nav.queues")} lead={t("queues.lead")}>
        <Button
          kind="primary"
          icon="plus"
          onClick={() => {
            adding.value = true
          }}
        >
          {t("queues.add")}
        </Button>
      </Head>
      <ul class="cards">
        {model.queues.value.map(queue => (
          <Row key={queue.id} queue={queue} />
        ))}
      </ul>
      {adding.value && (
        <Add
          model={model}
          onClose={() => {
            adding.value = false
          }}
        />
      )}
    </section>
  )
}

function Row({ queue }: { queue: Queue }) {
  const open = openAt(queue.hours, now.value)
  const promise = `${percent(queue.sl_target, locale.value, 0)} · ${span(queue.sl_threshold_s * 1_000, locale.value)}`
  return (
    <li>
      <a class="card-row" href={queuePath(queue.id)}>
        <strong>{queue.name}</strong>
        <span class="second">{promise}</span>
        <span class="second">{always(queue.hours) ? t("queues.always") : queue.hours.zone}</span>
        <Badge tone={open ? "good" : "plain"} icon={open ? "check" : "moon"}>
          {t(open ? "queues.open" : "queues.closed")}
        </Badge>
      </a>
    </li>
  )
}

function Add({ model, onClose }: { model: Model; onClose: () => void }) {
  const form = useForm({ name: "" }, async ({ name }) => {
    const id = idFor(
      name,
      model.queues.value.map(queue => queue.id),
    )
    await model.putQueue(id, { name: name.trim() })
    router.go(`/queues/${id}`)
  })
  return (
    <FormDialog title={t("queues.add")} form={form} shown={["name"]} isNew={true} onClose={onClose}>
      <Field
        label={t("queues.name")}
        required
        autofocus
        maxLength={200}
        value={form.values.value.name}
        error={form.error("name")}
        onInput={event => form.set({ name: event.currentTarget.value })}
      />
    </FormDialog>
  )
}
