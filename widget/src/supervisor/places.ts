/** Where one can be on the board: the address bar is the only memory of what is open. */

import { createRouter } from "../ui/router"
import { closed } from "./beside"

export const router = createRouter("/supervisor", {
  number: "/n/:what",
  queue: "/q/:id",
  agent: "/a/:id",
  talk: "/c/:id",
  reports: "/reports",
  abandonment: "/abandonment",
  staffing: "/staffing",
  tickets: "/tickets",
  board: "/",
})

/** Pages that open conversations beside themselves, by `?talk=`, and stay where they are. */
const PAGES = ["reports", "abandonment", "staffing"] as const
export type Page = (typeof PAGES)[number]

const pageHere = (): Page | null => PAGES.find(one => one === router.route.value.name) ?? null

export const pagePath = (page: Page, query: URLSearchParams): string => `/${page}?${query}`

export const home = () => router.go("/")

/** Back to what lies beneath. */
export function closeSheet(): void {
  const page = pageHere()
  if (page) router.go(pagePath(page, closed(router.route.value.query)))
  else home()
}

export function talkPath(conversation: string): string {
  const page = pageHere()
  if (!page) return `/supervisor/c/${encodeURIComponent(conversation)}`
  const query = new URLSearchParams(router.route.value.query)
  query.set("talk", conversation)
  return router.href(pagePath(page, query))
}
