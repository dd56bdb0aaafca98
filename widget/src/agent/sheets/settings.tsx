/** What an agent can set on this device, and the way out. */

import { useId } from "preact/hooks"
import { setTheme, THEMES, type Theme, theme } from "../../desk/theme"
import { Button, Select, toast } from "../../ui/kit"
import { useModel } from "../context"
import { play, unlock } from "../model/sounds"
import { t } from "../words"

export function SettingsForm() {
  const model = useModel()
  return (
    <div class="settings">
      <Look />
      <Sounds />
      <Notifications />
      <Presence />
      <footer>
        <Button icon="logOut" kind="danger" onClick={() => void model.logOut()}>
          {t("log.out")}
        </Button>
      </footer>
    </div>
  )
}

function Look() {
  const options = THEMES.map(value => ({ value, label: t(`theme.${value}`) }))
  return <Select<Theme> label={t("set.theme")} value={theme.value} options={options} onChange={setTheme} />
}

function Sounds() {
  const { settings, setSettings } = useModel()
  const { sounds, volume } = settings.value
  const id = useId()
  const listen = () => {
    unlock()
    play("offer", settings.value.volume)
  }
  return (
    <>
      <Switch
        label={t("set.sounds")}
        hint={t("set.sounds.hint")}
        on={sounds}
        onChange={on => setSettings({ sounds: on })}
      />
      {sounds && (
        <div class="volume">
          <label class="sr" for={id}>
            {t("set.volume")}
          </label>
          <input
            id={id}
            type="range"
            min="0.1"
            max="1"
            step="0.1"
            value={volume}
            onInput={event => setSettings({ volume: Number(event.currentTarget.value) })}
          />
          <Button size="small" icon="volume" onClick={listen}>
            {t("set.listen")}
          </Button>
        </div>
      )}
    </>
  )
}

function Notifications() {
  const { settings, setSettings, alerts } = useModel()
  const set = async (on: boolean) => {
    const granted = on && (await alerts.allowNotifications())
    if (on && !granted) toast(t("set.notify.denied"), "bad")
    setSettings({ notifications: granted })
  }
  return (
    <Switch
      label={t("set.notify")}
      hint={t("set.notify.hint")}
      on={settings.value.notifications}
      onChange={on => void set(on)}
    />
  )
}

const MINUTES = ["0", "5", "10", "15", "30"] as const

function Presence() {
  const { settings, setSettings } = useModel()
  const options = MINUTES.map(value => ({
    value,
    label: value === "0" ? t("set.away.never") : t("set.away.after", { count: Number(value) }),
  }))
  return (
    <>
      <Select
        label={t("set.away")}
        value={String(settings.value.awayAfterMin)}
        options={options}
        onChange={value => setSettings({ awayAfterMin: Number(value) })}
      />
      <Switch
        label={t("set.single")}
        hint={t("set.single.hint")}
        on={settings.value.singleKeys}
        onChange={singleKeys => setSettings({ singleKeys })}
      />
    </>
  )
}

interface SwitchProps {
  label: string
  hint: string
  on: boolean
  onChange: (on: boolean) => void
}

export function Switch({ label, hint, on, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div class="switch">
      <label for={id}>
        <strong>{label}</strong>
        <small id={`${id}-h`}>{hint}</small>
      </label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={on}
        aria-describedby={`${id}-h`}
        checked={on}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    </div>
  )
}
