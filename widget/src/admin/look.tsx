/** The widget's look, with the verdict on its colour and a preview that wears it. */

import { useEffect, useRef } from "preact/hooks"
import { decimal } from "../supervisor/figures"
import { Icon } from "../ui/icons"
import { Field, Select } from "../ui/kit"
import { verdict } from "./accent"
import { Group } from "./form"
import type { SiteValues } from "./site"
import { locale, t } from "./words"

interface LookProps {
  values: SiteValues
  set: (more: Partial<SiteValues>) => void
}

export const Look = ({ values, set }: LookProps) => (
  <Group title={t("site.look")}>
    <div class="look">
      <div class="look-form">
        <div class="colour">
          <Field
            label={t("site.accent")}
            required
            pattern="#[0-9a-fA-F]{6}"
            maxLength={7}
            value={values.accent}
            onInput={event => set({ accent: event.currentTarget.value.trim() })}
          />
          <input
            type="color"
            aria-label={t("site.accent.pick")}
            value={verdict(values.accent) ? values.accent : "#000000"}
            onInput={event => set({ accent: event.currentTarget.value })}
          />
        </div>
        <Said colour={values.accent} />
        <Select
          label={t("site.side")}
          value={values.position}
          options={(["right", "left"] as const).map(value => ({ value, label: t(`side.${value}`) }))}
          onChange={position => set({ position })}
        />
        <Select
          label={t("site.theme")}
          value={values.theme}
          options={(["auto", "light", "dark"] as const).map(value => ({ value, label: t(`theme.${value}`) }))}
          onChange={theme => set({ theme })}
        />
      </div>
      <Preview values={values} />
    </div>
  </Group>
)

function Said({ colour }: { colour: string }) {
  const said = verdict(colour)
  const level = !said ? "bad" : said.enough ? "good" : "warn"
  const ratio = decimal(said?.ratio ?? null, locale.value, 1)
  const words = {
    good: t("site.accent.good", { ratio }),
    warn: t("site.accent.low", { ratio, page: decimal(said?.page ?? null, locale.value, 1) }),
    bad: t("site.accent.bad"),
  }
  return (
    <p class="verdict" data-level={level} role="status">
      <Icon name={level === "good" ? "check" : level === "warn" ? "warning" : "alert"} size={14} />
      {words[level]}
    </p>
  )
}

function Preview({ values }: { values: SiteValues }) {
  const box = useRef<HTMLDivElement>(null)
  const said = verdict(values.accent)
  useEffect(() => {
    if (!said) return
    box.current?.style.setProperty("--shop", values.accent)
    box.current?.style.setProperty("--on-shop", said.on === "white" ? "#fff" : "#14141c")
  }, [values.accent])
  return (
    <div ref={box} class="preview" data-side={values.position} data-theme={values.theme} aria-hidden="true">
      <div class="preview-head">{values.name}</div>
      <p class="preview-theirs">{values.greeting || t("preview.hello")}</p>
      <p class="preview-mine">{t("preview.mine")}</p>
      <span class="preview-launcher">
        <Icon name="chat" size={22} />
      </span>
    </div>
  )
}
