/** What the bot's page works out by itself. */

import { describe, expect, it } from "vitest"
import {
  behindHref,
  byGuide,
  daysIn,
  intentName,
  intentRows,
  linesOf,
  periodOf,
  quoted,
  reportHref,
  search,
  topOf,
  totals,
} from "../../src/admin/bot/figures"
import { type Article, readReport } from "../../src/admin/bot/shapes"
import { readCell } from "../../src/supervisor/reports/cell"
import { read } from "../../src/supervisor/reports/question"

const period = periodOf(30, "2026-11-23", "Europe/Berlin")
const queryOf = (href: string) => new URL(href, "https://desk.example").searchParams

describe("the period", () => {
  it("is whole days, today the last", () => {
    expect([period.from, period.to]).toEqual(["2026-10-25", "2026-11-23"])
  })

  it("is one of three, whatever the address says", () => {
    expect(daysIn(new URLSearchParams("days=90"))).toBe(90)
    expect(daysIn(new URLSearchParams("days=1e9"))).toBe(30)
    expect(daysIn(new URLSearchParams())).toBe(30)
  })
})

describe("a figure's link", () => {
  it("asks the reports for the same number, and opens what counts above the line", () => {
    const query = queryOf(behindHref(period, "bot_handoff_rate", { reason: "asked" }, true))
    const question = read(query, "2026-11-24")
    expect(question).toMatchObject({ from: "2026-10-25", to: "2026-11-23", tz: "Europe/Berlin" })
    expect(question.kpis).toEqual(["bot_handoff_rate"])
    expect(readCell(query)).toEqual({
      kpi: "bot_handoff_rate",
      span: null,
      where: { reason: "asked" },
      hits: true,
    })
  })

  it("cuts several numbers", () => {
    const question = read(queryOf(reportHref(period, ["topic_simplicity", "csat"], "topic")), "2026-11-24")
    expect([question.kpis, question.by, question.interval]).toEqual([
      ["topic_simplicity", "csat"],
      "topic",
      "",
    ])
  })
})

it("an answer without anything in it is a report of nothing", () => {
  const report = readReport({})
  expect([report.turns, report.figures.size, report.confidence.length]).toEqual([0, 0, 0])
})

it("bins add up", () => {
  const bin = { from: 0, to: 0.5 }
  const bins = [
    { ...bin, understood: 3, fallback: 1 },
    { ...bin, understood: 4, fallback: 0 },
  ]
  expect(totals(bins)).toEqual({ understood: 7, fallback: 1 })
})

it.each([
  [0, 1],
  [1, 1],
  [7, 8],
  [41, 50],
  [206, 300],
  [1_000, 1_000],
  [9_001, 10_000],
])("an axis for %i ends at %i", (count, top) => {
  expect(topOf(count)).toBe(top)
})

describe("intents", () => {
  const known = [
    { name: "greet", title: null, examples: 12, some: [] },
    { name: "order_status", title: "Where is my order", examples: 31, some: [] },
  ]

  it("begin with the most asked, keep what nobody asked and what is gone", () => {
    const used = [
      { name: "order_status", title: null, turns: 5, fallbacks: 1, confidence: 0.9 },
      { name: "old_one", title: null, turns: 2, fallbacks: 0, confidence: 0.7 },
    ]
    const rows = intentRows(known, used)
    expect(rows.map(row => [row.name, row.turns, row.examples])).toEqual([
      ["order_status", 5, 31],
      ["old_one", 2, null],
      ["greet", 0, 12],
    ])
  })

  it("are called by their title", () => {
    expect(known.map(intentName)).toEqual(["greet", "Where is my order"])
    expect(intentName({ name: "delivery_cost", title: null })).toBe("delivery cost")
  })
})

describe("articles", () => {
  const article = (file: string, question: string, answer = "Yes.") =>
    ({
      id: question,
      file,
      guide: file,
      question,
      also: ["gift certificate"],
      answer,
      version: "1",
    }) as Article
  const articles = [
    article("shop.md", "Do you have gift cards?"),
    article("plants.md", "Repotting", "In spring."),
  ]

  it("are found by all of the words, wherever they stand", () => {
    expect(search(articles, "  SPRING certificate ").map(one => one.question)).toEqual(["Repotting"])
    expect(search(articles, "").length).toBe(2)
    expect(search(articles, "spring cards")).toEqual([])
  })

  it("stand under their guides, and an empty guide is left out", () => {
    const guides = ["plants.md", "shop.md", "empty.md"].map(file => ({ file, title: file, articles: 1 }))
    expect(byGuide(guides, articles).map(([guide, mine]) => [guide.file, mine.length])).toEqual([
      ["plants.md", 1],
      ["shop.md", 1],
    ])
  })

  it("have a wording a line", () => {
    expect(linesOf(" one  way; or\n\n another \n")).toEqual(["one way or", "another"])
  })

  it("are quoted as the project says it, and braces in the words are words", () => {
    const said = { guide: "Shop", question: "{answer}?", answer: "It is $& free.\n" }
    expect(quoted(said, null)).toEqual(["It is $& free.\n(Shop: “{answer}?”)"])
    expect(quoted(said, "{question} – {answer} {other}")).toEqual(["{answer}? – It is $& free. {other}"])
    expect(quoted({ ...said, answer: "One.\n\n\nTwo." }, "{answer}")).toEqual(["One.", "Two."])
  })
})
