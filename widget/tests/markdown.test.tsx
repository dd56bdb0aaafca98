import { h, type VNode } from "preact"
import { expect, test } from "vitest"
import { markdown, plain } from "../src/visitor/markdown"

type Node = VNode<Record<string, unknown>> | string | number | boolean | null | undefined

/** Nodes as a line of tags, components called. */
function draw(node: unknown): string {
  if (Array.isArray(node)) return node.map(draw).join("")
  if (node === null || node === undefined || typeof node === "boolean") return ""
  if (typeof node !== "object") return String(node)
  const { type, props } = node as Exclude<Node, string | number | boolean | null | undefined>
  if (typeof type === "function") return draw((type as (props: unknown) => unknown)(props))
  const href = props.href ? ` ${props.href}` : ""
  return type === "br" ? "<br>" : `<${type}${href}>${draw(props.children)}</${type}>`
}

const says = (source: string) => draw(h("x", null, markdown(source))).slice(3, -4)

test.each([
  ["plain words", "<p>plain words</p>"],
  ["**bold** and *soft* and _soft_", "<p><strong>bold</strong> and <em>soft</em> and <em>soft</em></p>"],
  ["**bold *soft* bold**", "<p><strong>bold <em>soft</em> bold</strong></p>"],
  ["`a * b * c`", "<p><code>a * b * c</code></p>"],
  ["snake_case_name stays", "<p>snake_case_name stays</p>"],
  ["2 * 3 * 4", "<p>2 * 3 * 4</p>"],
  ["**not closed", "<p>**not closed</p>"],
  ["one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"],
  ["see:\n- a\n- b", "<p>see:</p><ul><li>a</li><li>b</li></ul>"],
  ["1. a\n2. b\nend", "<ol><li>a</li><li>b</li></ol><p>end</p>"],
  ["[shop](https://x.example/a?b=1)", "<p><a https://x.example/a?b=1>shop</a></p>"],
  ["go to https://x.example/a.", "<p>go to <a https://x.example/a>https://x.example/a</a>.</p>"],
  ["[bad](javascript:alert(1))", "<p>[bad](javascript:alert(1))</p>"],
  ["<b onclick=x>no</b>", "<p><b onclick=x>no</b></p>"],
])("%j", (source, drawn) => {
  expect(says(source)).toBe(drawn)
})

test("plain words get links and lines, nothing else", () => {
  expect(draw(plain("**a**\nwww.x.example now"))).toBe(
    "**a**<br><a https://www.x.example>www.x.example</a> now",
  )
})

test("whatever is written, no link leads anywhere unsafe and nothing takes long", () => {
  const parts = [
    "**",
    "*",
    "_",
    "`",
    "[",
    "](",
    ")",
    "javascript:",
    "https://a.example",
    "data:x",
    "\n",
    "- ",
    "1. ",
    " ",
    "a",
    "ü",
    "👋",
    "<",
    "\\",
  ]
  let state = 7
  const roll = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state
  }
  const begun = performance.now()
  for (let round = 0; round < 3_000; round += 1) {
    const source = Array.from({ length: roll() % 40 }, () => parts[roll() % parts.length]).join("")
    for (const [, href] of says(source).matchAll(/<a (\S+)>/g))
      expect(href).toMatch(/^(https?:|mailto:|tel:)/)
  }
  for (const evil of ["*", "**a", "_a ", "[a](", "`", "https://a.", "- "])
    says(evil.repeat(4_000 / evil.length))
  expect(performance.now() - begun).toBeLessThan(4_000)
})
