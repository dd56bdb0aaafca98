/** The six numbers. Each with its target, its trend, its n, and the numbers it must not be read without. */

import { sinceMs, ticks } from "../ui/time"
import { percent, ratioOf, score, span, whole } from "./figures"
import { goalFor, standing } from "./goals"
import {
  ANSWERS_TO_JUDGE,
  csatBands,
  type Level,
  loadBands,
  REQUESTS_TO_JUDGE,
  serviceBands,
  waitBands,
  waitingBands,
} from "./health"
import type { Model } from "./model"
import { type Now, shareOf } from "./now"
import { seconds } from "./queues"
import { Pair, Tile } from "./tile"
import { locale, t } from "./words"

const CSAT_TARGET = 0.8 // until somebody sets a goal: four in five

export const Strip = ({ model }: { model: Model }) => {
  const part = { model, now: model.now.value }
  return (
    <section class="strip" aria-label={t("title.board")}>
      <WaitingTile {...part} />
      <LongestTile {...part} />
      <ServiceTile {...part} />
      <AgentsTile {...part} />
      <ActiveTile {...part} />
      <CsatTile {...part} />
    </section>
  )
}

interface Part {
  model: Model
  now: Now
}

/** How far a figure is from being worth judging. */
const few = (n: number, needed: number) => t("state.thin", { n, needed })

const target = (value: string) => t("sub.target", { target: value })

function WaitingTile({ model, now }: Part) {
  const bands = waitingBands(now.freeSlots, now.agentsOnline)
  const level = now.waiting ? model.levels.of("waiting", now.waiting, bands) : "good"
  const words = { good: t("state.free"), warn: t("state.more"), bad: t("state.bad"), none: "" }
  return (
    <Tile
      model={model}
      name={t("tile.waiting")}
      href="/supervisor/n/waiting"
      kpi="queue_length_now"
      level={level}
      word={now.waiting ? words[level] : t("state.calm")}
      figure={whole(now.waiting, locale.value)}
      sub={t("sub.atmost", { count: now.freeSlots })}
      trend="queue_length_avg"
      pairs={
        <>
          <Pair
            name={t("pair.offered")}
            kpi="queue_offered"
            href="/supervisor/n/offered"
            value={whole(now.kpi("queue_offered").value, locale.value)}
          />
          <Pair
            name={t("pair.started")}
            kpi="conversations_started"
            value={whole(now.kpi("conversations_started").value, locale.value)}
          />
        </>
      }
    />
  )
}

function LongestTile({ model, now }: Part) {
  const since = now.longestSinceMs
  const goal = goalFor(model.goals.value, "longest_wait_now")
  const thresholdS = goal?.high ?? now.longestThresholdS
  const waited = since === null ? null : sinceMs(since)
  const level = goal
    ? standing(goal, (waited ?? 0) / 1_000)
    : model.levels.of("longest", waited ?? 0, waitBands(thresholdS))
  const words = { good: t("state.waitok"), warn: t("state.late"), bad: t("state.toolate"), none: "" }
  return (
    <Tile
      model={model}
      name={t("tile.longest")}
      href="/supervisor/n/longest"
      kpi="longest_wait_now"
      level={level}
      word={waited === null ? t("state.calm") : words[level]}
      figure={waited === null ? "–" : ticks(waited)}
      sub={target(span(thresholdS * 1_000, locale.value))}
      trend="queue_wait_max"
      pairs={
        <>
          <Pair
            name={t("pair.waitavg")}
            kpi="queue_wait_answered_avg"
            value={seconds(now.kpi("queue_wait_answered_avg").value)}
          />
          <Pair
            name={t("pair.wait90")}
            kpi="queue_wait_answered_p90"
            value={seconds(now.kpi("queue_wait_answered_p90").value)}
          />
        </>
      }
    />
  )
}

function ServiceTile({ model, now }: Part) {
  const { serviceLevel: sl, thresholdS } = now
  const share = ratioOf(sl)
  const judged = sl.den >= REQUESTS_TO_JUDGE ? share : null
  const goal = goalFor(model.goals.value, "service_level")
  const aim = goal?.low ?? now.target
  const level = goal ? standing(goal, judged) : model.levels.of("service", judged, serviceBands(aim))
  const words = {
    good: t("state.good"),
    warn: t("state.below"),
    bad: t("state.farbelow"),
    none: few(sl.den, REQUESTS_TO_JUDGE),
  }
  const { num, den } = sl
  const inTime =
    thresholdS === null
      ? t("sub.intime", { num, den })
      : t("sub.service", { num, den, threshold: span(thresholdS * 1_000, locale.value) })
  const counted = den ? inTime : t("sub.service.none")
  return (
    <Tile
      model={model}
      name={t("tile.service")}
      href="/supervisor/n/service"
      kpi="service_level"
      level={level}
      word={words[level]}
      figure={percent(share, locale.value)}
      sub={`${counted} · ${target(percent(aim, locale.value, 0))}`}
      trend="service_level"
      top={1}
      target={aim}
      pairs={<ServicePairs now={now} />}
    />
  )
}

function ServicePairs({ now }: { now: Now }) {
  const short = now.kpi("short_abandons").value
  const first = now.kpi("first_response_time_p50")
  return (
    <>
      <Pair
        name={t("pair.abandoned")}
        kpi="queue_abandonment_rate"
        href="/supervisor/n/abandoned"
        value={percent(now.kpi("queue_abandonment_rate").value, locale.value)}
        note={short ? t("pair.short", { count: short }) : undefined}
      />
      <Pair
        name={t("pair.firstreply")}
        kpi="first_response_time_p50"
        href="/supervisor/n/first"
        value={seconds(first.value)}
        note={t("sub.n", { n: first.n })}
      />
      <Pair
        name={t("pair.missed")}
        kpi="missed_chats"
        href="/supervisor/n/missed"
        value={whole(now.kpi("missed_chats").value, locale.value)}
      />
    </>
  )
}

function AgentsTile({ model, now }: Part) {
  const { free, busy, away, offline } = now.staff
  const level: Level = free ? "good" : now.agentsOnline ? "warn" : "bad"
  const words = { good: t("state.staffed"), warn: t("state.nobody"), bad: t("state.unstaffed"), none: "" }
  return (
    <Tile
      model={model}
      name={t("tile.agents")}
      href="/supervisor/n/agents"
      kpi="agents_online_now"
      level={level}
      word={words[level]}
      figure={
        <span class="three">
          <Third count={free} name={t("sub.free")} kind="free" />
          <Third count={busy} name={t("sub.busy")} kind="busy" />
          <Third count={away} name={t("sub.away")} kind="away" />
        </span>
      }
      sub=""
      pairs={
        <>
          <Pair name={t("pair.offline")} value={whole(offline, locale.value)} />
          <Pair
            name={t("pair.occupancy")}
            kpi="occupancy"
            value={percent(now.kpi("occupancy").value, locale.value, 0)}
          />
        </>
      }
    />
  )
}

const Third = ({ count, name, kind }: { count: number; name: string; kind: string }) => (
  <span class="third" data-kind={kind}>
    {whole(count, locale.value)}
    <small>{name}</small>
  </span>
)

function ActiveTile({ model, now }: Part) {
  const used = now.capacity ? (now.capacity - now.freeSlots) / now.capacity : null
  const judged = model.levels.of("load", used, loadBands)
  const full = used !== null && used >= 1
  const level = judged === "bad" && !now.waiting ? "warn" : judged // full is bad once somebody waits
  const words = {
    good: t("state.free"),
    warn: full ? t("state.full") : t("state.nearly"),
    bad: t("state.full"),
    none: t("state.unstaffed"),
  }
  return (
    <Tile
      model={model}
      name={t("tile.active")}
      href="/supervisor/n/active"
      kpi="active_conversations_now"
      level={level}
      word={words[level]}
      figure={
        <>
          {whole(now.active, locale.value)}
          <small class="of">/{whole(now.capacity, locale.value)}</small>
        </>
      }
      sub={used === null ? "" : t("sub.load", { share: percent(used, locale.value, 0) })}
      bar={used}
      trend="concurrency_system_avg"
      top={Math.max(now.capacity, 1)}
      pairs={
        <>
          <Pair name={t("pair.bot")} kpi="bot_conversations" value={whole(now.withBot, locale.value)} />
          <Pair
            name={t("pair.peak")}
            kpi="concurrency_system_peak"
            value={whole(now.kpi("concurrency_system_peak").value, locale.value)}
          />
        </>
      }
    />
  )
}

function CsatTile({ model, now }: Part) {
  const csat = shareOf(now.kpi("csat"))
  const share = ratioOf(csat)
  const judged = csat.den >= ANSWERS_TO_JUDGE ? share : null
  const goal = goalFor(model.goals.value, "csat")
  const aim = goal?.low ?? CSAT_TARGET
  const level = goal ? standing(goal, judged) : model.levels.of("csat", judged, csatBands(aim))
  const words = {
    good: t("state.good"),
    warn: t("state.below"),
    bad: t("state.farbelow"),
    none: few(csat.den, ANSWERS_TO_JUDGE),
  }
  const said = csat.den ? t("sub.csat", { num: csat.num, den: csat.den }) : t("sub.csat.none")
  return (
    <Tile
      model={model}
      name={t("tile.csat")}
      href="/supervisor/n/csat"
      kpi="csat"
      level={level}
      word={words[level]}
      figure={percent(share, locale.value, 0)}
      sub={`${said} · ${target(percent(aim, locale.value, 0))}`}
      trend="csat"
      top={1}
      target={aim}
      pairs={<CsatPairs now={now} />}
    />
  )
}

function CsatPairs({ now }: { now: Now }) {
  const nps = now.kpi("nps")
  const rate = now.kpi("survey_response_rate_so_far")
  return (
    <>
      <Pair
        name={t("pair.nps")}
        kpi="nps"
        href="/supervisor/n/nps"
        value={score(nps.value, locale.value)}
        note={t("sub.n", { n: nps.n })}
      />
      <Pair
        name={t("pair.rate")}
        kpi="survey_response_rate_so_far"
        value={percent(rate.value, locale.value, 0)}
      />
    </>
  )
}
