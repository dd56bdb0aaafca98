/** What is open on the screen: signals that are nobody else's business. */

import { signal } from "@preact/signals"

export type Tab = "mine" | "queue" | "all"
export type Sheet = "transfer" | "end" | "tags" | "keys" | "settings" | "palette"
/** Which pane a narrow screen shows. */
export type Pane = "list" | "conversation" | "details"

export function createUi() {
  const looking = signal(!document.hidden && document.hasFocus())
  const look = () => {
    looking.value = !document.hidden && document.hasFocus()
  }
  for (const name of ["focus", "blur"]) addEventListener(name, look)
  document.addEventListener("visibilitychange", look)
  const composer = signal(0)
  return {
    tab: signal<Tab>("mine"),
    sheet: signal<Sheet | null>(null),
    pane: signal<Pane>(location.pathname.includes("/c/") ? "conversation" : "list"),
    /** The details drawer, where there is no room for a third column. */
    drawer: signal(false),
    /** Ids of the list on screen, in order: what j and k walk. */
    shown: signal<readonly string[]>([]),
    /** Somebody has this page before his eyes. */
    looking,
    /** Counts up: whoever holds the composer focuses it. */
    composer,
    focusComposer: () => {
      composer.value += 1
    },
    search: signal(0),
  }
}

export type Ui = ReturnType<typeof createUi>
