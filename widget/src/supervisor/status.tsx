/** An agent's status, and changing it from here: asked first, said why, written down. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { Icon } from "../ui/icons"
import { Button, Dialog, Field, MenuItem, Popover, toast } from "../ui/kit"
import { ask } from "./asking"
import type { AgentRow, AgentStatus } from "./board"
import { t as shared } from "./common"
import type { Model } from "./model"
import { t } from "./words"

const STATUSES: readonly AgentStatus[] = ["online", "busy", "away", "offline"]

export function StatusButton({ model, row }: { model: Model; row: AgentRow }) {
  const open = useSignal(false)
  const wanted = useSignal<AgentStatus | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  const pick = (status: AgentStatus) => {
    open.value = false
    wanted.value = status
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        class="status"
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => (open.value = !open.value)}
      >
        <span class="dot" data-status={row.status} />
        <span class="status-word">{t(`status.${row.status}`)}</span>
        {row.reason && <span class="reason">{row.reason}</span>}
        <Icon name="chevronDown" size={14} />
        <span class="sr">{t("status.change", { name: row.name })}</span>
      </button>
      <Popover
        anchor={button}
        open={open.value}
        onClose={() => (open.value = false)}
        label={t("status.change", { name: row.name })}
      >
        {STATUSES.map(status => (
          <MenuItem key={status} disabled={status === row.status} onPick={() => pick(status)}>
            <span class="dot" data-status={status} />
            {t(`status.${status}`)}
          </MenuItem>
        ))}
      </Popover>
      <Confirm model={model} row={row} wanted={wanted.value} onDone={() => (wanted.value = null)} />
    </>
  )
}

interface ConfirmProps {
  model: Model
  row: AgentRow
  wanted: AgentStatus | null
  onDone: () => void
}

function Confirm({ model, row, wanted, onDone }: ConfirmProps) {
  const reason = useSignal("")
  const status = wanted ?? row.status
  const name = row.name
  const act = async (event: Event) => {
    event.preventDefault()
    onDone()
    const done = await ask(model.setStatus(row.agent, status, reason.value.trim()))
    if (done) toast(t("status.done", { name, status: t(`status.${status}`).toLocaleLowerCase() }), "good")
  }
  return (
    <Dialog
      title={t("status.ask", { name, status: t(`status.${status}`).toLocaleLowerCase() })}
      open={wanted !== null}
      onClose={onDone}
      closeLabel={t("sheet.close")}
    >
      <form class="stack" onSubmit={act}>
        <p>{t(status === "online" ? "status.ask.online" : "status.ask.closed", { name })}</p>
        <Field
          label={t("status.reason")}
          value={reason.value}
          maxLength={200}
          onInput={event => (reason.value = event.currentTarget.value)}
        />
        <footer>
          <Button onClick={onDone}>{shared("cancel")}</Button>
          <Button kind="primary" type="submit">
            {t("status.do", { status: t(`status.${status}`).toLocaleLowerCase() })}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
