/** Canned answers above the composer: a list moved through with the arrows, and the text as it will read. */

import { useEffect, useRef } from "preact/hooks"
import { keyLabel } from "../../ui/keys"
import { EmptyState, Kbd } from "../../ui/kit"
import { useModel } from "../context"
import { type Canned, fillIn, type Values } from "../model/canned"
import { t } from "../words"
import type { Menu } from "./composer"

interface CannedMenuProps {
  menu: Menu
  values: Values
  onPick: (canned: Canned) => void
}

export function CannedMenu({ menu, values, onPick }: CannedMenuProps) {
  const { floor } = useModel()
  const list = useRef<HTMLUListElement>(null)
  useEffect(
    () => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
    [menu.active],
  )
  const none = floor.canned.value.length === 0
  return (
    <div class="canned">
      {menu.items.length === 0 ? (
        <EmptyState
          icon="zap"
          title={t(none ? "canned.none" : "canned.nothing")}
          text={t(none ? "canned.none.text" : "canned.nothing.text")}
        />
      ) : (
        <>
          <ul ref={list} id="canned" role="listbox" aria-label={t("canned")}>
            {menu.items.map(one => (
              <li
                key={one.id}
                id={`canned-${one.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={one === menu.active}
                onMouseDown={event => {
                  event.preventDefault()
                  onPick(one)
                }}
              >
                <strong>{one.title}</strong>
                <span class="shortcut">/{one.shortcut}</span>
              </li>
            ))}
          </ul>
          {menu.active && <p class="canned-preview">{fillIn(menu.active.text, values)}</p>}
        </>
      )}
      <footer>
        <span>
          <Kbd>↑</Kbd> <Kbd>↓</Kbd> {t("canned.walk")}
        </span>
        <span>
          <Kbd>{keyLabel("Enter")}</Kbd> {t("canned.put")}
        </span>
        <span>
          <Kbd>{keyLabel("Escape")}</Kbd> {t("canned.close")}
        </span>
      </footer>
    </div>
  )
}
