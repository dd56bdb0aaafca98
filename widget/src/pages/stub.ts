/** The embed snippet as a module, for our own pages: they allow no inline script. */

import "../embed/port"

export function antiphon(...args: unknown[]): void {
  window.antiphon ??= Object.assign((...later: unknown[]) => queue(later), {})
  window.antiphon(...args)
}

function queue(args: unknown[]): void {
  window.antiphon.q ??= []
  window.antiphon.q.push(args)
}
