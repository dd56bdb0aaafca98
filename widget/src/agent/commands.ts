/**
 * Everything that can be done, as a table: what the palette finds and what the keys run. A new
 * action is a new row. Single keys work while nothing is written and can be switched off; none
 * uses Alt, which writes characters on many keyboards.
 */

import { colleagues, queues } from "../desk/directory"
import { visitorName } from "../desk/people"
import { setTheme, THEMES } from "../desk/theme"
import type { IconName } from "../ui/icons"
import { bindKeys, type KeyMap } from "../ui/keys"
import { copyLink, flagItems, toggleDetails } from "./conversation/header"
import type { Model } from "./model/model"
import { choices, statusName } from "./presence"
import { t } from "./words"

export type Group = "chat" | "go" | "me" | "page"

export interface Command {
  readonly id: string
  readonly group: Group
  readonly icon: IconName
  readonly label: string
  readonly keys?: string
  /** Other words somebody may look for it by. */
  readonly also?: string
  readonly run: () => void
}

type Row = Omit<Command, "run"> & { readonly run: () => unknown }

/** What can be done now. */
export function commands(model: Model): readonly Command[] {
  const rows = [...ringing(model), ...chat(model), ...going(model), ...mine(model), ...page(model)]
  return rows.map(row => ({ ...row, run: () => void row.run() }))
}

function ringing(model: Model): readonly Row[] {
  const [first] = model.floor.offers.value
  if (!first) return []
  const id = first.conversation
  return [
    {
      id: "accept",
      group: "chat",
      icon: "check",
      label: t("offer.accept"),
      keys: "a",
      run: () => model.accept(id),
    },
    {
      id: "decline",
      group: "chat",
      icon: "x",
      label: t("offer.decline"),
      keys: "d",
      run: () => model.decline(id),
    },
  ]
}

function chat(model: Model): readonly Row[] {
  const view = model.openView.value
  if (!view) return []
  const { ui } = model
  const always: Row[] = [
    {
      id: "tags",
      group: "chat",
      icon: "tag",
      label: t("tags.edit"),
      keys: "t",
      run: () => (ui.sheet.value = "tags"),
    },
    ...flagItems(view).map(
      (item): Row => ({ ...item, id: item.flag, group: "chat", run: () => model.flag(view.id, item.flag) }),
    ),
    {
      id: "details",
      group: "chat",
      icon: "panelRight",
      label: t("details.toggle"),
      keys: "i",
      run: () => toggleDetails(model),
    },
    { id: "link", group: "chat", icon: "link", label: t("link.copy"), run: () => copyLink(view.id) },
  ]
  return model.floor.mayWrite(view) ? [...writing(model, view.id), ...always] : always
}

function writing(model: Model, id: string): readonly Row[] {
  const { ui } = model
  const handOver = [
    ...queues.value.map(one => ({ label: one.name, icon: "inbox" as const, to: { toQueue: one.id } })),
    ...colleagues.value
      .filter(one => one.id !== model.floor.myId && one.status === "online")
      .map(one => ({ label: one.name, icon: "user" as const, to: { toAgent: one.id } })),
  ]
  return [
    {
      id: "reply",
      group: "chat",
      icon: "reply",
      label: t("do.reply"),
      keys: "r",
      run: () => model.setMode(id, "reply"),
    },
    {
      id: "note",
      group: "chat",
      icon: "note",
      label: t("do.note"),
      keys: "n",
      run: () => model.setMode(id, "note"),
    },
    {
      id: "transfer",
      group: "chat",
      icon: "transfer",
      label: t("do.transfer"),
      also: t("do.transfer.also"),
      keys: "f",
      run: () => (ui.sheet.value = "transfer"),
    },
    {
      id: "end",
      group: "chat",
      icon: "check",
      label: t("do.end"),
      also: t("do.end.also"),
      keys: "e",
      run: () => (ui.sheet.value = "end"),
    },
    ...handOver.map(
      (one): Row => ({
        id: `transfer-${one.label}`,
        group: "chat",
        icon: one.icon,
        label: t("do.transfer.to", { name: one.label }),
        also: t("do.transfer.also"),
        run: () => model.transfer(id, one.to),
      }),
    ),
  ]
}

function going(model: Model): readonly Row[] {
  const { ui, floor } = model
  return [
    { id: "next", group: "go", icon: "arrowDown", label: t("do.next"), keys: "j", run: () => model.step(1) },
    {
      id: "before",
      group: "go",
      icon: "arrowUp",
      label: t("do.before"),
      keys: "k",
      run: () => model.step(-1),
    },
    { id: "search", group: "go", icon: "search", label: t("do.search"), keys: "/", run: () => find(model) },
    {
      id: "mine",
      group: "go",
      icon: "inbox",
      label: t("tab.mine"),
      keys: "1",
      run: () => (ui.tab.value = "mine"),
    },
    {
      id: "queue",
      group: "go",
      icon: "hourglass",
      label: t("tab.queue"),
      keys: "2",
      run: () => (ui.tab.value = "queue"),
    },
    {
      id: "all",
      group: "go",
      icon: "archive",
      label: t("tab.all"),
      keys: "3",
      run: () => (ui.tab.value = "all"),
    },
    ...floor.mine.value.map(
      (view): Row => ({
        id: `open-${view.id}`,
        group: "go",
        icon: "chat",
        label: t("do.open", { name: visitorName(view.visitor, view.id) }),
        run: () => model.open(view.id),
      }),
    ),
    ...floor.waiting.value.map(
      (one): Row => ({
        id: `take-${one.conversation}`,
        group: "go",
        icon: "headset",
        label: t("do.take", { name: visitorName({ name: one.visitor }, one.conversation) }),
        also: t("do.take.also"),
        run: () => model.accept(one.conversation),
      }),
    ),
  ]
}

function mine(model: Model): readonly Row[] {
  const states = choices(model.floor.site.value.awayReasons).map(
    (one): Row => ({
      id: `status-${one.status}-${one.reason}`,
      group: "me",
      icon: one.status === "online" ? "power" : one.status === "away" ? "coffee" : "pause",
      label: t("do.status", { status: statusName(one.status, one.reason) }),
      run: () => model.setStatus(one.status, one.reason),
    }),
  )
  return [
    ...states,
    { id: "out", group: "me", icon: "logOut", label: t("log.out"), run: () => model.logOut() },
  ]
}

function page(model: Model): readonly Row[] {
  const { ui } = model
  return [
    {
      id: "keys",
      group: "page",
      icon: "keyboard",
      label: t("keys"),
      keys: "?",
      run: () => (ui.sheet.value = "keys"),
    },
    {
      id: "settings",
      group: "page",
      icon: "settings",
      label: t("settings"),
      run: () => (ui.sheet.value = "settings"),
    },
    ...THEMES.map(
      (one): Row => ({
        id: `theme-${one}`,
        group: "page",
        icon: one === "dark" ? "moon" : one === "light" ? "sun" : "monitor",
        label: t("do.theme", { theme: t(`theme.${one}`) }),
        run: () => setTheme(one),
      }),
    ),
  ]
}

function find(model: Model): void {
  model.ui.tab.value = "all"
  model.ui.pane.value = "list"
  model.ui.search.value += 1
}

/** What the browser itself closes on Escape; nothing else may happen then. */
const OPEN = "dialog[open], [popover=auto]:popover-open"

/** Escape steps back: drawer, then field, then conversation on a phone. */
function back(model: Model): void {
  const { ui } = model
  if (ui.drawer.value) toggleDetails(model)
  else if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body)
    document.activeElement.blur()
  else if (model.openId.value && !matchMedia("(min-width: 820px)").matches) model.leaveConversation()
}

/** Every row's key, looked up when it is pressed: what can be done changes. */
export function bindCommands(model: Model): () => void {
  const single = "a d r n f e t i j k / 1 2 3 ?".split(" ")
  const press = (keys: string) =>
    commands(model)
      .find(one => one.keys === keys)
      ?.run()
  const map: { [keys: string]: () => void } = Object.fromEntries(
    single.map(keys => [keys, () => press(keys)]),
  )
  map["mod+k"] = () => {
    model.ui.sheet.value = model.ui.sheet.value === "palette" ? null : "palette"
  }
  map["mod+shift+Enter"] = () => press("a")
  const stop = bindKeys(map satisfies KeyMap, () => model.settings.value.singleKeys)
  const onEscape = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector(OPEN)) back(model)
  }
  document.addEventListener("keydown", onEscape)
  return () => {
    stop()
    document.removeEventListener("keydown", onEscape)
  }
}
