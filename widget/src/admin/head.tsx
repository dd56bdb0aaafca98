/** What stands over a page (`id="page"`) or a part of one: its name, a sentence, and what can be done. */

import type { ComponentChildren } from "preact"

interface HeadProps {
  id?: string
  title: string
  lead: string
  children?: ComponentChildren
}

export function Head({ id = "page", title, lead, children }: HeadProps) {
  const Title = id === "page" ? "h2" : "h3"
  return (
    <header class="page-head">
      <div>
        <Title id={id}>{title}</Title>
        <p>{lead}</p>
      </div>
      {children}
    </header>
  )
}
