/**
 * A subset of Markdown as nodes: **bold**, *italic*, `code`, [links](https://…), bare links,
 * lists and line breaks. Never HTML. What is not closed stays as it was written. Links lead to
 * http, https, mailto and tel only.
 */

import type { ComponentChildren, VNode } from "preact"

const INLINE =
  /(`[^`\n]+`)|(\*\*[^*\n](?:[^\n]*?[^*\n])?\*\*)|(\*[^*\s](?:[^*\n]*[^*\s])?\*|\b_[^_\s](?:[^_\n]*[^_\s])?_\b)|(\[[^\]\n]+\]\([^)\s]+\))|((?:https?:\/\/|www\.)[^\s<>"']+[^\s<>"'.,;:!?)\]])/

const SAFE = /^(https?:|mailto:|tel:)/i

/** Plain words: line breaks and links only. What a visitor or an agent typed. */
export function plain(text: string): ComponentChildren {
  return spans(text, /((?:https?:\/\/|www\.)[^\s<>"']+[^\s<>"'.,;:!?)\]])/, match => link(match[0], match[0]))
}

/** A message of the bot: the subset. */
export function markdown(text: string): ComponentChildren {
  return blocks(text).map((block, index) =>
    block.items ? (
      <List key={index} ordered={block.ordered} items={block.items} />
    ) : (
      <p key={index}>{rich(block.text)}</p>
    ),
  )
}

interface Block {
  text: string
  items: string[] | null
  ordered: boolean
}

function blocks(text: string): Block[] {
  const found: Block[] = []
  for (const line of text.split("\n")) {
    const item = /^\s*(?:[-*•]|(\d+)[.)])\s+(.*)$/.exec(line)
    const last = found.at(-1)
    if (item) addItem(found, item[2] ?? "", item[1] !== undefined)
    else if (last && !last.items && line.trim() && last.text) last.text += `\n${line}`
    else if (line.trim() || !last) found.push({ text: line, items: null, ordered: false })
    else if (last) found.push({ text: "", items: null, ordered: false })
  }
  return found.filter(block => block.items || block.text.trim())
}

function addItem(found: Block[], item: string, ordered: boolean): void {
  const last = found.at(-1)
  if (last?.items && last.ordered === ordered) last.items.push(item)
  else found.push({ text: "", items: [item], ordered })
}

function List({ ordered, items }: { ordered: boolean; items: string[] }) {
  const lines = items.map((item, index) => <li key={index}>{rich(item)}</li>)
  return ordered ? <ol>{lines}</ol> : <ul>{lines}</ul>
}

function rich(text: string): ComponentChildren {
  return spans(text, INLINE, ([whole, code, bold, italic, named, bare]) => {
    if (code) return <code>{code.slice(1, -1)}</code>
    if (bold) return <strong>{rich(bold.slice(2, -2))}</strong>
    if (italic) return <em>{rich(italic.slice(1, -1))}</em>
    if (named) return namedLink(named)
    return link(bare ?? whole, bare ?? whole)
  })
}

function namedLink(source: string): ComponentChildren {
  const [, name = "", href = ""] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(source) ?? []
  return SAFE.test(href) ? link(href, name) : source
}

function link(href: string, name: string): VNode {
  return (
    <a
      href={/^www\./i.test(href) ? `https://${href}` : href}
      target="_blank"
      rel="noopener noreferrer nofollow"
    >
      {name}
    </a>
  )
}

/** Everything between matches is text; `make` turns each match into a node. */
function spans(
  text: string,
  pattern: RegExp,
  make: (match: RegExpExecArray) => ComponentChildren,
): ComponentChildren[] {
  const out: ComponentChildren[] = []
  let rest = text
  for (let match = pattern.exec(rest); match; match = pattern.exec(rest)) {
    out.push(...lines(rest.slice(0, match.index)), make(match))
    rest = rest.slice(match.index + match[0].length)
  }
  return [...out, ...lines(rest)]
}

const lines = (text: string): ComponentChildren[] =>
  text
    .split("\n")
    .flatMap((line, index) => (index ? [<br key={index} />, line] : [line]))
    .filter(part => part !== "")
