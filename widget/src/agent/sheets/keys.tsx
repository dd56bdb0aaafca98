/** The sheet of keys: what each does, and the switch for those without Ctrl. */

import { keyLabel } from "../../ui/keys"
import { Kbd } from "../../ui/kit"
import { useModel } from "../context"
import { t } from "../words"
import { Switch } from "./settings"

const ROWS = [
  [
    "keys.chat",
    [
      ["r", "do.reply"],
      ["n", "do.note"],
      ["f", "do.transfer"],
      ["e", "do.end"],
      ["t", "tags.edit"],
      ["i", "details.toggle"],
    ],
  ],
  [
    "keys.offer",
    [
      ["a", "offer.accept"],
      ["d", "offer.decline"],
      ["mod+shift+Enter", "keys.accept"],
    ],
  ],
  [
    "keys.go",
    [
      ["j", "do.next"],
      ["k", "do.before"],
      ["1", "tab.mine"],
      ["2", "tab.queue"],
      ["3", "tab.all"],
      ["/", "do.search"],
    ],
  ],
  [
    "keys.write",
    [
      ["Enter", "keys.send"],
      ["shift+Enter", "keys.line"],
      ["/", "canned"],
    ],
  ],
  [
    "keys.page",
    [
      ["mod+k", "palette"],
      ["?", "keys"],
      ["Escape", "keys.back"],
    ],
  ],
] as const

export function Keys() {
  const { settings, setSettings } = useModel()
  return (
    <div class="keys">
      {ROWS.map(([title, rows]) => (
        <section key={title}>
          <h3>{t(title)}</h3>
          <dl>
            {rows.map(([keys, says]) => (
              <div key={`${keys}${says}`}>
                <dt>
                  {keys.split("+").map(one => (
                    <Kbd key={one}>{keyLabel(one)}</Kbd>
                  ))}
                </dt>
                <dd>{t(says)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Switch
        label={t("set.single")}
        hint={t("set.single.hint")}
        on={settings.value.singleKeys}
        onChange={singleKeys => setSettings({ singleKeys })}
      />
    </div>
  )
}
