/**
 * TV mode (`?tv=1`): the same numbers for somebody five metres away. Dark, no names of visitors,
 * nothing to click, the screen kept awake; queues turn page by page when they do not fit.
 */

import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { Icon } from "../ui/icons"
import { now, sinceMs, ticks } from "../ui/time"
import { Alerts } from "./alerts"
import type { QueueRow } from "./board"
import { percent, ratioOf, whole } from "./figures"
import { REQUESTS_TO_JUDGE, serviceBands, waitBands } from "./health"
import type { Model } from "./model"
import { Mark } from "./queues"
import { Bar } from "./spark"
import { Strip } from "./strip"
import { Freshness } from "./top"
import { locale, t } from "./words"

const PAGE_ROWS = 4
const PAGE_MS = 12_000

export function Tv({ model }: { model: Model }) {
  useTvPage()
  const time = new Intl.DateTimeFormat(locale.value, { timeStyle: "short", timeZone: model.board.value.zone })
  return (
    <main class="tv">
      <header class="tv-top">
        <h1>{t("tv.site")}</h1>
        <Freshness model={model} />
        <time class="tv-clock num">{time.format(now.value)}</time>
        <a class="tv-leave" href="/supervisor">
          <Icon name="minimize" size={20} />
          {t("top.tv.leave")}
        </a>
      </header>
      <Alerts model={model} still />
      <Strip model={model} />
      <Pages model={model} />
    </main>
  )
}

function Pages({ model }: { model: Model }) {
  const rows = [...model.board.value.queues.values()]
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS))
  const page = useSignal(0)
  useEffect(() => {
    const timer = setInterval(() => {
      page.value += 1
    }, PAGE_MS)
    return () => clearInterval(timer)
  }, [])
  const at = page.value % pages
  const shown = rows.slice(at * PAGE_ROWS, (at + 1) * PAGE_ROWS)
  return (
    <section class="tv-queues" aria-label={t("queues.title")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("col.queue")}</th>
            <th scope="col">{t("col.waiting")}</th>
            <th scope="col">{t("col.longest")}</th>
            <th scope="col">{t("col.service")}</th>
            <th scope="col">{t("col.abandoned")}</th>
            <th scope="col">{t("col.free")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <TvRow key={row.queue} model={model} row={row} />
          ))}
        </tbody>
      </table>
      {pages > 1 && <p class="tv-page num">{t("tv.page", { page: at + 1, pages })}</p>}
    </section>
  )
}

function TvRow({ model, row }: { model: Model; row: QueueRow }) {
  const waited = row.longestSinceMs === null ? null : sinceMs(row.longestSinceMs)
  const wait = model.levels.of(`longest ${row.queue}`, waited, waitBands(row.thresholdS))
  const share = ratioOf(row.serviceLevel)
  const judged = row.serviceLevel.den >= REQUESTS_TO_JUDGE ? share : null
  const service = model.levels.of(`service ${row.queue}`, judged, serviceBands(row.target))
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td class="num">{whole(row.waiting, locale.value)}</td>
      <td class="num">
        <span class="judged" data-level={wait}>
          <Mark level={wait} />
          {waited === null ? "–" : ticks(waited)}
        </span>
      </td>
      <td class="num">
        <span class="judged" data-level={service}>
          <Mark level={service} />
          {percent(share, locale.value)}
        </span>
        {share !== null && <Bar share={share} target={row.target} />}
      </td>
      <td class="num">{whole(row.abandoned, locale.value)}</td>
      <td class="num">{whole(row.freeSlots, locale.value)}</td>
    </tr>
  )
}

/** Dark unless asked otherwise, larger, and awake for as long as it is looked at. */
function useTvPage(): void {
  useEffect(() => {
    const root = document.documentElement
    const before = root.dataset.theme
    const wanted = new URLSearchParams(location.search).get("theme")
    root.dataset.tv = ""
    root.dataset.theme = wanted === "light" ? "light" : "dark"
    const wake = () => void keepAwake()
    wake()
    document.addEventListener("visibilitychange", wake)
    return () => {
      document.removeEventListener("visibilitychange", wake)
      delete root.dataset.tv
      if (before) root.dataset.theme = before
    }
  }, [])
}

/** A browser that cannot, or will not, is no reason to say anything. */
async function keepAwake(): Promise<void> {
  if (document.hidden) return
  await navigator.wakeLock?.request("screen").catch(() => undefined)
}
