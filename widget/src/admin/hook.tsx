/** One webhook: where to, what of, and its secret. */

import { Button, Field, toast } from "../ui/kit"
import { Drop } from "./drop"
import { Check, useForm } from "./form"
import { FormDialog } from "./formdialog"
import type { Pages } from "./rows"
import type { Webhook } from "./shapes"
import { t } from "./words"

interface Props {
  pages: Pages
  hook: Webhook | null
  kinds: { readonly [kind: string]: string }
  onSecret: (secret: string) => void
  onClose: () => void
}

export function HookDialog({ pages, hook, kinds, onSecret, onClose }: Props) {
  const blank = {
    name: hook?.name ?? "",
    url: hook?.url ?? "",
    kinds: hook?.kinds ?? [],
    words: hook?.words ?? false,
    enabled: hook?.enabled ?? true,
  }
  const form = useForm(blank, async values => {
    const path = hook ? `/api/webhooks/${hook.id}` : "/api/webhooks"
    const answer = await pages.write(hook ? "PUT" : "POST", path, { ...values, kinds: [...values.kinds] })
    if (typeof answer.secret === "string") onSecret(answer.secret)
  })
  const { values, set, error } = form
  return (
    <FormDialog
      title={hook?.name ?? t("hooks.add")}
      form={form}
      shown={["name", "url"]}
      isNew={!hook}
      onClose={onClose}
      away={
        hook && (
          <Drop
            label={t("drop")}
            title={t("drop.ask", { name: hook.name })}
            text={t("hook.drop.text")}
            drop={async () => {
              await pages.write("DELETE", `/api/webhooks/${hook.id}`)
            }}
            onDone={onClose}
          />
        )
      }
    >
      <Field
        label={t("hook.name")}
        required
        autofocus
        maxLength={200}
        value={values.value.name}
        error={error("name")}
        onInput={event => set({ name: event.currentTarget.value })}
      />
      <Field
        label={t("hook.url")}
        hint={t("hook.url.hint")}
        type="url"
        required
        maxLength={1000}
        value={values.value.url}
        error={error("url")}
        onInput={event => set({ url: event.currentTarget.value })}
      />
      <Kinds kinds={kinds} chosen={values.value.kinds} onChange={chosen => set({ kinds: chosen })} />
      <Check label={t("hook.words")} checked={values.value.words} onChange={words => set({ words })} />
      <Check
        label={t("hook.enabled")}
        checked={values.value.enabled}
        onChange={enabled => set({ enabled })}
      />
      {hook && <More pages={pages} hook={hook} onSecret={onSecret} onClose={onClose} />}
    </FormDialog>
  )
}

interface KindsProps {
  kinds: { readonly [kind: string]: string }
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** All there are, in a box of its own. */
const Kinds = ({ kinds, chosen, onChange }: KindsProps) => (
  <fieldset class="checks">
    <legend>{t("hook.kinds", { count: chosen.length })}</legend>
    <p class="field-hint">{t("hook.kinds.hint")}</p>
    <div class="kinds" tabIndex={0} role="group" aria-label={t("hook.kinds", { count: chosen.length })}>
      {Object.entries(kinds).map(([kind, says]) => (
        <Check
          key={kind}
          label={`${kind} – ${says}`}
          checked={chosen.includes(kind)}
          onChange={on => onChange(on ? [...chosen, kind] : chosen.filter(one => one !== kind))}
        />
      ))}
    </div>
  </fieldset>
)

/** A test, and another secret. */
function More({ pages, hook, onSecret, onClose }: Omit<Props, "kinds" | "hook"> & { hook: Webhook }) {
  const turn = useForm({}, async () => {
    const answer = await pages.write("POST", `/api/webhooks/${hook.id}/secret`, {})
    onSecret(String(answer.secret))
    onClose()
  })
  const test = async () => {
    await pages.write("POST", `/api/webhooks/${hook.id}/test`, {})
    toast(t("hook.tested"), "good")
    onClose()
  }
  return (
    <div class="action-row">
      <Button icon="send" onClick={() => void test()}>
        {t("hook.test")}
      </Button>
      <Button icon="refresh" disabled={turn.busy.value} onClick={() => void turn.submit()}>
        {t("hook.turn")}
      </Button>
    </div>
  )
}
