/** What the server raises on its own and what fires by a rule, above everything; nothing takes no room. */

import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { agentName, queueName } from "../desk/directory"
import { Icon } from "../ui/icons"
import { Button } from "../ui/kit"
import { rest } from "../ui/rest"
import { ask } from "./asking"
import type { Alert } from "./board"
import { valueText } from "./chart"
import { percent } from "./figures"
import type { Model } from "./model"
import { locale, t } from "./words"

type Told = { readonly text: string; readonly level: "warn" | "bad" }

/** A kind that is not in the table is not shown. */
const TABLE: { readonly [kind: string]: (alert: Alert, queue: string, model: Model) => Told } = {
  nobody_online: (alert, queue) => ({
    level: "bad",
    text: t("alert.nobody", { queue, count: alert.waiting ?? 0 }),
  }),
  service_level_low: (alert, queue) => ({
    level: "warn",
    text: t("alert.service", {
      queue,
      value: percent(alert.value, locale.value),
      target: percent(alert.target, locale.value, 0),
    }),
  }),
  rule: (alert, _, model) => {
    const kpi = model.definitions.value.get(alert.kpi ?? "")
    const value = alert.value === null ? "" : valueText(alert.value, kpi?.unit ?? "")
    const time = clock(alert.firedAtMs, model.board.value.zone)
    return {
      level: alert.acknowledgedBy ? "warn" : "bad",
      text: t("alert.rule", { name: alert.name ?? "", kpi: kpi?.name ?? alert.kpi ?? "", value, time }),
    }
  },
}

const clock = (ms: number | null, timeZone: string) =>
  new Intl.DateTimeFormat(locale.value, { timeStyle: "short", timeZone }).format(ms ?? 0)

/** `still`: to be read only, from afar. */
export function Alerts({ model, still }: { model: Model; still?: boolean }) {
  const told = model.board.value.alerts.flatMap(alert => {
    const one = TABLE[alert.kind]?.(alert, queueName(alert.queue), model)
    return one ? [{ ...one, alert }] : []
  })
  return (
    <div class="alerts" role="status">
      {told.map(({ alert, level, text }) => (
        <span key={`${alert.kind} ${alert.id ?? alert.queue}`} class="raised">
          <Said href={still ? null : pathOf(alert)} level={level}>
            <Icon name={level === "bad" ? "alert" : "warning"} size={15} />
            {text}
          </Said>
          {alert.id !== null && !still && <Taken alert={alert} />}
        </span>
      ))}
    </div>
  )
}

const pathOf = ({ queue }: Alert) => (queue ? `/supervisor/q/${encodeURIComponent(queue)}` : "/supervisor")

const Said = (props: { href: string | null; level: string; children: ComponentChildren }) =>
  props.href ? (
    <a class="said" href={props.href} data-level={props.level}>
      {props.children}
    </a>
  ) : (
    <strong class="said" data-level={props.level}>
      {props.children}
    </strong>
  )

/** Who looks after it, or the button that says: I do. */
function Taken({ alert }: { alert: Alert }) {
  const busy = useSignal(false)
  if (alert.acknowledgedBy)
    return <span class="note">{t("alert.taken", { name: agentName(alert.acknowledgedBy) })}</span>
  const take = async () => {
    busy.value = true
    await ask(rest("POST", `/api/alerts/${alert.id}/acknowledge`, {}))
    busy.value = false
  }
  return (
    <Button size="small" disabled={busy.value} onClick={() => void take()}>
      {t("alert.mine")}
    </Button>
  )
}
