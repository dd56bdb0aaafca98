/** What every form here shares: values, one request, the refusal beside its field, and a word when it is done. */

import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"
import { Refused } from "../protocol/refused"
import { why } from "../supervisor/asking"
import { Icon } from "../ui/icons"
import { Button, toast } from "../ui/kit"
import { t } from "./words"

/** When it is done, the sentence that `send` answers is said, or `said`. */
export function useForm<V extends object>(
  first: V,
  send: (values: V) => Promise<unknown>,
  said = t("saved"),
) {
  const values = useSignal(first)
  const refused = useSignal<Refused | null>(null)
  const busy = useSignal(false)
  const set = (more: Partial<V>) => {
    values.value = { ...values.value, ...more }
  }
  const error = (name: string) => (fieldOf(refused.value) === name ? (refused.value?.message ?? null) : null)
  async function submit(event?: Event): Promise<boolean> {
    event?.preventDefault()
    busy.value = true
    refused.value = null
    try {
      const told = await send(values.value)
      toast(typeof told === "string" ? told : said, "good")
      return true
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem
      refused.value = problem
      return false
    } finally {
      busy.value = false
    }
  }
  return { values, set, submit, error, refused, busy }
}

/** One item of a list is the list's field. */
const fieldOf = (refused: Refused | null): string => refused?.field?.split(/[.[]/)[0] ?? ""

/** A refusal that names no field, or a field this form does not show. */
export const Problem = ({ refused, shown }: { refused: Refused | null; shown: readonly string[] }) =>
  refused && !shown.includes(fieldOf(refused)) ? (
    <p class="problem" role="alert">
      <Icon name="alert" size={16} />
      {why(refused)}
    </p>
  ) : null

export const Save = ({ busy, label = t("save") }: { busy: boolean; label?: string }) => (
  <Button kind="primary" type="submit" disabled={busy}>
    {label}
  </Button>
)

interface CheckProps {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}

export const Check = ({ label, checked, onChange }: CheckProps) => (
  <label class="check">
    <input type="checkbox" checked={checked} onChange={event => onChange(event.currentTarget.checked)} />
    <span>{label}</span>
  </label>
)

interface ChecksProps {
  legend: string
  hint?: string
  options: readonly { readonly value: string; readonly label: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** Several of several; the order is that of the options. */
export const Checks = ({ legend, hint, options, chosen, onChange }: ChecksProps) => (
  <fieldset class="checks">
    <legend>{legend}</legend>
    {options.map(({ value, label }) => (
      <Check
        key={value}
        label={label}
        checked={chosen.includes(value)}
        onChange={on => {
          const next = (one: string) => (one === value ? on : chosen.includes(one))
          onChange(options.map(option => option.value).filter(next))
        }}
      />
    ))}
    {hint && <p class="field-hint">{hint}</p>}
  </fieldset>
)

interface AreaProps {
  label: string
  value: string
  hint?: string
  error?: string | null
  rows?: number
  maxLength?: number
  mono?: boolean
  required?: boolean
  onChange: (value: string) => void
}

export function Area({ label, value, hint, error, rows = 3, mono, onChange, ...rest }: AreaProps) {
  const id = useId()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea
        {...rest}
        id={id}
        class={mono ? "input mono" : "input"}
        rows={rows}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={error || hint ? `${id}-said` : undefined}
        value={value}
        onInput={event => onChange(event.currentTarget.value)}
      />
      {(error || hint) && (
        <span id={`${id}-said`} class={error ? "field-error" : "field-hint"}>
          {error ?? hint}
        </span>
      )}
    </div>
  )
}

export const Group = ({
  title,
  text,
  children,
}: {
  title: string
  text?: string
  children: ComponentChildren
}) => (
  <section class="group">
    <header>
      <h3>{title}</h3>
      {text && <p>{text}</p>}
    </header>
    <div class="group-body">{children}</div>
  </section>
)
