/**
 * What the shop's page can hear: `antiphon('on', name, fn)` and window events `antiphon:NAME`.
 * A listener that throws is its own fault and stops nothing.
 */

export type Told =
  | "ready"
  | "opened"
  | "closed"
  | "started"
  | "queued"
  | "queue-position"
  | "assigned"
  | "message"
  | "ended"
  | "survey-shown"
  | "survey-answered"
  | "abandoned"
  | "unread"
  | "error"

type Listener = (detail: unknown) => void

export class Bus {
  private readonly listeners = new Map<string, Set<Listener>>()

  on(name: string, listener: Listener): void {
    const known = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, known.add(listener))
  }

  off(name: string, listener?: Listener): void {
    if (listener) this.listeners.get(name)?.delete(listener)
    else this.listeners.delete(name)
  }

  tell(name: Told, detail: object = {}): void {
    for (const listener of this.listeners.get(name) ?? []) queueMicrotask(() => listener(detail))
    dispatchEvent(new CustomEvent(`antiphon:${name}`, { detail }))
  }
}
