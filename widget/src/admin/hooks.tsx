/** Webhooks: who outside is told of what, and what became of every delivery. */

import { useSignal } from "@preact/signals"
import { why } from "../supervisor/asking"
import { Badge, Button, EmptyState, Spinner } from "../ui/kit"
import { Deliveries } from "./deliveries"
import { Head } from "./head"
import { HookDialog } from "./hook"
import { usePages } from "./rows"
import { Secret } from "./secret"
import { type Delivery, rowsOf, type Webhook } from "./shapes"
import { t } from "./words"

const PATHS = ["/api/webhooks", "/api/deliveries?limit=50"] as const
const LOOK_MS = 3_000 // a delivery is under way

export function Hooks() {
  const pages = usePages(PATHS, LOOK_MS)
  const open = useSignal<Webhook | "new" | null>(null)
  const secret = useSignal<string | null>(null)
  const answers = pages.answers.value
  const problem = pages.problem.value
  if (problem && !answers) return <EmptyState icon="offline" title={t("failed", { why: why(problem) })} />
  if (!answers) return <Spinner label={t("loading")} />
  const [told, sent] = PATHS.map(path => answers[path] ?? {})
  const hooks = rowsOf<Webhook>(told ?? {}, "webhooks")
  return (
    <section class="page" aria-labelledby="page">
      <Head title={t("nav.webhooks")} lead={t("hooks.lead")}>
        <Button
          kind="primary"
          icon="plus"
          onClick={() => {
            open.value = "new"
          }}
        >
          {t("hooks.add")}
        </Button>
      </Head>
      {hooks.length ? (
        <ul class="cards">
          {hooks.map(hook => (
            <li key={hook.id}>
              <button
                type="button"
                class="card-row rule"
                onClick={() => {
                  open.value = hook
                }}
              >
                <strong>{hook.name}</strong>
                <span class="cut">{hook.url}</span>
                <span class="second">
                  {hook.kinds.length ? t("hook.hears", { count: hook.kinds.length }) : t("hook.alerts")}
                  {hook.words && ` · ${t("hook.withwords")}`}
                </span>
                <State hook={hook} />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon="link" title={t("hooks.empty")} text={t("hooks.empty.text")} />
      )}
      <Deliveries pages={pages} hooks={hooks} deliveries={rowsOf<Delivery>(sent ?? {}, "deliveries")} />
      {open.value && (
        <HookDialog
          key={open.value === "new" ? "new" : open.value.id}
          pages={pages}
          hook={open.value === "new" ? null : open.value}
          kinds={(told?.kinds ?? {}) as { readonly [kind: string]: string }}
          onSecret={fresh => {
            secret.value = fresh
          }}
          onClose={() => {
            open.value = null
          }}
        />
      )}
      {secret.value && (
        <Secret
          title={t("hook.secret")}
          text={t("hook.secret.text")}
          secret={secret.value}
          onClose={() => {
            secret.value = null
          }}
        />
      )}
    </section>
  )
}

function State({ hook }: { hook: Webhook }) {
  const { waiting = 0, dead = 0 } = hook.counts
  if (!hook.enabled) return <Badge icon="pause">{t("rule.off")}</Badge>
  if (dead)
    return (
      <Badge tone="bad" icon="alert">
        {t("hook.dead", { count: dead })}
      </Badge>
    )
  if (waiting)
    return (
      <Badge tone="warn" icon="hourglass">
        {t("hook.waiting", { count: waiting })}
      </Badge>
    )
  return (
    <Badge tone="good" icon="check">
      {t("hook.fine")}
    </Badge>
  )
}
