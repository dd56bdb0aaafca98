/** One entry of a story: a bubble, a remark, a day, a survey's answers. */

import type { ComponentChildren } from "preact"
import { Icon, type IconName } from "../ui/icons"
import { Avatar, Button } from "../ui/kit"
import { clock, now } from "../ui/time"
import { markdown, plain } from "../visitor/markdown"
import type { Answer, Bubble, Entry, Side } from "./story"
import { reader, t } from "./words"

export interface BubbleActs {
  /** The visitor's name, for bubbles that carry none. */
  readonly visitor: string
  /** Who reads: his own bubbles say "You". */
  readonly me?: string | undefined
  readonly onRetry?: ((cmid: string) => void) | undefined
  readonly onDiscard?: ((cmid: string) => void) | undefined
}

export function EntryView({ entry, seen, acts }: { entry: Entry; seen: boolean; acts: BubbleActs }) {
  if (entry.type === "bubble") return <BubbleView bubble={entry} seen={seen} acts={acts} />
  if (entry.type === "day") return <Day atMs={entry.atMs} />
  if (entry.type === "answers") return <Answers answers={entry.answers} comment={entry.comment} />
  return <RemarkView entry={entry} />
}

const SIGNS: { readonly [side in Side]?: IconName } = { bot: "bot", note: "note", whisper: "whisper" }

function BubbleView({ bubble, seen, acts }: { bubble: Bubble; seen: boolean; acts: BubbleActs }) {
  const name = nameOf(bubble, acts)
  const marks = { "data-side": bubble.side, "data-tail": bubble.tail || undefined }
  return (
    <li class="bubble-row" {...marks} data-unsent={bubble.unsent ?? undefined}>
      {bubble.side === "visitor" && (
        <span class="gutter">{bubble.tail && <Avatar name={name} size="small" />}</span>
      )}
      <div class="bubble-column">
        {bubble.head && <Sender bubble={bubble} name={name} />}
        <div class="bubble" title={clock(bubble.atMs, reader(), 0)}>
          {!bubble.head && <span class="sr">{name}: </span>}
          {bubble.side === "bot" ? markdown(bubble.text) : plain(bubble.text)}
          {bubble.images.map(url => (
            <img key={url} src={url} alt={t("attachment")} loading="lazy" />
          ))}
        </div>
        <Fate bubble={bubble} seen={seen} acts={acts} />
      </div>
    </li>
  )
}

function nameOf(bubble: Bubble, acts: BubbleActs): string {
  if (bubble.side === "visitor") return bubble.name || acts.visitor
  if (acts.me && bubble.senderId === acts.me) return t("you")
  return bubble.name || t(bubble.side === "bot" ? "bot" : "someone")
}

const LABELS = { note: "note.label", whisper: "whisper.label" } as const

function Sender({ bubble, name }: { bubble: Bubble; name: string }) {
  const sign = SIGNS[bubble.side]
  const label = bubble.side === "note" || bubble.side === "whisper" ? LABELS[bubble.side] : null
  return (
    <span class="sender">
      {sign && <Icon name={sign} size={13} />}
      {name}
      {label && <span class="sender-label">{t(label)}</span>}
    </span>
  )
}

/** What became of it: when it was said, whether it was seen, or that it is not sent. */
function Fate({ bubble, seen, acts }: { bubble: Bubble; seen: boolean; acts: BubbleActs }) {
  if (bubble.unsent === "failed") return <Failed bubble={bubble} acts={acts} />
  if (bubble.unsent && bubble.unsent !== "sent") return <span class="fate">{t("sending")}</span>
  if (!bubble.tail) return null
  return (
    <span class="fate">
      <time>{clock(bubble.atMs, reader(), bubble.atMs)}</time>
      {seen && (
        <span class="seen">
          <Icon name="checks" size={13} /> {t("seen")}
        </span>
      )}
    </span>
  )
}

function Failed({ bubble, acts }: { bubble: Bubble; acts: BubbleActs }) {
  return (
    <span class="fate" data-tone="bad" role="alert">
      <Icon name="alert" size={13} />
      {t(
        bubble.error === "closed" ? "unsent.closed" : bubble.error === "too_long" ? "unsent.long" : "unsent",
      )}
      <Button size="small" kind="quiet" onClick={() => acts.onRetry?.(bubble.key)}>
        {t("retry")}
      </Button>
      <Button size="small" kind="quiet" onClick={() => acts.onDiscard?.(bubble.key)}>
        {t("discard")}
      </Button>
    </span>
  )
}

function Day({ atMs }: { atMs: number }) {
  const today = new Date(now.peek()).toDateString() === new Date(atMs).toDateString()
  const shown = { weekday: "long", day: "numeric", month: "long" } as const
  return (
    <li class="day">
      <span>{today ? t("today") : new Intl.DateTimeFormat(reader(), shown).format(atMs)}</span>
    </li>
  )
}

function RemarkView({ entry }: { entry: Extract<Entry, { type: "remark" }> }) {
  return (
    <li class="remark" data-tone={entry.tone}>
      <Icon name={entry.icon} size={14} />
      <span class="remark-text">
        {entry.text} <time>{clock(entry.atMs, reader(), entry.atMs)}</time>
        {entry.detail && <span class="remark-detail">{entry.detail}</span>}
        {entry.facts && entry.facts.length > 0 && <Facts facts={entry.facts} />}
      </span>
    </li>
  )
}

export const Facts = ({ facts }: { facts: readonly (readonly [string, string])[] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

const SCALES: { readonly [kind: string]: number } = { csat: 5, nps: 10, ces: 7 }

function Answers({ answers, comment }: { answers: readonly Answer[]; comment: string | null }) {
  return (
    <li class="answers">
      <strong>
        <Icon name="star" size={14} /> {t("survey.answers")}
      </strong>
      <dl>
        {answers.map(answer => (
          <div key={answer.kind}>
            <dt>{surveyName(answer.kind)}</dt>
            <dd>{score(answer)}</dd>
          </div>
        ))}
      </dl>
      {comment && <blockquote>{comment}</blockquote>}
    </li>
  )
}

const NAMES = ["csat", "nps", "ces", "fcr"] as const

export function surveyName(kind: string): string {
  const known = NAMES.find(one => one === kind)
  return known ? t(`survey.${known}`) : kind
}

function score({ kind, score: value }: Answer): ComponentChildren {
  if (value === null) return <span class="faint">{t("survey.skipped")}</span>
  if (kind === "fcr") return t(value ? "yes" : "no")
  const top = SCALES[kind]
  return (
    <span class="score" data-tone={scoreTone(kind, value)}>
      <b>{value}</b>
      {top && <span class="faint"> / {top}</span>}
    </span>
  )
}

function scoreTone(kind: string, value: number): string {
  const [low, high] = kind === "nps" ? [6, 9] : kind === "ces" ? [3, 5] : [2, 4]
  return value <= low ? "bad" : value >= high ? "good" : "plain"
}
