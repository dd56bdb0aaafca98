/** Everybody who waits, the longest first; waits tick each second and redden. */

import { useEffect } from "preact/hooks"
import { agentName, queueName, queues } from "../../desk/directory"
import { visitorName } from "../../desk/people"
import { QUEUE_WAIT } from "../../desk/waits"
import type { QueueWaiting } from "../../protocol/frames.gen"
import { Avatar, Badge, Button, EmptyState } from "../../ui/kit"
import { useModel } from "../context"
import { t } from "../words"
import { Wait } from "./wait"

export function QueueList() {
  const { floor, ui } = useModel()
  const waiting = floor.waiting.value
  useEffect(() => {
    ui.shown.value = waiting.map(one => one.conversation)
  }, [waiting])
  if (!waiting.length)
    return (
      <EmptyState icon="check" title={t("queue.empty")} text={t("queue.empty.text", { queues: names() })} />
    )
  return (
    <ul class="rows">
      {waiting.map(one => (
        <WaitingRow key={one.conversation} waiting={one} />
      ))}
    </ul>
  )
}

const names = () => new Intl.ListFormat().format(queues.value.map(queue => queue.name))

function WaitingRow({ waiting }: { waiting: QueueWaiting }) {
  const model = useModel()
  const id = waiting.conversation
  const name = visitorName({ name: waiting.visitor }, id)
  return (
    <li class="row-wrap">
      <a
        class="row"
        href={model.router.href(`/c/${id}`)}
        aria-current={model.openId.value === id ? "page" : undefined}
        onClick={() => (model.ui.pane.value = "conversation")}
      >
        <Avatar name={name} />
        <span class="row-name">{name}</span>
        <span class="row-end">
          <Wait sinceMs={waiting.queued_at_ms} bounds={QUEUE_WAIT} />
        </span>
        <span class="row-last">{waiting.last_text ?? t("row.nothing")}</span>
        <span class="row-chips">
          <Badge>{queueName(waiting.queue)}</Badge>
          <Origin waiting={waiting} />
        </span>
      </a>
      <Button size="small" kind="primary" class="take" onClick={() => void model.accept(id)}>
        {t("take")}
        <span class="sr">{name}</span>
      </Button>
    </li>
  )
}

/** Who it rings at, or why it is here again. */
function Origin({ waiting }: { waiting: QueueWaiting }) {
  if (waiting.offered_to)
    return <Badge icon="bell">{t("queue.rings", { name: agentName(waiting.offered_to) })}</Badge>
  if (waiting.reason === "agent_lost") return <Badge icon="refresh">{t("queue.lost")}</Badge>
  if (waiting.reason === "transfer") return <Badge icon="transfer">{t("queue.transfer")}</Badge>
  return null
}
