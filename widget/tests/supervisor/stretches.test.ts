/** A conversation's time: named stretches that follow each other and add up. */

import { describe, expect, it } from "vitest"
import type { EventFrame } from "../../src/protocol/frames.gen"
import { lived, stretches } from "../../src/supervisor/stretches"

let seq = 0
const event = (at_ms: number, kind: string, data: object = {}): EventFrame => ({
  conversation: "c",
  seq: ++seq,
  epoch: "e",
  kind,
  at_ms,
  data: { ...data },
})

const LIFE = [
  event(0, "conversation_started"),
  event(0, "bot_started"),
  event(1_000, "message"),
  event(20_000, "queue_entered", { queue: "support" }),
  event(50_000, "accepted", { agent: "a", name: "Ada" }),
  event(60_000, "message"),
  event(90_000, "closed", { by: "agent" }),
]

describe("stretches", () => {
  it("name where the conversation was, without gap or overlap", () => {
    expect(stretches(LIFE)).toEqual([
      { phase: "bot", fromMs: 0, toMs: 20_000, who: null },
      { phase: "queue", fromMs: 20_000, toMs: 50_000, who: "support" },
      { phase: "agent", fromMs: 50_000, toMs: 90_000, who: "Ada" },
      { phase: "closed", fromMs: 90_000, toMs: null, who: null },
    ])
  })

  it("add up to the conversation's length", () => {
    const sum = lived(stretches(LIFE)).reduce((all, one) => all + (one.toMs ?? 0) - one.fromMs, 0)
    expect(sum).toBe(90_000)
  })

  it("go on with the time between, when it is reopened", () => {
    const again = [...LIFE, event(100_000, "reopened"), event(110_000, "closed")]
    expect(lived(stretches(again)).map(one => one.phase)).toEqual(["bot", "queue", "agent", "closed", "bot"])
  })

  it("do not begin anew when a second agent joins", () => {
    const joined = [...LIFE.slice(0, 5), event(55_000, "accepted", { agent: "b", name: "Bo", joined: true })]
    expect(stretches(joined).at(-1)).toEqual({ phase: "agent", fromMs: 50_000, toMs: null, who: "Ada" })
  })
})
