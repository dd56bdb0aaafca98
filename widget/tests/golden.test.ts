/** The golden stories through both evolves: after every event the browser knows what the server knows. */

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { blank, evolve, type View } from "../src/protocol/evolve"
import type { EventFrame } from "../src/protocol/frames.gen"

type Known = { state: string; agents: string[]; answers: object }
type Told = { [file: string]: { [conversation: string]: Known[] } }

const python = process.env.PYTHON ?? "python3"
const golden = resolve(import.meta.dirname, "../../tests/golden")
const told: Told = JSON.parse(
  execFileSync(python, [resolve(import.meta.dirname, "golden_states.py")], {
    encoding: "utf8",
    maxBuffer: 1e8,
  }),
)

function stories(file: string): Map<string, View[]> {
  const views = new Map<string, View[]>()
  for (const line of readFileSync(resolve(golden, file), "utf8").split("\n").filter(Boolean)) {
    const { ts, event: kind, conversation, ...data } = JSON.parse(line)
    if (!told[file]?.[conversation]) continue
    const before = views.get(conversation) ?? []
    const view = before.at(-1) ?? blank(conversation, "e")
    const sender = kind === "message" ? data.sender : "system"
    const frame = {
      conversation,
      seq: view.seq + 1,
      epoch: "e",
      kind,
      at_ms: ts,
      actor: { kind: sender },
      data,
    }
    views.set(conversation, [...before, evolve(view, frame as EventFrame)])
  }
  return views
}

const known = (view: View) => ({
  state: view.state,
  agents: view.agents.map(agent => agent.id),
  queuedAtMs: view.queuedAtMs,
  waitingReplySinceMs: view.waitingReplySinceMs,
  tags: view.tags,
  flags: view.flags,
  answers: view.survey?.answers ?? {},
  visitorAway: view.visitorAway,
})

test("there are stories to play", () => {
  expect(Object.keys(told).length).toBeGreaterThan(5)
})

test.each(Object.keys(told))("%s: both evolves agree after every event", file => {
  const views = stories(file)
  expect(views.size).toBe(Object.keys(told[file] ?? {}).length)
  for (const [conversation, seen] of views) expect(seen.map(known)).toEqual(told[file]?.[conversation])
})
