/**
 * The door of console and board: who is logged in sees the children, everybody else a form.
 * `…/setup?token=…` is the one-time link that makes the first administrator.
 */

import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { Refused } from "../protocol/refused"
import { Icon } from "../ui/icons"
import { Button, Field } from "../ui/kit"
import { enter, login } from "../ui/rest"
import { t } from "./words"

type Face = "console" | "supervisor"
const MIN_PASSWORD = 10

export function Gate({ face, children }: { face: Face; children: ComponentChildren }) {
  const token = new URLSearchParams(location.search).get("token")
  const setup = location.pathname.endsWith("/setup") && token
  if (setup) return <SetUp face={face} token={token} />
  return <>{login.value ? children : <LogIn face={face} />}</>
}

function LogIn({ face }: { face: Face }) {
  const form = useForm({ email: "", password: "" }, values =>
    enter("/api/login", { email: values.email.trim(), password: values.password }),
  )
  return (
    <Page title={t(`login.${face}`)} lead={t("login.lead")}>
      <form onSubmit={form.submit}>
        <Problem error={form.problem()} />
        <Field
          label={t("login.email")}
          type="email"
          autoComplete="username"
          autofocus
          required
          {...form.field("email")}
        />
        <Password label={t("login.password")} autoComplete="current-password" {...form.field("password")} />
        <Button kind="primary" size="large" type="submit" disabled={form.busy.value}>
          {t(form.busy.value ? "login.busy" : "login.go")}
        </Button>
      </form>
      <p class="door-foot">{t("login.forgot")}</p>
    </Page>
  )
}

function SetUp({ face, token }: { face: Face; token: string }) {
  const form = useForm({ name: "", email: "", password: "" }, async values => {
    await enter("/api/setup", { token, ...values, email: values.email.trim() })
    location.replace(`/${face}`)
  })
  return (
    <Page title={t("setup.title")} lead={t("setup.lead")}>
      <form onSubmit={form.submit}>
        <Problem error={form.problem()} />
        <Field label={t("setup.name")} autoComplete="name" autofocus required {...form.field("name")} />
        <Field
          label={t("login.email")}
          type="email"
          autoComplete="username"
          required
          {...form.field("email")}
        />
        <Password
          label={t("login.password")}
          autoComplete="new-password"
          minLength={MIN_PASSWORD}
          hint={t("setup.password", { count: MIN_PASSWORD })}
          {...form.field("password")}
        />
        <Button kind="primary" size="large" type="submit" disabled={form.busy.value}>
          {t("setup.go")}
        </Button>
      </form>
      <p class="door-foot">
        <a href={`/${face}`}>{t("setup.have")}</a>
      </p>
    </Page>
  )
}

type Input = { currentTarget: HTMLInputElement }

function useForm<V extends { [name: string]: string }>(blank: V, send: (values: V) => Promise<void>) {
  const values = useSignal(blank)
  const error = useSignal<Refused | null>(null)
  const busy = useSignal(false)
  const field = (name: keyof V & string) => ({
    name,
    value: values.value[name],
    error: error.value?.field === name ? error.value.message : null,
    onInput: (event: Input) => {
      values.value = { ...values.value, [name]: event.currentTarget.value }
    },
  })
  async function submit(event: Event) {
    event.preventDefault()
    busy.value = true
    error.value = null
    try {
      await send(values.value)
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused
      error.value = refused
    } finally {
      busy.value = false
    }
  }
  /** What is wrong with no field of this form. */
  const problem = () =>
    error.value && !(error.value.field && error.value.field in blank) ? error.value : null
  return { field, submit, problem, busy }
}

interface PasswordProps {
  label: string
  autoComplete: "current-password" | "new-password"
  name: string
  value: string | undefined
  error: string | null
  onInput: (event: Input) => void
  minLength?: number
  hint?: string
}

function Password(props: PasswordProps) {
  const shown = useSignal(false)
  const toggle = () => {
    shown.value = !shown.value
  }
  return (
    <div class="password">
      {/* The types of an input are a union told by one literal; either would do here. */}
      <Field {...props} type={(shown.value ? "text" : "password") as "text"} required />
      <button
        type="button"
        class="peek"
        aria-pressed={shown.value}
        aria-label={t("login.show")}
        onClick={toggle}
      >
        <Icon name={shown.value ? "eyeOff" : "eye"} size={18} />
      </button>
    </div>
  )
}

function Problem({ error }: { error: Refused | null }) {
  if (!error) return null
  return (
    <p class="problem" role="alert">
      <Icon name="alert" size={16} />
      {error.code === "offline" ? t("login.offline") : error.message}
    </p>
  )
}

const Page = ({ title, lead, children }: { title: string; lead: string; children: ComponentChildren }) => (
  <main class="door">
    <div class="door-form">
      <Mark />
      <h1>{title}</h1>
      <p class="door-lead">{lead}</p>
      {children}
    </div>
    <Scene />
  </main>
)

/** The mark: two voices answering each other. */
export const Mark = () => (
  <svg class="mark" width="36" height="36" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="9" />
    <path d="M7 12.5A4.5 4.5 0 0 1 11.5 8h5a4.5 4.5 0 0 1 0 9H12l-3.4 2.7c-.6.5-1.6.1-1.6-.8z" />
    <path
      d="M25 17.2a4.4 4.4 0 0 0-3.2-4.2 6.9 6.9 0 0 1-5.3 6.9h-3A4.5 4.5 0 0 0 17 22h3.4l3 2.4c.7.5 1.6.1 1.6-.8z"
      opacity=".62"
    />
  </svg>
)

/** What waits behind the door, drawn. Decoration only. */
const Scene = () => (
  <div class="scene" aria-hidden="true">
    <div class="scene-talk">
      <span class="scene-bubble">{t("scene.ask")}</span>
      <span class="scene-bubble" data-ours>
        {t("scene.answer")}
      </span>
      <span class="scene-bubble">{t("scene.thanks")}</span>
      <span class="scene-rate">
        <Icon name="smileFace" size={22} />
        {t("scene.rate")}
      </span>
    </div>
  </div>
)
