/** One sheet at a time. */

import { visitorName } from "../../desk/people"
import { Dialog } from "../../ui/kit"
import { useModel } from "../context"
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
  const close = () => {
    sheet.value = null
  }
  const name = view ? visitorName(view.visitor, view.id) : ""
  const shown = (one: typeof sheet.value) => sheet.value === one
  const shared = { onClose: close, closeLabel: t("close") }
  return (
    <>
      <Palette open={shown("palette")} onClose={close} />
      <Dialog {...shared} title={t("transfer.title", { name })} open={shown("transfer") && !!view}>
        {view && <TransferForm view={view} onDone={close} />}
      </Dialog>
      <Dialog {...shared} title={t("end.title", { name })} open={shown("end") && !!view}>
        {view && <End view={view} onDone={close} />}
      </Dialog>
      <Dialog {...shared} title={t("tags.title", { name })} open={shown("tags") && !!view}>
        {view && (
          <TagEditor autofocus tags={view.tags} onChange={tags => void model.setTags(view.id, tags)} />
        )}
      </Dialog>
      <Dialog {...shared} title={t("keys")} open={shown("keys")}>
        <Keys />
      </Dialog>
      <Dialog {...shared} title={t("settings")} open={shown("settings")}>
        <SettingsForm />
      </Dialog>
    </>
  )
}
