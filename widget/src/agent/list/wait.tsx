/** A wait that ticks and reddens. The colour never speaks alone: a clock and the time say it too. */

import { REPLY_WAIT, waitTone } from "../../desk/waits"
import { Icon } from "../../ui/icons"
import { sinceMs, ticks } from "../../ui/time"
import { t } from "../words"

interface WaitProps {
  sinceMs: number
  bounds?: typeof REPLY_WAIT
}

export function Wait({ sinceMs: start, bounds = REPLY_WAIT }: WaitProps) {
  const ms = sinceMs(start)
  return (
    <span class="wait num" data-tone={waitTone(ms, bounds)} title={t("waits")}>
      <Icon name="clock" size={12} />
      <span class="sr">{t("waits")} </span>
      {ticks(ms)}
    </span>
  )
}
