/**
 * What the widget remembers on this device, per site: the visitor's token, how far was read, the
 * draft, the mute. Forbidden or full storage is no error, the page then forgets. Nothing is
 * written before the visitor opens the chat (`remember` is called from there).
 */

import { memoryShelf, type Shelf, storageShelf } from "../protocol/outbox"

export interface Store {
  get(key: string): string | null
  set(key: string, value: string | null): void
  shelf(): Shelf
  clear(): void
}

export function deviceStore(site: string): Store {
  const prefix = `antiphon:${site}:`
  const storage = available()
  const memory = new Map<string, string>()
  return {
    get: key => storage?.getItem(prefix + key) ?? memory.get(key) ?? null,
    set: (key, value) => write(storage, memory, prefix, key, value),
    shelf: () => (storage ? storageShelf(storage, `${prefix}out:`) : memoryShelf()),
    clear: () => {
      memory.clear()
      for (const key of Object.keys(storage ?? {})) if (key.startsWith(prefix)) storage?.removeItem(key)
    },
  }
}

function write(
  storage: Storage | null,
  memory: Map<string, string>,
  prefix: string,
  key: string,
  value: string | null,
) {
  if (value === null) memory.delete(key)
  else memory.set(key, value)
  try {
    if (value === null) storage?.removeItem(prefix + key)
    else storage?.setItem(prefix + key, value)
  } catch {
    // full or forbidden: the memory above serves until the page goes
  }
}

function available(): Storage | null {
  try {
    localStorage.getItem("")
    return localStorage
  } catch {
    return null
  }
}
