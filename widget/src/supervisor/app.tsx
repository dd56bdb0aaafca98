/** The board's page: the door, the right to see it, and then board or TV. */

import { useComputed, useSignal } from "@preact/signals"
import type { ComponentType } from "preact"
import { useEffect, useMemo } from "preact/hooks"
import { LineBanner } from "../desk/banner"
import { Gate } from "../desk/login"
import { Button, EmptyState, Spinner, Toasts } from "../ui/kit"
import { login, logOut } from "../ui/rest"
import { Agents } from "./agents"
import { Alerts } from "./alerts"
import { t as shared } from "./common"
import { Definitions } from "./definition"
import { Live } from "./live"
import { createModel, type Model } from "./model"
import { router } from "./places"
import { Queues } from "./queues"
import { SideSheet } from "./sheet"
import { Strip } from "./strip"
import { Top } from "./top"
import { Tv } from "./tv"
import { t } from "./words"

export const App = () => (
  <>
    <Gate face="supervisor">{login.value?.user.role === "agent" ? <NotYours /> : <Desk />}</Gate>
    <Toasts />
  </>
)

function NotYours() {
  const user = login.value?.user
  return (
    <main class="not-yours">
      <EmptyState
        icon="shield"
        title={t("no.title")}
        text={t("no.text", { name: user?.name ?? "", role: user?.role ?? "" })}
        action={
          <div class="action-row">
            <a class="btn" data-kind="primary" href="/console">
              {t("no.console")}
            </a>
            <Button onClick={() => void logOut()}>{shared("top.logout")}</Button>
          </div>
        }
      />
    </main>
  )
}

function Desk() {
  const model = useMemo(createModel, [])
  useEffect(() => () => model.close(), [])
  const tv = useComputed(() => router.route.value.query.get("tv") === "1").value
  if (!model.heard.value) return <Opening model={model} />
  return (
    <>
      {tv ? <Tv model={model} /> : <Whole model={model} />}
      <Definitions model={model} />
    </>
  )
}

const Opening = ({ model }: { model: Model }) => (
  <>
    <LineBanner line={model.desk} />
    <main class="opening">
      <Spinner label={t("loading")} />
      <span>{t("loading")}</span>
    </main>
  </>
)

const Whole = ({ model }: { model: Model }) => (
  <>
    <LineBanner line={model.desk} />
    <Top model={model} />
    <Here model={model} />
  </>
)

const Floor = ({ model }: { model: Model }) => (
  <>
    <main class="board">
      <Alerts model={model} />
      <Strip model={model} />
      <Queues model={model} />
      <div class="floor">
        <Agents model={model} />
        <Live model={model} />
      </div>
    </main>
    <SideSheet model={model} />
  </>
)

/** Fetched when somebody goes there: the board itself stays light. */
const SCREENS: { readonly [page: string]: () => Promise<{ default: ComponentType<{ model: Model }> }> } = {
  reports: () => import("./reports/screen"),
  abandonment: () => import("./abandonment/screen"),
  staffing: () => import("./staffing/screen"),
  tickets: () => import("./tickets/screen"),
}

function Here({ model }: { model: Model }) {
  const name = router.route.value.name ?? ""
  const load = SCREENS[name]
  return load ? <Fetched key={name} model={model} load={load} /> : <Floor model={model} />
}

function Fetched({ model, load }: { model: Model; load: NonNullable<(typeof SCREENS)[string]> }) {
  const screen = useSignal<ComponentType<{ model: Model }> | null>(null)
  useEffect(() => {
    void load().then(loaded => {
      screen.value = loaded.default
    })
  }, [])
  const Screen = screen.value
  return Screen ? <Screen model={model} /> : <Opening model={model} />
}
