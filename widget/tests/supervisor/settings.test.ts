/** The settings' pure parts: hours, colours, addresses, ids. */

import { describe, expect, it } from "vitest"
import { verdict } from "../../src/admin/accent"
import { always, clockOf, dayNames, fits, minuteOf, openAt, withBreak } from "../../src/admin/hours"
import { idFor } from "../../src/admin/model"
import { embed, origins, policy } from "../../src/admin/snippet"
import { meant, said, shown, sign } from "../../src/admin/units"

const DAY = [[540, 1_020]] as const
const hours = { zone: "Europe/Berlin", week: [DAY, DAY, DAY, DAY, DAY, [], []], closed_on: ["2026-12-25"] }

describe("hours", () => {
  it("read a clock both ways; an end at midnight is the end of the day", () => {
    expect([0, 545, 1_440].map(clockOf)).toEqual(["00:00", "09:05", "00:00"])
    expect(minuteOf("09:05", "from")).toBe(545)
    expect(minuteOf("00:00", "from")).toBe(0)
    expect(minuteOf("00:00", "to")).toBe(1_440)
    expect(minuteOf("", "to")).toBeNull()
  })

  it("refuse an opening that ends before it begins, and two that overlap", () => {
    expect(fits([[[540, 1_020]]])).toBe(true)
    expect(fits([[[540, 540]]])).toBe(false)
    expect(
      fits([
        [
          [540, 700],
          [690, 800],
        ],
      ]),
    ).toBe(false)
    expect(
      fits([
        [
          [700, 800],
          [540, 700],
        ],
      ]),
    ).toBe(true)
  })

  it("make a break in the middle of a day that still fits", () => {
    const day = withBreak([[540, 1_020]])
    expect(day).toEqual([
      [540, 780],
      [840, 1_020],
    ])
    expect(fits([day])).toBe(true)
    expect(withBreak([])).toEqual([[540, 1_020]])
    expect(withBreak([[540, 600]])).toEqual([[540, 600]])
  })

  it("open by the queue's own clock, over the change of summer time too", () => {
    expect(openAt(hours, Date.UTC(2026, 10, 23, 8, 0))).toBe(true) // Monday 09:00 in Berlin
    expect(openAt(hours, Date.UTC(2026, 10, 23, 7, 59))).toBe(false)
    expect(openAt(hours, Date.UTC(2026, 6, 20, 7, 0))).toBe(true) // Monday 09:00 in summer
    expect(openAt(hours, Date.UTC(2026, 10, 22, 12, 0))).toBe(false) // Sunday
    expect(openAt(hours, Date.UTC(2026, 11, 25, 12, 0))).toBe(false) // a closed date
  })

  it("know what is always open, and begin the week on Monday", () => {
    expect(always({ zone: "UTC", week: Array(7).fill([[0, 1_440]]), closed_on: [] })).toBe(true)
    expect(always(hours)).toBe(false)
    expect(dayNames("en")[0]).toBe("Monday")
    expect(dayNames("de")[6]).toBe("Sonntag")
  })
})

describe("a colour", () => {
  it("is judged by the text the widget puts on it", () => {
    expect(verdict("#0f766e")).toMatchObject({ on: "white", enough: true })
    expect(verdict("#ffee00")).toMatchObject({ on: "black" })
    expect(verdict("#ffee00")?.ratio).toBeGreaterThan(4.5)
    expect(verdict("blue")).toBeNull()
  })

  it("must also be seen on a white page", () => {
    expect(verdict("#ffee00")?.enough).toBe(false)
    expect(verdict("#ffee00")?.page).toBeLessThan(3)
    expect(verdict("#8a8a8a")?.enough).toBe(true)
  })
})

describe("the lines to copy", () => {
  it("are those of the contract", () => {
    expect(embed("https://chat.example", "default")).toBe(
      "<script>window.antiphon=window.antiphon||function(){(antiphon.q=antiphon.q||[]).push(arguments)};antiphon('boot',{site:'default'})</script>\n" +
        '<script async src="https://chat.example/w.js"></script>',
    )
    expect(policy("https://chat.example")).toBe(
      "script-src https://chat.example; connect-src https://chat.example wss://chat.example; img-src https://chat.example",
    )
  })

  it("cannot be broken out of by a site's id", () => {
    expect(embed("https://c.example", "x'});alert(1)//")).toContain("{site:'xalert1'}")
  })
})

it("addresses are cut to their origin, each once; nonsense stays to be refused", () => {
  expect(origins("https://shop.example/de/\n\n https://shop.example \nnonsense")).toEqual([
    "https://shop.example",
    "nonsense",
  ])
})

it("a queue's id is its plain name, numbered when taken", () => {
  expect(idFor("Garden advice", [])).toBe("garden-advice")
  expect(idFor("Garden advice", ["garden-advice"])).toBe("garden-advice-2")
  expect(idFor("Größe & Maß", [])).toBe("gro-e-ma")
  expect(idFor("客服", [])).toBe("queue")
})

describe("units", () => {
  it("write shares in per cent and read them back exactly", () => {
    for (const value of [0.8, 0.825, 0.07, 0.999, 1])
      expect(meant(shown(value, "ratio"), "ratio")).toBe(value)
    expect(shown(0.07, "ratio")).toBe("7")
    expect([shown(null, "s"), meant(" ", "s"), meant("90", "s")]).toEqual(["", null, 90])
  })
  it("say a figure as people do", () => {
    expect(said(0.825, "ratio", "en-GB")).toBe("82.5 %")
    expect(said(90, "s", "en-GB")).toBe("1m 30s")
    expect([said(3, "chats", "en-GB"), said(4.5, "1–5", "en-GB")]).toEqual(["3", "4.5 1–5"])
    expect(["ratio", "s", "count", "1/h"].map(sign)).toEqual(["%", "s", "", "1/h"])
  })
})
