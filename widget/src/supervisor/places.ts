/** Where one can be on the board: the address bar is the only memory of what is open. */

import { createRouter } from "../ui/router"

export const router = createRouter("/supervisor", {
  number: "/n/:what",
  queue: "/q/:id",
  agent: "/a/:id",
  talk: "/c/:id",
  reports: "/reports",
  board: "/",
})

export const home = () => router.go("/")
export const talkPath = (conversation: string) => `/supervisor/c/${encodeURIComponent(conversation)}`
