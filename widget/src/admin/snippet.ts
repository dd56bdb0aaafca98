/** What a shop copies: the embed lines of the contract, and what its own policy must allow. Pure. */

const LOADER =
  "window.antiphon=window.antiphon||function(){(antiphon.q=antiphon.q||[]).push(arguments)};antiphon('boot',{site:'SITE'})"

/** ES5, safe in tag managers, works twice, works before the script has loaded. */
export function embed(origin: string, site: string): string {
  const boot = LOADER.replace("SITE", site.replace(/[^\w-]/g, ""))
  return `<script>${boot}</script>\n<script async src="${origin}/w.js"></script>`
}

export function policy(origin: string): string {
  const sockets = origin.replace(/^http/, "ws")
  return `script-src ${origin}; connect-src ${origin} ${sockets}; img-src ${origin}`
}

/** `https://shop.example/path/` → `https://shop.example`; empty lines go, what is no address stays to be refused. */
export function origins(lines: string): string[] {
  const cleaned = lines
    .split("\n")
    .map(line => line.trim())
    .filter(Boolean)
  return [...new Set(cleaned.map(line => originOf(line) ?? line))]
}

function originOf(line: string): string | null {
  try {
    const { origin } = new URL(line)
    return origin === "null" ? null : origin
  } catch {
    return null
  }
}
