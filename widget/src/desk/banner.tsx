/**
 * What the line has to say: nothing for the first three seconds of a cut, then a slim banner
 * with a countdown and "try now". Writing goes on meanwhile; the outbox keeps it.
 */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Status } from "../protocol/socket"
import { Icon, type IconName } from "../ui/icons"
import { Button } from "../ui/kit"
import { logOut } from "../ui/rest"
import { now } from "../ui/time"
import { t } from "./words"

const QUIET_MS = 3_000

interface Line {
  readonly line: { open(): void }
  readonly status: { readonly value: Status }
  readonly draining: { readonly value: boolean }
}

export function LineBanner({ line }: { line: Line }) {
  const status = line.status.value
  const loud = useLate(status.phase !== "open", line.draining.value ? 0 : QUIET_MS)
  if (status.phase === "refused") return <Refusal message={status.error.message} />
  if (!loud || status.phase === "open") return null
  const tryNow =
    status.phase === "waiting" ? { label: t("line.try"), run: () => line.line.open() } : undefined
  return <Strip icon="offline" text={words(status, line.draining.value)} action={tryNow} />
}

function words(status: Status, draining: boolean): string {
  if (draining) return t("line.draining")
  if (status.phase !== "waiting") return t("line.connecting")
  const seconds = Math.max(1, Math.ceil((status.retryAtMs - now.value) / 1_000))
  return t("line.waiting", { count: seconds })
}

const Refusal = ({ message }: { message: string }) => (
  <Strip
    icon="alert"
    text={t("line.refused", { message })}
    action={{ label: t("login.again"), run: () => void logOut() }}
  />
)

interface StripProps {
  icon: IconName
  text: string
  action?: { label: string; run: () => void } | undefined
}

const Strip = ({ icon, text, action }: StripProps) => (
  <div class="line-banner" role="status">
    <Icon name={icon} size={16} />
    <span>{text}</span>
    {action && (
      <Button size="small" onClick={action.run}>
        {action.label}
      </Button>
    )}
  </div>
)

/** True once `on` has held for a while. */
function useLate(on: boolean, afterMs: number): boolean {
  const late = useSignal(false)
  useEffect(() => {
    if (!on) {
      late.value = false
      return
    }
    const timer = setTimeout(() => {
      late.value = true
    }, afterMs)
    return () => clearTimeout(timer)
  }, [on, afterMs])
  return late.value
}
