/** What the server raises on its own, above everything; nothing takes no room. */

import { queueName } from "../desk/directory"
import { Icon } from "../ui/icons"
import type { Alert } from "./board"
import { percent } from "./figures"
import type { Model } from "./model"
import { locale, t } from "./words"

type Told = { readonly text: string; readonly level: "warn" | "bad" }

/** A kind that is not in the table is not shown. */
const TABLE: { readonly [kind: string]: (alert: Alert, queue: string) => Told } = {
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
}

export function Alerts({ model }: { model: Model }) {
  const told = model.board.value.alerts.flatMap(alert => {
    const one = TABLE[alert.kind]?.(alert, queueName(alert.queue))
    return one ? [{ ...one, alert }] : []
  })
  return (
    <div class="alerts" role="status">
      {told.map(({ alert, level, text }) => (
        <a
          key={`${alert.kind} ${alert.queue}`}
          data-level={level}
          href={`/supervisor/q/${encodeURIComponent(alert.queue ?? "")}`}
        >
          <Icon name={level === "bad" ? "alert" : "warning"} size={15} />
          {text}
        </a>
      ))}
    </div>
  )
}
