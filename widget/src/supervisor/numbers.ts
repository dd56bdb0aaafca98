/** The numbers one can look behind: which KPI, which list, which trend. A new one is a new row. */

import type { IconName } from "../ui/icons"
import type { LiveRow } from "./board"

export interface NumberPlace {
  readonly kpi: string
  readonly name:
    | "waiting"
    | "longest"
    | "service"
    | "agents"
    | "active"
    | "csat"
    | "nps"
    | "abandoned"
    | "first"
    | "missed"
    | "offered"
  readonly icon: IconName
  readonly trend?: string
  /** A share's scale ends at one. */
  readonly share?: true
  /** Open conversations behind it, straight from the board. */
  readonly live?: (row: LiveRow) => boolean
  /** Else the KPI whose conversations of today the server lists. */
  readonly listed?: string
}

export const NUMBERS: { readonly [what: string]: NumberPlace } = {
  waiting: {
    kpi: "queue_length_now",
    name: "waiting",
    icon: "hourglass",
    trend: "queue_length_avg",
    live: row => row.state === "queued",
  },
  longest: {
    kpi: "longest_wait_now",
    name: "longest",
    icon: "clock",
    trend: "queue_wait_max",
    live: row => row.state === "queued",
  },
  service: {
    kpi: "service_level",
    name: "service",
    icon: "gauge",
    trend: "service_level",
    share: true,
    listed: "service_level",
  },
  agents: { kpi: "agents_online_now", name: "agents", icon: "users" },
  active: {
    kpi: "active_conversations_now",
    name: "active",
    icon: "chats",
    trend: "concurrency_system_avg",
    live: row => row.state === "active",
  },
  csat: { kpi: "csat", name: "csat", icon: "smileFace", trend: "csat", share: true, listed: "csat" },
  nps: { kpi: "nps", name: "nps", icon: "star", listed: "nps" },
  abandoned: {
    kpi: "queue_abandonment_rate",
    name: "abandoned",
    icon: "logOut",
    listed: "queue_abandonment_rate",
  },
  missed: { kpi: "missed_chats", name: "missed", icon: "x", listed: "missed_chats" },
  offered: { kpi: "queue_offered", name: "offered", icon: "inbox", listed: "queue_offered" },
  first: { kpi: "first_response_time", name: "first", icon: "reply", listed: "first_response_time" },
}
