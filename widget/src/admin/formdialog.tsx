/** A dialog that is one form: the refusal on top, then its fields, then cancel and save. It closes when it is done. */

import type { ComponentChildren } from "preact"
import { t as shared } from "../supervisor/common"
import { Button, Dialog } from "../ui/kit"
import { Problem, Save, type useForm } from "./form"
import { t } from "./words"

interface Props {
  title: string
  form: Pick<ReturnType<typeof useForm>, "submit" | "refused" | "busy">
  /** Fields that show their refusal themselves. */
  shown: readonly string[]
  /** Something new is added, something there is saved. */
  isNew: boolean
  /** It can be read, not saved. */
  locked?: boolean
  onClose: () => void
  /** What takes the thing away, at the other end of the footer. */
  away?: ComponentChildren
  children: ComponentChildren
}

export function FormDialog({ title, form, shown, isNew, locked = false, onClose, away, children }: Props) {
  const submit = async (event: Event) => {
    if (await form.submit(event)) onClose()
  }
  return (
    <Dialog title={title} open onClose={onClose} closeLabel={shared("close")}>
      <form class="stack" onSubmit={submit}>
        <Problem refused={form.refused.value} shown={shown} />
        {children}
        <footer>
          {away}
          <Button onClick={onClose}>{shared("cancel")}</Button>
          <Save busy={form.busy.value || locked} label={t(isNew ? "add" : "save")} />
        </footer>
      </form>
    </Dialog>
  )
}
