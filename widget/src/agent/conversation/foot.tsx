/** Below the log: the composer where I may write; else how it stands and the next step. */

import type { ComponentChildren } from "preact"
import { agentName, queueName } from "../../desk/directory"
import { QUEUE_WAIT } from "../../desk/waits"
import type { View } from "../../protocol/evolve"
import { Icon, type IconName } from "../../ui/icons"
import { Button } from "../../ui/kit"
import { useModel } from "../context"
import { Wait } from "../list/wait"
import { t } from "../words"
import { Composer } from "./composer"
import { WrapUp } from "./wrapup"

export function Foot({ view }: { view: View }) {
  const model = useModel()
  const wrapup = model.floor.wrapups.value.get(view.id)
  if (model.floor.mayWrite(view)) return <Composer view={view} />
  if (wrapup !== undefined) return <WrapUp view={view} sinceMs={wrapup} />
  const supervisor = model.floor.me.value?.role !== "agent"
  return (
    <>
      <Standstill view={view} />
      {supervisor && view.state !== "new" && <Composer view={view} noteOnly />}
    </>
  )
}

function Standstill({ view }: { view: View }) {
  const model = useModel()
  const take = (
    <Button kind="primary" icon="headset" onClick={() => void model.accept(view.id)}>
      {t("take")}
    </Button>
  )
  if (view.state === "queued")
    return (
      <Bar icon="hourglass" action={take}>
        {t("foot.queued", { queue: queueName(view.queue) })}{" "}
        {view.queuedAtMs && <Wait sinceMs={view.queuedAtMs} bounds={QUEUE_WAIT} />}
      </Bar>
    )
  if (view.state === "diverted")
    return (
      <Bar icon="mail" action={take}>
        {t("foot.diverted")}
      </Bar>
    )
  if (view.state === "bot") return <Bar icon="bot">{t("foot.bot")}</Bar>
  if (view.state === "closed") return <Bar icon="archive">{t("foot.closed")}</Bar>
  const names = view.agents.map(agent => agent.name || agentName(agent.id)).join(", ")
  return <Bar icon="eye">{t("foot.reading", { name: names })}</Bar>
}

const Bar = ({
  icon,
  action,
  children,
}: {
  icon: IconName
  action?: ComponentChildren
  children: ComponentChildren
}) => (
  <div class="foot-bar">
    <Icon name={icon} size={18} />
    <p>{children}</p>
    {action}
  </div>
)
