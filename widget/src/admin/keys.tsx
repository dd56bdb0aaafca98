/** API keys: which programmes may come in, as what, and when they last did. */

import { useSignal } from "@preact/signals"
import { why } from "../supervisor/asking"
import { t as shared } from "../supervisor/common"
import { Badge, Button, Dialog, EmptyState, Field, Select, Spinner } from "../ui/kit"
import { moment } from "./firings"
import { Problem, useForm } from "./form"
import { FormDialog } from "./formdialog"
import { Head } from "./head"
import { placeName } from "./kpis"
import type { Model } from "./model"
import { type Pages, usePages } from "./rows"
import { Secret } from "./secret"
import { type ApiKey, type Role, rowsOf } from "./shapes"
import { t } from "./words"

const PATHS = ["/api/keys"] as const
const ROLES: readonly Role[] = ["agent", "supervisor", "admin"]

export function Keys({ model }: { model: Model }) {
  const pages = usePages(PATHS)
  const adding = useSignal(false)
  const secret = useSignal<string | null>(null)
  const dropping = useSignal<ApiKey | null>(null)
  const problem = pages.problem.value
  if (problem) return <EmptyState icon="offline" title={t("failed", { why: why(problem) })} />
  if (!pages.answers.value) return <Spinner label={t("loading")} />
  const keys = rowsOf<ApiKey>(pages.answers.value[PATHS[0]] ?? {}, "keys")
  return (
    <section class="page" aria-labelledby="page">
      <Head title={t("nav.keys")} lead={t("keys.lead")}>
        <Button
          kind="primary"
          icon="plus"
          onClick={() => {
            adding.value = true
          }}
        >
          {t("keys.add")}
        </Button>
      </Head>
      {keys.length ? (
        <table class="board-table settings">
          <thead>
            <tr>
              <th scope="col">{t("key.name")}</th>
              <th scope="col" data-room="more">
                {t("key.role")}
              </th>
              <th scope="col" data-room="more">
                {t("key.made")}
              </th>
              <th scope="col">{t("key.used")}</th>
              <th scope="col">
                <span class="sr">{t("key.revoke")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map(key => (
              <Row
                key={key.id}
                model={model}
                one={key}
                onRevoke={() => {
                  dropping.value = key
                }}
              />
            ))}
          </tbody>
        </table>
      ) : (
        <EmptyState icon="shield" title={t("keys.empty")} text={t("keys.empty.text")} />
      )}
      {adding.value && (
        <Add
          pages={pages}
          onSecret={fresh => {
            secret.value = fresh
          }}
          onClose={() => {
            adding.value = false
          }}
        />
      )}
      {dropping.value && (
        <Revoke
          pages={pages}
          one={dropping.value}
          onClose={() => {
            dropping.value = null
          }}
        />
      )}
      {secret.value && (
        <Secret
          title={t("key.secret")}
          text={t("key.secret.text")}
          secret={secret.value}
          onClose={() => {
            secret.value = null
          }}
        />
      )}
    </section>
  )
}

const Row = ({ model, one, onRevoke }: { model: Model; one: ApiKey; onRevoke: () => void }) => (
  <tr data-off={one.revoked_at_ms !== null || undefined}>
    <th scope="row" class="wrap">
      {one.name}
      <span class="second block">
        <code>{one.prefix}…</code>
      </span>
    </th>
    <td data-room="more">{t(`role.short.${one.role}`)}</td>
    <td data-room="more">
      {moment(one.created_at_ms)}
      <span class="second block">{placeName(model, null, one.created_by)}</span>
    </td>
    <td class="wrap">{one.last_used_ms === null ? t("key.never") : moment(one.last_used_ms)}</td>
    <td class="right">
      {one.revoked_at_ms === null ? (
        <Button size="small" kind="danger" onClick={onRevoke}>
          {t("key.revoke")}
        </Button>
      ) : (
        <Badge icon="slash">{t("key.revoked")}</Badge>
      )}
    </td>
  </tr>
)

interface AddProps {
  pages: Pages
  onSecret: (secret: string) => void
  onClose: () => void
}

function Add({ pages, onSecret, onClose }: AddProps) {
  const form = useForm({ name: "", role: "supervisor" as Role }, async values => {
    const answer = await pages.write("POST", "/api/keys", values)
    onSecret(String(answer.secret))
  })
  return (
    <FormDialog title={t("keys.add")} form={form} shown={["name"]} isNew={true} onClose={onClose}>
      <Field
        label={t("key.name")}
        hint={t("key.name.hint")}
        required
        autofocus
        maxLength={200}
        value={form.values.value.name}
        error={form.error("name")}
        onInput={event => form.set({ name: event.currentTarget.value })}
      />
      <Select
        label={t("key.may")}
        value={form.values.value.role}
        options={ROLES.map(value => ({ value, label: t(`role.${value}`) }))}
        onChange={role => form.set({ role })}
      />
    </FormDialog>
  )
}

function Revoke({ pages, one, onClose }: { pages: Pages; one: ApiKey; onClose: () => void }) {
  const form = useForm({}, async () => {
    await pages.write("DELETE", `/api/keys/${one.id}`)
  })
  const act = async () => {
    if (await form.submit()) onClose()
  }
  return (
    <Dialog
      title={t("key.revoke.ask", { name: one.name })}
      open
      onClose={onClose}
      closeLabel={shared("close")}
    >
      <p>{t("key.revoke.text")}</p>
      <Problem refused={form.refused.value} shown={[]} />
      <footer>
        <Button onClick={onClose}>{shared("cancel")}</Button>
        <Button kind="danger" disabled={form.busy.value} onClick={() => void act()}>
          {t("key.revoke")}
        </Button>
      </footer>
    </Dialog>
  )
}
