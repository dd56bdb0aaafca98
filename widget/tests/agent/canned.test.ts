import { describe, expect, test } from "vitest"
import {
  fillIn,
  findCanned,
  firstHole,
  firstName,
  putCanned,
  readCanned,
  slashQuery,
} from "../../src/agent/model/canned"
import { match, search } from "../../src/agent/model/fuzzy"

const rows = [
  {
    id: "1",
    shortcut: "hello",
    title: "Warm hello",
    text: "Hello {{visitor.first_name|there}}",
    uses: 2,
    owner: null,
  },
  { id: "2", shortcut: "refund", title: "Refund policy", text: "Within 30 days", uses: 9, owner: "maria" },
  { id: "3", shortcut: "size", title: "Size exchange", text: "Tell me the size", uses: 0, owner: null },
  { id: "4", shortcut: "broken", title: "No text", text: "" },
]

describe("the list", () => {
  test("has the most used first and leaves out what has no text", () => {
    expect(readCanned(rows).map(one => one.id)).toEqual(["2", "1", "3"])
    expect(readCanned(rows).find(one => one.own)?.id).toBe("2")
  })

  test("is found by shortcut, title and loosely", () => {
    const all = readCanned(rows)
    expect(findCanned("ref", all)[0]?.id).toBe("2")
    expect(findCanned("exch", all)[0]?.id).toBe("3")
    expect(findCanned("", all)).toHaveLength(3)
    expect(findCanned("zzzz", all)).toEqual([])
  })
})

describe("a slash", () => {
  test("opens the list at the start or after a space only", () => {
    expect(slashQuery("/")).toBe("")
    expect(slashQuery("Hi /ref")).toBe("ref")
    expect(slashQuery("and/or")).toBeNull()
    expect(slashQuery("https://x")).toBeNull()
    expect(slashQuery("/ref und")).toBeNull()
  })

  test("is replaced by the answer, what stands around it stays", () => {
    expect(putCanned("Hi /ref, bye", 7, "REFUND")).toEqual({ text: "Hi REFUND, bye", caret: 9 })
    expect(putCanned("/", 1, "X")).toEqual({ text: "X", caret: 1 })
  })
})

describe("what is filled in", () => {
  test("is the value, else the fallback, else stays visible", () => {
    const values = { "visitor.first_name": "Jane", "visitor.email": null }
    expect(fillIn("Hi {{visitor.first_name|there}}", values)).toBe("Hi Jane")
    expect(fillIn("Hi {{ visitor.email | you }}", values)).toBe("Hi you")
    expect(fillIn("Order {{order.id}}", values)).toBe("Order {{order.id}}")
  })

  test("is asked for before a hole is sent", () => {
    expect(firstHole("Order {{order.id}} of {{shop}}")).toBe("{{order.id}}")
    expect(firstHole("Order 4711")).toBeNull()
    expect(firstHole("Order {{order.id}}")).toBe("{{order.id}}")
  })

  test("calls people by their first name", () => {
    expect(firstName("  Jane Porter ")).toBe("Jane")
    expect(firstName(null)).toBeNull()
  })
})

describe("loose matching", () => {
  test("wants every word, takes accents and case lightly", () => {
    expect(match("lucia", "Open Lucía Fernández")).toBeGreaterThan(0)
    expect(match("hand sam", "Hand over to Sam")).toBeGreaterThan(0)
    expect(match("hand tom", "Hand over to Sam")).toBe(0)
  })

  test("prefers whole words and beginnings", () => {
    const found = search("no", ["Show or hide", "Write a private note", "Not resolved"], one => one)
    expect(found[0]).toBe("Not resolved")
  })

  test("takes beginnings of words, but no scattered letters", () => {
    expect(match("rp", "Refund policy")).toBeGreaterThan(0)
    expect(match("refpol", "Refund policy")).toBeGreaterThan(0)
    expect(match("re", "Kind goodbye, we are here")).toBeGreaterThan(0)
    expect(match("fly", "Refund policy")).toBe(0)
  })
})
