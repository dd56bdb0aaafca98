/** Numbers that belong together; none stands without what keeps it honest (kpis.md §16). */

export const SETS = [
  ["headlines", ["service_level", "first_response_time_p50", "queue_abandonment_rate", "csat"]],
  [
    "waiting",
    [
      "queue_offered",
      "service_level",
      "queue_wait_answered_avg",
      "queue_wait_answered_p90",
      "queue_wait_max",
    ],
  ],
  [
    "lost",
    [
      "conversation_abandonment_rate",
      "queue_abandonment_rate",
      "short_abandons",
      "abandoned_after_accept_rate",
      "silent_abandonment_share",
      "missed_chat_rate",
      "divert_rate",
    ],
  ],
  [
    "speed",
    [
      "first_response_time_p50",
      "first_response_time_p90",
      "missed_chats",
      "response_time_p90",
      "dropped_rate",
    ],
  ],
  ["quality", ["resolution_rate", "resolution_time", "reopen_rate", "fcr_rate", "transfer_rate"]],
  ["happy", ["csat", "survey_response_rate", "dsat", "nps", "nps_moe", "ces"]],
  [
    "bot",
    [
      "bot_conversations",
      "bot_containment_rate",
      "bot_deflection_rate",
      "bot_resolution_rate",
      "bot_handoff_rate",
      "bot_fallback_rate",
    ],
  ],
  [
    "team",
    [
      "occupancy",
      "concurrency_avg",
      "response_time_p90",
      "aht",
      "conversations_per_hour",
      "offer_acceptance_rate",
    ],
  ],
  ["tickets", ["tickets_created", "ticket_backlog", "ticket_first_reply_time", "ticket_resolution_time"]],
] as const
