/**
 * The side sheet: what is behind a number, a queue, an agent, a conversation. It lies beside the
 * board, not over it: the board goes on. Escape or the cross closes it and gives the focus back.
 */

import type { ComponentChildren } from "preact"
import { useEffect, useLayoutEffect, useRef } from "preact/hooks"
import { Icon, type IconName } from "../ui/icons"
import { bindKeys } from "../ui/keys"
import { EmptyState, IconButton } from "../ui/kit"
import { AgentSheet, QueueSheet } from "./behind"
import type { Model } from "./model"
import { NumberSheet } from "./number"
import { closeSheet, home, router } from "./places"
import { Talk } from "./talk"
import { t } from "./words"

export function SideSheet({ model }: { model: Model }) {
  const { name, params } = router.route.value
  const open = name !== null && name !== "board"
  useSheet(open, home)
  if (!open) return null
  const id = params.id ?? ""
  if (name === "talk") return <Talk key={id} model={model} id={id} />
  if (name === "queue") return <QueueSheet model={model} id={id} />
  if (name === "agent") return <AgentSheet model={model} id={id} />
  return <NumberSheet model={model} what={params.what ?? ""} />
}

/** Escape closes what lies beside the page; the focus goes back to where it was opened from. */
export function useSheet(open: boolean, close: () => void): void {
  useOpener(open)
  useEffect(() => (open ? bindKeys({ Escape: () => !covered() && close() }) : undefined), [open])
}

/** What is closed gives the focus back. */
export function useOpener(open: boolean): void {
  const opener = useRef<Element | null>(null)
  // Before the sheet's own effects: they move the focus.
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement
    else if (opener.current?.isConnected) (opener.current as HTMLElement | SVGElement).focus()
  }, [open])
}

/** A menu or a question is open above: Escape is for that. */
const covered = () => document.querySelector("dialog[open], :popover-open") !== null

interface FrameProps {
  icon: IconName
  title: string
  sub?: ComponentChildren
  label: string
  /** It stays as it is beneath the next sheet. */
  covered?: boolean
  children: ComponentChildren
}

export function Frame({ icon, title, sub, label, covered, children }: FrameProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <aside class="sheet" aria-label={label} inert={covered}>
      <header class="sheet-head">
        <IconButton icon="chevronLeft" label={t("sheet.back")} onClick={() => history.back()} />
        <span class="sheet-icon">
          <Icon name={icon} size={18} />
        </span>
        <div class="sheet-title">
          <h2 ref={heading} tabIndex={-1}>
            {title}
          </h2>
          {sub && <p>{sub}</p>}
        </div>
        <IconButton icon="x" label={t("sheet.close")} onClick={closeSheet} />
      </header>
      {children}
    </aside>
  )
}

export const Nothing = ({ icon }: { icon: IconName }) => (
  <EmptyState icon={icon} title={t("sheet.empty")} text={t("sheet.empty.text")} />
)
