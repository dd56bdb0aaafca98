/** Which numbers: the whole catalogue by family, searched by name, code or what it says. */

import { useSignal } from "@preact/signals"
import { Button, Dialog, Field } from "../../ui/kit"
import { t as shared } from "../common"
import type { Definition } from "../definitions"
import type { ReportModel } from "./model"
import { MOST_KPIS } from "./question"
import { t } from "./words"

const FAMILIES = ["queue", "quality", "survey", "bot", "workforce", "ticket", "customer", "staffing"] as const

export function Picker({ model, onClose }: { model: ReportModel; onClose: () => void }) {
  const chosen = useSignal<readonly string[]>(model.question.value.kpis)
  const words = useSignal("")
  const all = [...model.board.definitions.value.values()].filter(one => matches(one, words.value))
  const toggle = (id: string) => {
    const on = chosen.value.includes(id)
    chosen.value = on ? chosen.value.filter(one => one !== id) : [...chosen.value, id].slice(-MOST_KPIS)
  }
  const show = (event: Event) => {
    event.preventDefault()
    model.change({ kpis: chosen.value })
    onClose()
  }
  return (
    <Dialog title={t("numbers.title")} open onClose={onClose} closeLabel={shared("close")}>
      <form class="stack" onSubmit={show}>
        <Field
          label={t("numbers.search")}
          type="search"
          autofocus
          hint={t("numbers.most", { count: MOST_KPIS })}
          value={words.value}
          onInput={event => {
            words.value = event.currentTarget.value
          }}
        />
        <div class="picker" tabIndex={0} role="region" aria-label={t("numbers.title")}>
          {FAMILIES.map(family => (
            <Family
              key={family}
              name={t(`family.${family}`)}
              kpis={all.filter(one => one.family === family)}
              chosen={chosen.value}
              onToggle={toggle}
            />
          ))}
        </div>
        <footer>
          <Button onClick={onClose}>{shared("cancel")}</Button>
          <Button kind="primary" type="submit" disabled={!chosen.value.length}>
            {t("numbers.done")}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

function matches({ id, code, name, says }: Definition, words: string): boolean {
  const text = `${id} ${code} ${name} ${says}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}

interface FamilyProps {
  name: string
  kpis: readonly Definition[]
  chosen: readonly string[]
  onToggle: (id: string) => void
}

const Family = ({ name, kpis, chosen, onToggle }: FamilyProps) =>
  kpis.length ? (
    <fieldset class="family">
      <legend>{name}</legend>
      {kpis.map(kpi => (
        <label key={kpi.id} class="pick">
          <input type="checkbox" checked={chosen.includes(kpi.id)} onChange={() => onToggle(kpi.id)} />
          <span>
            {kpi.name} <span class="code">{kpi.code}</span>
            <small>{kpi.says}</small>
          </span>
        </label>
      ))}
    </fieldset>
  ) : null
