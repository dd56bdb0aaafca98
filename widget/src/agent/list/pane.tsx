/** The first column: me, the three lists, and what I missed. */

import { QUEUE_WAIT, waitTone } from "../../desk/waits"
import { Icon } from "../../ui/icons"
import { keyLabel } from "../../ui/keys"
import { Button, IconButton, Tabs } from "../../ui/kit"
import { sinceMs } from "../../ui/time"
import { useModel } from "../context"
import type { Missed } from "../model/floor"
import type { Tab } from "../model/ui"
import { Presence } from "../presence"
import { t } from "../words"
import { AllList } from "./all"
import { MineList } from "./mine"
import { QueueList } from "./queue"

export function ListPane() {
  const { ui, floor } = useModel()
  const oldest = floor.waiting.value[0]
  const alarm = oldest ? waitTone(sinceMs(oldest.queued_at_ms), QUEUE_WAIT) : "plain"
  const tabs = [
    { value: "mine", label: t("tab.mine"), count: floor.mine.value.length },
    { value: "queue", label: t("tab.queue"), count: floor.waiting.value.length },
    { value: "all", label: t("tab.all") },
  ] as const
  return (
    <nav class="list-pane" aria-label={t("lists")}>
      <header class="list-head">
        <Presence />
        <Tools />
      </header>
      <div class="list-tabs" data-alarm={alarm}>
        <Tabs<Tab>
          label={t("lists")}
          tabs={tabs}
          value={ui.tab.value}
          onChange={tab => (ui.tab.value = tab)}
        />
      </div>
      {floor.missed.value.map(one => (
        <MissedStrip key={one.conversation} missed={one} />
      ))}
      <div
        class="list-body"
        role="tabpanel"
        id={`panel-${ui.tab.value}`}
        aria-labelledby={`tab-${ui.tab.value}`}
      >
        {ui.tab.value === "mine" && <MineList />}
        {ui.tab.value === "queue" && <QueueList />}
        {ui.tab.value === "all" && <AllList />}
      </div>
    </nav>
  )
}

function Tools() {
  const { ui, settings, setSettings } = useModel()
  const { sounds } = settings.value
  return (
    <div class="list-tools">
      <IconButton
        icon="command"
        label={`${t("palette")} (${keyLabel("mod+k")})`}
        onClick={() => (ui.sheet.value = "palette")}
      />
      <IconButton
        icon={sounds ? "bell" : "bellOff"}
        label={t(sounds ? "sounds.off" : "sounds.on")}
        onClick={() => setSettings({ sounds: !sounds })}
      />
      <IconButton icon="settings" label={t("settings")} onClick={() => (ui.sheet.value = "settings")} />
    </div>
  )
}

function MissedStrip({ missed }: { missed: Missed }) {
  const model = useModel()
  return (
    <div class="missed" role="status">
      <Icon name="bellOff" size={15} />
      <span>{t("missed", { name: missed.visitor })}</span>
      <Button size="small" onClick={() => void model.accept(missed.conversation)}>
        {t("missed.take")}
      </Button>
      <IconButton
        icon="x"
        size="small"
        label={t("dismiss")}
        onClick={() => model.floor.forgive(missed.conversation)}
      />
    </div>
  )
}
