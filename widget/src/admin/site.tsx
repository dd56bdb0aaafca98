/** One site: its words, its look, what happens in a conversation, and where it may be. */

import { useSignal } from "@preact/signals"
import type { Json } from "../protocol/refused"
import { Field, Select } from "../ui/kit"
import { Embed } from "./embed"
import { Area, Check, Checks, Group, Problem, Save, useForm } from "./form"
import { Head } from "./head"
import { Look } from "./look"
import type { Model } from "./model"
import type { Site } from "./shapes"
import { origins } from "./snippet"
import { t } from "./words"

export interface SiteValues {
  name: string
  locale: string
  greeting: string
  accent: string
  position: "left" | "right"
  theme: "auto" | "light" | "dark"
  bot: boolean
  queue: string
  departments: readonly string[]
  surveys: readonly string[]
  drafts: boolean
  origins: string
}

const LOCALES = ["en", "de", "fr", "es", "pt-BR", "it", "pl", "uk", "tr", "ar", "he", "ja"]
const DEFAULT_ACCENT = "#4f46e5"
const SHOWN = ["name", "greeting", "origins"]

export function SitePage({ model }: { model: Model }) {
  const chosen = useSignal(model.sites.value[0]?.id ?? "")
  const site = model.sites.value.find(one => one.id === chosen.value)
  return (
    <section class="page" aria-labelledby="page">
      {model.sites.value.length > 1 && (
        <Select
          label={t("site.pick")}
          value={chosen.value}
          options={model.sites.value.map(one => ({ value: one.id, label: one.name }))}
          onChange={id => {
            chosen.value = id
          }}
        />
      )}
      {site && <SiteForm key={site.id} model={model} site={site} />}
    </section>
  )
}

function first(site: Site): SiteValues {
  const { accent, position, theme } = site.theme
  return {
    name: site.name,
    locale: site.locale,
    greeting: site.greeting ?? "",
    accent: typeof accent === "string" ? accent : DEFAULT_ACCENT,
    position: position === "left" ? "left" : "right",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    bot: site.bot,
    queue: site.queue,
    departments: site.departments,
    surveys: site.surveys,
    drafts: site.drafts,
    origins: site.origins.join("\n"),
  }
}

function SiteForm({ model, site }: { model: Model; site: Site }) {
  const form = useForm(first(site), values => model.putSite(site.id, body(site, values)))
  const { values, set, error } = form
  const queues = model.queues.value.map(queue => ({ value: queue.id, label: queue.name }))
  const names = new Intl.DisplayNames(undefined, { type: "language" })
  return (
    <form onSubmit={form.submit}>
      <Head title={t("nav.site")} lead={t("site.lead")}>
        <Save busy={form.busy.value} />
      </Head>
      <Problem refused={form.refused.value} shown={SHOWN} />
      <Group title={t("site.words")}>
        <Field
          label={t("site.name")}
          required
          maxLength={200}
          value={values.value.name}
          error={error("name")}
          onInput={event => set({ name: event.currentTarget.value })}
        />
        <Select
          label={t("site.locale")}
          value={values.value.locale}
          options={[...new Set([...LOCALES, site.locale])].map(value => ({
            value,
            label: names.of(value) ?? value,
          }))}
          onChange={locale => set({ locale })}
        />
        <Area
          label={t("site.greeting")}
          hint={t("site.greeting.hint")}
          maxLength={500}
          value={values.value.greeting}
          error={error("greeting")}
          onChange={greeting => set({ greeting })}
        />
      </Group>
      <Look values={values.value} set={set} />
      <Group title={t("site.flow")}>
        <Check label={t("site.bot")} checked={values.value.bot} onChange={bot => set({ bot })} />
        <Select
          label={t("site.queue")}
          value={values.value.queue}
          options={queues}
          onChange={queue => set({ queue })}
        />
        <Checks
          legend={t("site.departments")}
          options={queues}
          chosen={values.value.departments}
          onChange={departments => set({ departments })}
        />
        <Checks
          legend={t("site.surveys")}
          options={model.questions.value.map(value => ({ value, label: surveyName(value) }))}
          chosen={values.value.surveys}
          onChange={surveys => set({ surveys })}
        />
        <Check label={t("site.drafts")} checked={values.value.drafts} onChange={drafts => set({ drafts })} />
      </Group>
      <Group title={t("site.where")}>
        <Area
          label={t("site.origins")}
          hint={t("site.origins.hint")}
          mono
          value={values.value.origins}
          error={error("origins")}
          onChange={lines => set({ origins: lines })}
        />
      </Group>
      <Embed site={site.id} />
    </form>
  )
}

/** What the theme holds besides (a shop's starters, say) stays. */
function body(site: Site, values: SiteValues): Json {
  const { accent, position, theme, name, greeting, ...rest } = values
  return {
    ...rest,
    name: name.trim(),
    greeting: greeting.trim(),
    origins: origins(values.origins),
    theme: { ...site.theme, accent, position, theme },
  }
}

const SURVEYS = ["csat", "nps", "ces", "fcr"] as const

function surveyName(kind: string): string {
  const known = SURVEYS.find(one => one === kind)
  return known ? t(`survey.${known}`) : kind
}
