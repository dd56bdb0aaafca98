/** One bubble: the sender named once a run, the time on demand, the fate of what is ours. */

import { useMemo } from "preact/hooks"
import { clock } from "../../ui/time"
import { type Bubble, onlyEmoji } from "../lines"
import { markdown, plain } from "../markdown"
import type { Model } from "../model"
import { locale, t } from "../words"
import { Glyph } from "./glyph"
import { Portrait } from "./portrait"

export function BubbleLine({ line, model }: { line: Bubble; model: Model }) {
  const bot = line.from === "bot"
  const who = line.mine ? t("you") : line.who || t(bot ? "assistant" : "someone")
  // Said once, drawn once: a keystroke in the composer must not read every message again.
  const said = [line.text, line.image, line.atMs, line.item?.state, who, locale.value]
  const body = useMemo(() => <Body line={line} who={who} />, said)
  return (
    <div class={`row ${line.mine ? "mine" : "theirs"}`} data-first={line.first} data-last={line.last}>
      {!line.mine && line.last && <Portrait name={who} bot={bot} small />}
      <div class="stack">
        {!line.mine && line.first && <span class="who">{who}</span>}
        {body}
        {line.mine && <Fate line={line} model={model} />}
      </div>
    </div>
  )
}

function Body({ line, who }: { line: Bubble; who: string }) {
  const time = clock(line.atMs, locale.value)
  const large = onlyEmoji(line.text)
  return (
    <div class="bubble" dir="auto" data-large={large} data-failed={line.item?.state === "failed"}>
      <span class="sr">{`${who}, ${time}: `}</span>
      {line.image && <img src={line.image} alt="" loading="lazy" />}
      {line.from === "bot" ? markdown(line.text) : <p>{plain(line.text)}</p>}
      <time aria-hidden="true">{time}</time>
    </div>
  )
}

/** Waiting and failed are said at the message; sent and read only at our last one. */
function Fate({ line, model }: { line: Bubble; model: Model }) {
  if (line.item?.state === "failed") return <Failed cmid={line.item.cmid} model={model} />
  const last = model.view.value?.events.findLast(event => event.kind === "message")
  const ours = line.item ? model.pending.value.at(-1)?.cmid === line.item.cmid : last?.seq === line.seq
  if (!ours || (!line.item && model.pending.value.length)) return null
  const sent = !line.item || line.item.state === "sent"
  const read = line.seq !== null && model.others.readSeq.value >= line.seq
  return <span class="fate">{t(read ? "read" : sent ? "sent" : "sending")}</span>
}

const Failed = ({ cmid, model }: { cmid: string; model: Model }) => (
  <span class="fate failed" role="alert">
    <Glyph shape="alert" size={14} />
    {t("failed")}
    <button type="button" class="link" onClick={() => model.retry(cmid)}>
      {t("failed.retry")}
    </button>
    <button type="button" class="link" onClick={() => model.discard(cmid)}>
      {t("failed.drop")}
    </button>
  </span>
)
