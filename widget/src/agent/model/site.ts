/** What the desk has set for everybody: the choices an agent is given. Free-form on the wire. */

import type { Json } from "../../protocol/refused"

export interface DeskSettings {
  /** null: the console's own choices, in the reader's language. */
  readonly awayReasons: readonly string[] | null
  readonly dispositions: readonly string[] | null
  readonly tags: readonly string[]
}

export function readSite(site: Json): DeskSettings {
  return {
    awayReasons: list(site.away_reasons),
    dispositions: list(site.dispositions),
    tags: list(site.tags) ?? [],
  }
}

function list(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.length ? value.map(String) : null
}
