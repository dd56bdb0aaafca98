/** When a wait is getting long and when it is too long: the same bounds wherever one ticks. */

import type { Tone } from "../ui/kit"

/** A visitor in a chat, unanswered. Red after forty seconds, as the best consoles have it. */
export const REPLY_WAIT = { warnMs: 20_000, badMs: 40_000 }
/** A visitor in a queue. */
export const QUEUE_WAIT = { warnMs: 30_000, badMs: 60_000 }

export function waitTone(ms: number, bounds: { warnMs: number; badMs: number }): Tone {
  return ms >= bounds.badMs ? "bad" : ms >= bounds.warnMs ? "warn" : "plain"
}
