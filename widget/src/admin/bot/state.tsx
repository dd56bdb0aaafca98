/** What runs, whether it is well, what it knows; and what is not possible here. */

import { Icon, type IconName } from "../../ui/icons"
import { Badge, type Tone } from "../../ui/kit"
import { moment } from "../firings"
import { examplesOf } from "./figures"
import { percent } from "./format"
import type { Bot } from "./shapes"
import { t } from "./words"

const LOOKS: { readonly [state in Bot["state"]]: readonly [Tone, IconName] } = {
  ready: ["good", "check"],
  training: ["warn", "hourglass"],
  failed: ["bad", "alert"],
}

export function State({ bot }: { bot: Bot }) {
  const [tone, icon] = LOOKS[bot.state]
  return (
    <div class="bot-state">
      <p role="status">
        {bot.engine !== "none" && (
          <Badge tone={tone} icon={icon}>
            {t(`state.${bot.state}`)}
          </Badge>
        )}
        <span class="bot-says">{bot.says}</span>
        {bot.state === "training" && <span class="second">{bot.sentence}</span>}
      </p>
      {bot.engine === "builtin" && (
        <p class="second">
          {knows(bot).join(" · ")}
          {bot.state === "ready" && bot.since_ms > 0 && <Since ms={bot.since_ms} />}
        </p>
      )}
      {bot.state === "failed" && (
        <div class="problem" role="alert">
          <Icon name="alert" size={16} />
          <p>
            <strong>{bot.sentence}</strong> {t("state.old")}
          </p>
        </div>
      )}
      {bot.teachable && !bot.editable && (
        <p class="bot-note">
          <Icon name="info" size={16} />
          {t("state.readonly")} {bot.why_not}
        </p>
      )}
    </div>
  )
}

const Since = ({ ms }: { ms: number }) => (
  <>
    {" · "}
    {t("state.since")} <time dateTime={new Date(ms).toISOString()}>{moment(ms)}</time>
  </>
)

function knows(bot: Bot): readonly string[] {
  const { thresholds } = bot
  return [
    t("knows.examples", { count: examplesOf(bot) }),
    t("knows.articles", { count: bot.articles }),
    ...(thresholds ? [t("knows.from", { share: percent(thresholds.answer) })] : []),
    ...(thresholds && !thresholds.calibrated ? [t("knows.guessed")] : []),
  ]
}
