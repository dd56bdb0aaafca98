/** The three panes, what rings above them, and the sheets. On a phone one pane at a time. */

import { useEffect, useMemo } from "preact/hooks"
import { LineBanner } from "../desk/banner"
import { Icon } from "../ui/icons"
import { Button, Toasts } from "../ui/kit"
import { login, type User } from "../ui/rest"
import { bindCommands } from "./commands"
import { ModelContext, useModel } from "./context"
import { ConversationPane } from "./conversation/pane"
import { DetailsPane } from "./details/pane"
import { ListPane } from "./list/pane"
import { Model } from "./model/model"
import { Offers } from "./offers"
import { reasonName } from "./presence"
import { Sheets } from "./sheets/sheets"
import { t } from "./words"

export function Console() {
  const user = login.value?.user
  return user ? <Shift key={user.id} user={user} /> : null
}

function Shift({ user }: { user: User }) {
  const model = useMemo(() => new Model(user), [])
  useEffect(() => () => model.close(), [])
  useEffect(() => bindCommands(model), [])
  return (
    <ModelContext.Provider value={model}>
      <Frame />
    </ModelContext.Provider>
  )
}

function Frame() {
  const model = useModel()
  const { pane, drawer } = model.ui
  const open = model.openId.value !== null
  const known = !!model.openView.value?.visitor
  const details = known && model.settings.value.details
  return (
    <div
      class="console"
      data-pane={open ? pane.value : "list"}
      data-details={details}
      data-drawer={drawer.value}
    >
      <a class="skip" href="#conversation">
        {t("skip")}
      </a>
      <LineBanner line={model.desk} />
      <IdleStrip />
      <div class="panes">
        <main class="work">
          <h1 class="sr">{t("console")}</h1>
          <ListPane />
          <ConversationPane />
        </main>
        {known && <DetailsPane />}
      </div>
      {model.ui.sheet.value === null && <Offers />}
      <Sheets />
      <Toasts />
    </div>
  )
}

/** Whom the clock sent away must notice it, or he waits for chats that do not ring. */
function IdleStrip() {
  const model = useModel()
  const me = model.floor.me.value
  if (me?.status !== "away" || me.reason !== "idle") return null
  return (
    <div class="line-banner" role="status">
      <Icon name="coffee" size={16} />
      <span>{t("idle.strip", { reason: reasonName(me.reason) })}</span>
      <Button size="small" onClick={() => void model.setStatus("online")}>
        {t("go.online")}
      </Button>
    </div>
  )
}
