/** What was told outside, the latest first; what failed can be sent again. */

import { useSignal } from "@preact/signals"
import { span } from "../supervisor/figures"
import { Badge, Button, EmptyState, Tabs } from "../ui/kit"
import { now } from "../ui/time"
import { moment } from "./firings"
import { Head } from "./head"
import type { Pages } from "./rows"
import type { Delivery, Webhook } from "./shapes"
import { locale, t } from "./words"

interface Props {
  pages: Pages
  hooks: readonly Webhook[]
  deliveries: readonly Delivery[]
}

type Which = "all" | "waiting" | "dead"

export function Deliveries({ pages, hooks, deliveries }: Props) {
  const which = useSignal<Which>("all")
  const rows = deliveries.filter(one => which.value === "all" || one.state === which.value)
  const count = (state: string) => deliveries.filter(one => one.state === state).length
  return (
    <section class="part" aria-labelledby="sent">
      <Head id="sent" title={t("sent.title")} lead={t("sent.lead")} />
      <Tabs
        label={t("sent.title")}
        tabs={[
          { value: "all", label: t("sent.all") },
          { value: "waiting", label: t("sent.waiting"), count: count("waiting") },
          { value: "dead", label: t("sent.dead"), count: count("dead") },
        ]}
        value={which.value}
        onChange={value => {
          which.value = value
        }}
      />
      <div id={`panel-${which.value}`} role="tabpanel" aria-labelledby={`tab-${which.value}`}>
        {rows.length ? (
          <table class="board-table settings">
            <thead>
              <tr>
                <th scope="col">{t("sent.what")}</th>
                <th scope="col" data-room="more">
                  {t("sent.to")}
                </th>
                <th scope="col" data-room="more">
                  {t("sent.when")}
                </th>
                <th scope="col">{t("sent.how")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(one => (
                <Row key={one.id} pages={pages} one={one} hooks={hooks} />
              ))}
            </tbody>
          </table>
        ) : (
          <EmptyState icon="send" title={t("sent.empty")} text={t("sent.empty.text")} />
        )}
      </div>
    </section>
  )
}

function Row({ pages, one, hooks }: { pages: Pages; one: Delivery; hooks: readonly Webhook[] }) {
  return (
    <tr>
      <th scope="row" class="wrap">
        {one.kind}
        <span class="second block cut">{one.about}</span>
      </th>
      <td data-room="more">{hooks.find(hook => hook.id === one.target)?.name ?? one.target}</td>
      <td data-room="more">{moment(one.created_at_ms)}</td>
      <td class="wrap">
        <State one={one} />
        {one.problem && <span class="second block">{one.problem}</span>}
        {one.state !== "sent" && (
          <Button
            size="small"
            kind="quiet"
            icon="refresh"
            onClick={() => void pages.write("POST", `/api/deliveries/${one.id}/again`, {})}
          >
            {t("sent.again")}
          </Button>
        )}
      </td>
    </tr>
  )
}

function State({ one }: { one: Delivery }) {
  if (one.state === "sent")
    return (
      <Badge tone="good" icon="check">
        {t("sent.taken")}
      </Badge>
    )
  if (one.state === "dead")
    return (
      <Badge tone="bad" icon="x">
        {t("sent.given", { count: one.attempts })}
      </Badge>
    )
  if (!one.attempts) return <Badge icon="hourglass">{t("sent.soon")}</Badge>
  const next = span(Math.max(0, one.due_ms - now.value), locale.value)
  return (
    <Badge tone="warn" icon="hourglass">
      {t("sent.next", { count: one.attempts, span: next })}
    </Badge>
  )
}
