/**
 * Keys as a table. `mod` is Ctrl, or ⌘ on a Mac. Rules: never Alt with a letter (it writes
 * characters on many keyboards); single keys only while nothing is being written, and only
 * while they are switched on (WCAG 2.1.4).
 *
 *   const stop = bindKeys({ "mod+k": openPalette, j: next, "?": help }, () => settings.value.singleKeys)
 */

export type KeyMap = { readonly [keys: string]: (event: KeyboardEvent) => void }

export function bindKeys(map: KeyMap, singleKeysOn: () => boolean = () => true): () => void {
  const listen = (event: KeyboardEvent) => {
    const name = nameOf(event)
    const act = map[name]
    if (!act || event.defaultPrevented || event.isComposing) return
    const single = !name.includes("mod+") && name !== "Escape"
    if (single && (!singleKeysOn() || isWriting(event))) return
    event.preventDefault()
    act(event)
  }
  document.addEventListener("keydown", listen)
  return () => document.removeEventListener("keydown", listen)
}

/** `mod+k`, `mod+shift+f`, `j`, `?`, `Escape`. Shift is named only beside `mod`: alone it makes other characters. */
export function nameOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey
  if (event.altKey) return ""
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return `${mod ? "mod+" : ""}${mod && event.shiftKey ? "shift+" : ""}${key}`
}

function isWriting(event: KeyboardEvent): boolean {
  const [target] = event.composedPath()
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      !!target.closest("dialog[open]"))
  )
}

const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform)

/** How a binding is written in a tooltip or on the sheet. */
export function keyLabel(keys: string): string {
  const names: { [key: string]: string } = {
    mod: isMac() ? "⌘" : "Ctrl",
    shift: "⇧",
    Escape: "Esc",
    Enter: "↵",
  }
  return keys
    .split("+")
    .map(key => names[key] ?? key.toUpperCase())
    .join(isMac() ? "" : " ")
}
