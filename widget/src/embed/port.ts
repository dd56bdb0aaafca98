/**
 * What passes between the loader and the widget it loads, and what a shop may write in `boot`.
 * Types only: nothing here is in the loader's weight.
 */

export interface Boot {
  readonly site: string
  readonly locale?: string | undefined
  /** `#rrggbb`; the text on it is chosen so that it can be read. */
  readonly accent?: string | undefined
  readonly theme?: "auto" | "light" | "dark" | undefined
  readonly position?: "left" | "right" | undefined
  readonly greeting?: string | undefined
  readonly greetingAfterMs?: number
  /** Openers a new visitor may tap instead of typing. */
  readonly starters?: readonly string[]
  readonly launcherTitle?: string
  readonly hideLauncher?: boolean
  readonly department?: string
  readonly identity?: Identity
  /** `page` fills its window: the chat as a full page. */
  readonly mode?: "panel" | "page" | undefined
}

export interface Identity {
  readonly id: string
  readonly name?: string
  readonly email?: string
  /** HMAC-SHA256 of `id` with the site's secret, in hex, made by the shop's server. */
  readonly hash?: string
}

export type Command = [name: string, ...args: unknown[]]

export interface Mounted {
  readonly host: HTMLElement
  readonly root: ShadowRoot
  readonly launcher: HTMLButtonElement
  readonly origin: string
  readonly boot: Boot
}

export interface Widget {
  call(command: Command): void
}

declare global {
  interface Window {
    antiphon: { (...args: unknown[]): void; q?: ArrayLike<unknown>[]; loaded?: boolean }
    antiphonSettings?: Boot
  }
}
