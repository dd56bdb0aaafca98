/** What people call a segment and its values: ids are for machines. */

import { dayNames } from "../../admin/hours"
import { agentName, queueName } from "../../desk/directory"
import type { Row } from "./answer"
import { isDimension, WEEK, type Where } from "./question"
import { locale, t } from "./words"

export const dimensionName = (by: string): string =>
  by === WEEK ? t("by.week") : isDimension(by) ? t(`by.${by}`) : by

const HANDLED = ["bot_only", "human_only", "bot_then_human", "nobody"] as const
const STAGES = ["bot", "queue_never_offered", "queue_offered", "accepted", "replied"] as const

const CALLED: { readonly [dimension: string]: (value: string) => string } = {
  queue: queueName,
  agent: value => (value === "bot" ? t("agent.bot") : agentName(value)),
  hour: value => new Intl.DateTimeFormat(locale.value, TIME).format(Date.UTC(2026, 0, 5, Number(value))),
  weekday: value => dayNames(locale.value)[Number(value)] ?? value,
  handled_by: value => {
    const known = HANDLED.find(one => one === value)
    return known ? t(`handled.${known}`) : value
  },
  stage: value => {
    const known = STAGES.find(one => one === value)
    return known ? t(`stage.${known}`) : value
  },
}

const TIME = { hour: "2-digit", minute: "2-digit", timeZone: "UTC" } as const

/** One value of a dimension, as people say it; what has no value has a name too. */
export const valueName = (dimension: string, value: string): string =>
  (value && (CALLED[dimension]?.(value) ?? value)) || t("unnamed")

export const called = ({ group }: Pick<Row, "group">): string =>
  Object.entries(group)
    .map(([dimension, value]) => valueName(dimension, String(value)))
    .join(" · ")

/** Filters in words: `Queue: Sales · Hour: 09:00`. */
export const filterNames = (where: Where): readonly string[] =>
  Object.entries(where).map(([dimension, value]) =>
    t("filter.is", { name: dimensionName(dimension), value: valueName(dimension, value) }),
  )
