import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { Drafts } from "../../src/agent/model/drafts"
import { isIdle } from "../../src/agent/model/idle"
import { createSettings, DEFAULTS } from "../../src/agent/model/settings"
import { readSite } from "../../src/agent/model/site"
import { Typing } from "../../src/agent/model/typing"
import { shelf } from "./shelf"

describe("drafts", () => {
  test("are kept per conversation and mode, and survive a reload", () => {
    const storage = shelf()
    const drafts = new Drafts(storage)
    drafts.write("c1", "half a reply")
    drafts.setMode("c1", "note")
    drafts.write("c1", "half a note")
    drafts.write("c2", "other")
    const again = new Drafts(storage)
    expect(again.of("c1")).toMatchObject({ mode: "note", reply: "half a reply", note: "half a note" })
    expect(again.of("c2").reply).toBe("other")
    expect(again.of("c3")).toMatchObject({ mode: "reply", reply: "" })
  })

  test("the note mode sticks although nothing is written; an empty reply is forgotten", () => {
    const storage = shelf()
    const drafts = new Drafts(storage)
    drafts.setMode("c1", "note")
    drafts.write("c2", "x")
    drafts.clear("c2")
    expect(new Drafts(storage).of("c1").mode).toBe("note")
    expect(storage.getItem("antiphon:drafts")).not.toContain("c2")
  })

  test("of the last fifty conversations are kept; a shared computer keeps none after signing out", () => {
    const storage = shelf()
    const drafts = new Drafts(storage)
    for (let at = 0; at < 60; at++) drafts.write(`c${at}`, "x")
    expect(Object.keys(JSON.parse(storage.getItem("antiphon:drafts") ?? "{}"))).toHaveLength(50)
    drafts.forget()
    expect(storage.length).toBe(0)
  })

  test("do not break on rubbish", () => {
    expect(new Drafts(shelf({ "antiphon:drafts": "[not json" })).of("c1").reply).toBe("")
  })
})

describe("settings", () => {
  test("are remembered, and what does not fit has its default", () => {
    const storage = shelf({ "antiphon:console": '{"sounds":false,"volume":"loud","foreign":1}' })
    const { settings, set } = createSettings(storage)
    expect(settings.value.sounds).toBe(false)
    expect(settings.value.volume).toBe(DEFAULTS.volume)
    set({ singleKeys: false })
    expect(createSettings(storage).settings.value.singleKeys).toBe(false)
  })

  test("of the desk are the console's own choices where it has none", () => {
    expect(readSite({})).toMatchObject({ awayReasons: null, dispositions: null, tags: [] })
    expect(readSite({ away_reasons: ["Yoga"], tags: ["vip"] })).toMatchObject({
      awayReasons: ["Yoga"],
      tags: ["vip"],
    })
  })
})

test("somebody is idle after the minutes set, by the clock on the wall; never when switched off", () => {
  const minute = 60_000
  expect(isIdle(0, 10 * minute, 10)).toBe(true)
  expect(isIdle(0, 10 * minute - 1, 10)).toBe(false)
  expect(isIdle(0, 9_999 * minute, 0)).toBe(false)
})

describe("typing", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  test("is said at most every two seconds and taken back after five of silence", () => {
    const said: [string, boolean][] = []
    const typing = new Typing((conversation, on) => said.push([conversation, on]))
    for (let at = 0; at < 6; at++) {
      typing.typed("c1")
      vi.advanceTimersByTime(500)
    }
    expect(said).toEqual([
      ["c1", true],
      ["c1", true],
    ])
    vi.advanceTimersByTime(5_000)
    expect(said.at(-1)).toEqual(["c1", false])
  })

  test("moves with the writer to another conversation, and ends when he sends", () => {
    const said: [string, boolean][] = []
    const typing = new Typing((conversation, on) => said.push([conversation, on]))
    typing.typed("c1")
    typing.typed("c2")
    typing.stop()
    typing.stop()
    expect(said).toEqual([
      ["c1", true],
      ["c1", false],
      ["c2", true],
      ["c2", false],
    ])
  })
})
