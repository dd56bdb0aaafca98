/** A button that takes something away, once one has said yes. */

import { useSignal } from "@preact/signals"
import { t as shared } from "../supervisor/common"
import { Button, Dialog } from "../ui/kit"
import { Problem, useForm } from "./form"
import { t } from "./words"

interface DropProps {
  label: string
  title: string
  text: string
  /** The sentence it answers is said when it is done. */
  drop: () => Promise<unknown>
  onDone: () => void
}

export function Drop({ label, title, text, drop, onDone }: DropProps) {
  const asked = useSignal(false)
  const form = useForm({}, drop, t("dropped"))
  const stop = () => {
    asked.value = false
  }
  const act = async () => {
    if (await form.submit()) onDone()
  }
  return (
    <>
      <Button
        class="first"
        kind="danger"
        onClick={() => {
          asked.value = true
        }}
      >
        {label}
      </Button>
      <Dialog title={title} open={asked.value} onClose={stop} closeLabel={shared("close")}>
        <p>{text}</p>
        <Problem refused={form.refused.value} shown={[]} />
        <footer>
          <Button onClick={stop}>{shared("cancel")}</Button>
          <Button kind="danger" disabled={form.busy.value} onClick={() => void act()}>
            {label}
          </Button>
        </footer>
      </Dialog>
    </>
  )
}
