/** Alert rules: which live number, when it is too much, and who is told. */

import { useSignal } from "@preact/signals"
import { span } from "../supervisor/figures"
import { Badge, Button, EmptyState } from "../ui/kit"
import { Head } from "./head"
import { placeName } from "./kpis"
import type { Model } from "./model"
import type { Pages } from "./rows"
import { RuleDialog } from "./rule"
import type { Firing, Kpi, Rule, Webhook } from "./shapes"
import { said } from "./units"
import { locale, t } from "./words"

interface Props {
  model: Model
  pages: Pages
  kpis: readonly Kpi[]
  rules: readonly Rule[]
  hooks: readonly Webhook[]
  mails: boolean
  firing: readonly Firing[]
}

export function Rules({ rules, firing, ...shared }: Props) {
  const open = useSignal<Rule | "new" | null>(null)
  const close = () => {
    open.value = null
  }
  return (
    <section class="part" aria-labelledby="rules">
      <Head id="rules" title={t("rules.title")} lead={t("rules.lead")}>
        <Button
          icon="plus"
          onClick={() => {
            open.value = "new"
          }}
        >
          {t("rules.add")}
        </Button>
      </Head>
      {rules.length ? (
        <ul class="cards">
          {rules.map(rule => (
            <li key={rule.id}>
              <button
                type="button"
                class="card-row rule"
                onClick={() => {
                  open.value = rule
                }}
              >
                <strong>{rule.name}</strong>
                <span>{sentence(rule, shared)}</span>
                <span class="second">{told(rule, shared.hooks)}</span>
                <State rule={rule} firing={firing.some(one => one.rule === rule.id)} />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon="bell" title={t("rules.empty")} text={t("rules.empty.text")} />
      )}
      {open.value && (
        <RuleDialog {...shared} rule={open.value === "new" ? null : open.value} onClose={close} />
      )}
    </section>
  )
}

function State({ rule, firing }: { rule: Rule; firing: boolean }) {
  if (!rule.enabled) return <Badge icon="pause">{t("rule.off")}</Badge>
  return (
    <Badge tone={firing ? "bad" : "good"} icon={firing ? "alert" : "check"}>
      {t(firing ? "rule.fires" : "rule.quiet")}
    </Badge>
  )
}

/** “Longest wait now, Support: at least 1m 30s, for 30s”. */
function sentence(rule: Rule, { model, kpis }: Pick<Props, "model" | "kpis">): string {
  const kpi = kpis.find(one => one.id === rule.kpi)
  const place =
    rule.queue || rule.agent ? `, ${placeName(model, rule.queue || null, rule.agent || null)}` : ""
  const limit = t(`comparison.${rule.comparison}`, {
    value: said(rule.threshold, kpi?.unit ?? "", locale.value),
  })
  const long = rule.for_s ? t("rule.long", { span: span(rule.for_s * 1_000, locale.value) }) : ""
  return `${kpi?.name ?? rule.kpi}${place}: ${limit}${long}`
}

/** The board is always told. */
const told = (rule: Rule, hooks: readonly Webhook[]) =>
  [
    t("told.board"),
    ...rule.webhooks.map(id => hooks.find(hook => hook.id === id)?.name ?? id),
    ...rule.emails,
  ].join(" · ")
