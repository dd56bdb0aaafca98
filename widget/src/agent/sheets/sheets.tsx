/** One sheet at a time. What rings, rings inside it: beneath a modal dialog nothing can be pressed. */

import { visitorName } from "../../desk/people"
import { Dialog } from "../../ui/kit"
import { useModel } from "../context"
import type { Sheet } from "../model/ui"
import { Offers } from "../offers"
import { TagEditor } from "../tags"
import { t } from "../words"
import { End } from "./end"
import { Keys } from "./keys"
import { Palette } from "./palette"
import { SettingsForm } from "./settings"
import { TransferForm } from "./transfer"

export function Sheets() {
  const model = useModel()
  const { sheet } = model.ui
  const view = model.openView.value
  /** A dialog's own goodbye may come after the next one was asked for: it closes only itself. */
  const closing = (one: Sheet) => () => {
    if (sheet.value === one) sheet.value = null
  }
  const name = view ? visitorName(view.visitor, view.id) : ""
  const dialog = (one: Sheet, title: string) => ({
    title,
    open: sheet.value === one && (!OF_A_CHAT.has(one) || !!view),
    onClose: closing(one),
    closeLabel: t("close"),
  })
  return (
    <>
      <Palette open={sheet.value === "palette"} onClose={closing("palette")} />
      <Dialog {...dialog("transfer", t("transfer.title", { name }))}>
        {view && <TransferForm view={view} onDone={closing("transfer")} />}
        <Offers />
      </Dialog>
      <Dialog {...dialog("end", t("end.title", { name }))}>
        {view && <End view={view} onDone={closing("end")} />}
        <Offers />
      </Dialog>
      <Dialog {...dialog("tags", t("tags.title", { name }))}>
        {view && (
          <TagEditor autofocus tags={view.tags} onChange={tags => void model.setTags(view.id, tags)} />
        )}
        <Offers />
      </Dialog>
      <Dialog {...dialog("keys", t("keys"))}>
        <Keys />
        <Offers />
      </Dialog>
      <Dialog {...dialog("settings", t("settings"))}>
        <SettingsForm />
        <Offers />
      </Dialog>
    </>
  )
}

const OF_A_CHAT: ReadonlySet<Sheet> = new Set<Sheet>(["transfer", "end", "tags"])
