/** The settings' page: the door, the right to change things, and the rooms. */

import { useSignal } from "@preact/signals"
import type { ComponentType } from "preact"
import { useEffect, useMemo } from "preact/hooks"
import { Gate, Mark } from "../desk/login"
import { Account } from "../supervisor/account"
import { why } from "../supervisor/asking"
import { t as shared } from "../supervisor/common"
import { Icon, type IconName } from "../ui/icons"
import { Button, EmptyState, Spinner, Toasts } from "../ui/kit"
import { login, logOut } from "../ui/rest"
import { Answers } from "./answers"
import { Hooks } from "./hooks"
import { Keys } from "./keys"
import { createModel, type Model } from "./model"
import { People } from "./people"
import { router } from "./places"
import { QueuePage } from "./queue"
import { Queues } from "./queues"
import { SitePage } from "./site"
import { Watch } from "./watch"
import { t } from "./words"

export const App = () => (
  <>
    <Gate face="supervisor">{login.value?.user.role === "admin" ? <Settings /> : <NotYours />}</Gate>
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
            <a class="btn" data-kind="primary" href="/supervisor">
              {t("no.board")}
            </a>
            <Button onClick={() => void logOut()}>{shared("top.logout")}</Button>
          </div>
        }
      />
    </main>
  )
}

function Settings() {
  const model = useMemo(createModel, [])
  useEffect(() => void model.load(), [])
  return (
    <>
      <Top />
      <div class="rooms">
        <Nav />
        <main class="room">
          <Room model={model} />
        </main>
      </div>
    </>
  )
}

const Top = () => (
  <header class="top">
    <a class="brand" href="/admin" aria-label={t("title")}>
      <Mark />
    </a>
    <h1>{t("title")}</h1>
    <nav class="top-nav" aria-label={shared("nav.label")}>
      <a href="/supervisor">{shared("nav.board")}</a>
      <a href="/console">{shared("nav.console")}</a>
    </nav>
    <Account />
  </header>
)

const ROOMS: readonly (readonly [
  room: "people" | "queues" | "site" | "answers" | "bot" | "watch" | "webhooks" | "keys",
  href: string,
  icon: IconName,
])[] = [
  ["people", "/admin", "users"],
  ["queues", "/admin/queues", "inbox"],
  ["site", "/admin/site", "store"],
  ["answers", "/admin/answers", "zap"],
  ["bot", "/admin/bot", "bot"],
  ["watch", "/admin/alerts", "bell"],
  ["webhooks", "/admin/webhooks", "link"],
  ["keys", "/admin/keys", "shield"],
]

function Nav() {
  const { name } = router.route.value
  const here = name === "queue" ? "queues" : name === "botPart" ? "bot" : name
  return (
    <nav class="room-nav" aria-label={t("title")}>
      {ROOMS.map(([room, href, icon]) => (
        <a
          key={room}
          href={href}
          aria-current={room === here ? "page" : undefined}
          ref={link => void (room === here && link?.scrollIntoView({ block: "nearest", inline: "center" }))}
        >
          <Icon name={icon} size={17} />
          {t(`nav.${room}`)}
        </a>
      ))}
    </nav>
  )
}

function Room({ model }: { model: Model }) {
  const { name, params } = router.route.value
  if (model.phase.value === "failed") return <Failed model={model} />
  if (model.phase.value === "loading") return <Spinner label={t("loading")} />
  const queue = model.queues.value.find(one => one.id === params.id)
  if (name === "queue" && queue) return <QueuePage key={queue.id} model={model} queue={queue} />
  if (name === "queue" || name === "queues") return <Queues model={model} />
  if (name === "site") return <SitePage model={model} />
  if (name === "answers") return <Answers model={model} />
  if (name === "bot" || name === "botPart") return <Later load={bot} />
  if (name === "watch") return <Watch model={model} />
  if (name === "webhooks") return <Hooks />
  if (name === "keys") return <Keys model={model} />
  return <People model={model} />
}

const bot = () => import("./bot/screen")

/** Fetched when somebody goes there: the other rooms stay light. */
function Later({ load }: { load: () => Promise<{ default: ComponentType }> }) {
  const screen = useSignal<ComponentType | null>(null)
  useEffect(() => {
    void load().then(loaded => {
      screen.value = loaded.default
    })
  }, [])
  const Screen = screen.value
  return Screen ? <Screen /> : <Spinner label={t("loading")} />
}

const Failed = ({ model }: { model: Model }) => (
  <EmptyState
    icon="offline"
    title={t("failed", { why: model.problem.value ? why(model.problem.value) : "" })}
    action={<Button onClick={() => void model.load()}>{t("again")}</Button>}
  />
)
