/** Where one can be in the settings. */

import { createRouter } from "../ui/router"

export const router = createRouter("/admin", {
  people: "/",
  queues: "/queues",
  queue: "/queues/:id",
  site: "/site",
  answers: "/answers",
  bot: "/bot",
  botPart: "/bot/:part",
  watch: "/alerts",
  webhooks: "/webhooks",
  keys: "/keys",
})

export const queuePath = (id: string) => `/admin/queues/${encodeURIComponent(id)}`
