/** One person: added, changed, disabled. */

import { useSignal } from "@preact/signals"
import type { Json } from "../protocol/refused"
import { t as shared } from "../supervisor/common"
import { Button, Dialog, Field, Select } from "../ui/kit"
import { login } from "../ui/rest"
import { Checks, Problem, useForm } from "./form"
import { FormDialog } from "./formdialog"
import type { Model } from "./model"
import type { Person, Role } from "./shapes"
import { t } from "./words"

interface Props {
  model: Model
  person: Person | null
  onClose: () => void
}

interface Values {
  name: string
  email: string
  password: string
  role: Role
  queues: readonly string[]
  max_concurrency: number
}

const ROLES: readonly Role[] = ["agent", "supervisor", "admin"]
const SHOWN = ["name", "email", "password", "role", "queues", "max_concurrency"]

const first = (person: Person | null, all: number): Values => ({
  name: person?.name ?? "",
  email: person?.email ?? "",
  password: "",
  role: person?.role ?? "agent",
  queues: person && person.queues.length < all ? person.queues : [],
  max_concurrency: person?.max_concurrency ?? 3,
})

export function PersonDialog({ model, person, onClose }: Props) {
  const form = useForm(first(person, model.queues.value.length), values => store(model, person, values))
  const { values, set, error } = form
  const me = person?.id === login.value?.user.id
  return (
    <FormDialog
      title={person?.name ?? t("person.new")}
      form={form}
      shown={SHOWN}
      isNew={!person}
      onClose={onClose}
      away={person && !me && <Switch model={model} person={person} onDone={onClose} />}
    >
      <Field
        label={t("person.name")}
        required
        maxLength={200}
        autofocus
        value={values.value.name}
        error={error("name")}
        onInput={event => set({ name: event.currentTarget.value })}
      />
      {!person && (
        <Field
          label={t("person.email")}
          type="email"
          required
          value={values.value.email}
          error={error("email")}
          onInput={event => set({ email: event.currentTarget.value })}
        />
      )}
      <Field
        label={t(person ? "person.password.new" : "person.password")}
        type="password"
        autoComplete="new-password"
        required={!person}
        hint={t(person ? "person.password.keep" : "person.password.hint")}
        value={values.value.password}
        error={error("password")}
        onInput={event => set({ password: event.currentTarget.value })}
      />
      <Select
        label={t("person.role")}
        value={values.value.role}
        disabled={me}
        options={ROLES.map(value => ({ value, label: t(`role.${value}`) }))}
        onChange={role => set({ role })}
      />
      <Checks
        legend={t("person.queues")}
        hint={t("person.queues.hint")}
        options={model.queues.value.map(queue => ({ value: queue.id, label: queue.name }))}
        chosen={values.value.queues}
        onChange={queues => set({ queues })}
      />
      <Field
        label={t("person.limit")}
        type="number"
        min={1}
        max={50}
        required
        value={values.value.max_concurrency}
        error={error("max_concurrency")}
        onInput={event => set({ max_concurrency: event.currentTarget.valueAsNumber })}
      />
    </FormDialog>
  )
}

/** What did not change is not sent: an old password or one's own role must not be touched. */
function store(model: Model, person: Person | null, values: Values): Promise<void> {
  const { name, email, password, role, queues, max_concurrency } = values
  const body: Json = { name: name.trim(), role, queues, max_concurrency }
  const secret = password ? { password } : {}
  if (person) return model.changePerson(person.id, { ...body, ...secret })
  return model.addPerson({ ...body, ...secret, email: email.trim() })
}

/** Disabling is asked, enabling is not. */
function Switch({ model, person, onDone }: { model: Model; person: Person; onDone: () => void }) {
  const asked = useSignal(false)
  const form = useForm({}, () => model.changePerson(person.id, { disabled: !person.disabled }))
  const act = async () => {
    if (await form.submit()) onDone()
  }
  const begin = () => {
    if (person.disabled) void act()
    else asked.value = true
  }
  return (
    <>
      <Button class="first" kind={person.disabled ? "plain" : "danger"} onClick={begin}>
        {t(person.disabled ? "person.enable" : "person.disable")}
      </Button>
      <Dialog
        title={t("person.disable.ask", { name: person.name })}
        open={asked.value}
        onClose={() => {
          asked.value = false
        }}
        closeLabel={shared("close")}
      >
        <p>{t("person.disable.text")}</p>
        <Problem refused={form.refused.value} shown={[]} />
        <footer>
          <Button
            onClick={() => {
              asked.value = false
            }}
          >
            {shared("cancel")}
          </Button>
          <Button kind="danger" disabled={form.busy.value} onClick={act}>
            {t("person.disable")}
          </Button>
        </footer>
      </Dialog>
    </>
  )
}
