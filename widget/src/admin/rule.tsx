/** One alert rule: added, changed, dropped. */

import { Button, Field, Select } from "../ui/kit"
import { Area, Check, Checks, useForm } from "./form"
import { FormDialog } from "./formdialog"
import { KpiSelect, PlaceSelect } from "./kpis"
import type { Model } from "./model"
import type { Pages } from "./rows"
import type { Comparison, Kpi, Rule, Webhook } from "./shapes"
import { meant, shown, sign } from "./units"
import { t } from "./words"

interface Props {
  model: Model
  pages: Pages
  kpis: readonly Kpi[]
  hooks: readonly Webhook[]
  mails: boolean
  rule: Rule | null
  onClose: () => void
}

const COMPARISONS: readonly Comparison[] = ["at_least", "above", "at_most", "below"]
const SHOWN = ["name", "threshold", "for_s", "cooldown_s", "enough", "emails"]
const DAY_S = 86_400

const first = (rule: Rule | null, kpi: Kpi | undefined) => ({
  kpi,
  name: rule?.name ?? "",
  place: { queue: rule?.queue || null, agent: rule?.agent || null },
  comparison: rule?.comparison ?? ("at_least" as Comparison),
  threshold: shown(rule?.threshold ?? null, kpi?.unit ?? ""),
  for_s: rule?.for_s ?? 60,
  cooldown_s: rule?.cooldown_s ?? 300,
  enough: rule?.enough ?? 0,
  open_only: rule?.open_only ?? false,
  enabled: rule?.enabled ?? true,
  webhooks: rule?.webhooks ?? [],
  emails: (rule?.emails ?? []).join("\n"),
})

type Values = ReturnType<typeof first>

/** The request's body. */
const asked = ({ kpi, place, threshold, emails, ...values }: Values) => ({
  ...values,
  ...place,
  kpi: kpi?.id ?? "",
  threshold: meant(threshold, kpi?.unit ?? "") ?? 0,
  webhooks: [...values.webhooks],
  emails: emails.split(/\s+/).filter(Boolean),
})

export function RuleDialog({ model, pages, kpis, hooks, mails, rule, onClose }: Props) {
  const live = kpis.filter(kpi => kpi.live)
  const start = live.find(kpi => kpi.id === (rule?.kpi ?? "longest_wait_now")) ?? live[0]
  const form = useForm(first(rule, start), async values => {
    const path = rule ? `/api/alert-rules/${rule.id}` : "/api/alert-rules"
    await pages.write(rule ? "PUT" : "POST", path, asked(values))
  })
  const { values, set, error } = form
  const { kpi, place } = values.value
  const count = (name: "for_s" | "cooldown_s" | "enough", max: number) => (
    <Field
      label={t(`rule.${name}`)}
      type="number"
      min={0}
      max={max}
      required
      value={values.value[name]}
      error={error(name)}
      onInput={event => set({ [name]: Number(event.currentTarget.value) })}
    />
  )
  return (
    <FormDialog
      title={rule?.name ?? t("rules.add")}
      form={form}
      shown={SHOWN}
      isNew={!rule}
      onClose={onClose}
      away={
        rule && (
          <Button
            class="first"
            kind="danger"
            onClick={() => void pages.write("DELETE", `/api/alert-rules/${rule.id}`).then(onClose)}
          >
            {t("drop")}
          </Button>
        )
      }
    >
      <Field
        label={t("rule.name")}
        required
        autofocus
        maxLength={200}
        value={values.value.name}
        error={error("name")}
        onInput={event => set({ name: event.currentTarget.value })}
      />
      <KpiSelect
        kpis={live}
        value={kpi?.id ?? ""}
        onChange={next =>
          set({
            kpi: next,
            place: { queue: null, agent: null },
            comparison: next.better === "higher" ? "below" : "at_least",
          })
        }
      />
      <PlaceSelect model={model} kpi={kpi} place={place} onChange={next => set({ place: next })} />
      <div class="pair-row">
        <Select
          label={t("rule.comparison")}
          value={values.value.comparison}
          options={COMPARISONS.map(value => ({ value, label: t(`is.${value}`) }))}
          onChange={comparison => set({ comparison })}
        />
        <Field
          label={t("rule.threshold") + (sign(kpi?.unit ?? "") ? `, ${sign(kpi?.unit ?? "")}` : "")}
          type="number"
          step="any"
          required
          value={values.value.threshold}
          error={error("threshold")}
          onInput={event => set({ threshold: event.currentTarget.value })}
        />
      </div>
      <div class="pair-row">
        {count("for_s", DAY_S)}
        {count("cooldown_s", DAY_S)}
      </div>
      {kpi?.unit === "ratio" && count("enough", 100_000)}
      <Check
        label={t("rule.open_only")}
        checked={values.value.open_only}
        onChange={open_only => set({ open_only })}
      />
      {hooks.length > 0 && (
        <Checks
          legend={t("rule.webhooks")}
          options={hooks.map(hook => ({ value: hook.id, label: hook.name }))}
          chosen={values.value.webhooks}
          onChange={webhooks => set({ webhooks })}
        />
      )}
      {mails ? (
        <Area
          label={t("rule.emails")}
          rows={2}
          value={values.value.emails}
          error={error("emails")}
          onChange={emails => set({ emails })}
        />
      ) : (
        <p class="field-hint">{t("rule.nomail")}</p>
      )}
      <Check
        label={t("rule.enabled")}
        checked={values.value.enabled}
        onChange={enabled => set({ enabled })}
      />
    </FormDialog>
  )
}
