/** Where the visitor is on the shop's site now, and how he came there. */

import { useSignal } from "@preact/signals"
import { number } from "../../desk/directory"
import { pageLabel, pagePath } from "../../desk/people"
import { reader } from "../../desk/words"
import type { VisitorView } from "../../protocol/frames.gen"
import { Icon } from "../../ui/icons"
import { Button, IconButton } from "../../ui/kit"
import { clock } from "../../ui/time"
import { copy } from "../conversation/header"
import { t } from "../words"
import { Section } from "./pane"

type Page = { readonly [key: string]: unknown }
const SHORT = 4

export function Pages({ visitor }: { visitor: VisitorView }) {
  const whole = useSignal(false)
  const { page } = visitor
  const before = [...(visitor.trail ?? [])].reverse().filter((one, at) => at > 0 || one.url !== page?.url)
  const shown = whole.value ? before : before.slice(0, SHORT)
  if (!page && !before.length) return null
  return (
    <Section title={t(visitor.connected ? "page.now" : "page.last")}>
      {page && <Now page={page} />}
      {shown.length > 0 && (
        <ol class="trail" aria-label={t("page.trail")}>
          {shown.map((one, at) => (
            <li key={`${one.url}${at}`} title={String(one.url)}>
              <span>{pageLabel(one)}</span>
              <time>{number(one.at_ms) ? clock(number(one.at_ms), reader()) : ""}</time>
            </li>
          ))}
        </ol>
      )}
      {!whole.value && before.length > SHORT && (
        <Button size="small" kind="quiet" onClick={() => (whole.value = true)}>
          {t("page.more", { count: before.length - SHORT })}
        </Button>
      )}
    </Section>
  )
}

function Now({ page }: { page: Page }) {
  const url = String(page.url)
  const safe = /^https?:/.test(url)
  return (
    <div class="page-now">
      <Icon name="globe" size={15} />
      <div>
        <strong>{pageLabel(page)}</strong>
        <span>
          {safe ? (
            <a href={url} target="_blank" rel="noopener noreferrer nofollow">
              {pagePath(page)}
            </a>
          ) : (
            pagePath(page)
          )}
        </span>
      </div>
      <IconButton
        icon="copy"
        size="small"
        label={t("copy.page")}
        onClick={() => void copy(url, t("copied.page"))}
      />
    </div>
  )
}
