/** Which numbers: sets of them, or the whole catalogue by family, searched by name, code or meaning. */

import { useSignal } from "@preact/signals"
import { Button, Dialog, Field } from "../../ui/kit"
import { t as shared } from "../common"
import type { Definition } from "../definitions"
import type { ReportModel } from "./model"
import { MOST_KPIS } from "./question"
import { SETS } from "./sets"
import { t } from "./words"

const FAMILIES = ["queue", "quality", "survey", "bot", "workforce", "ticket", "customer", "staffing"] as const

export function Picker({ model, onClose }: { model: ReportModel; onClose: () => void }) {
  const chosen = useSignal<readonly string[]>(model.question.value.kpis)
  const words = useSignal("")
  const all = [...model.board.definitions.value.values()].filter(one => matches(one, words.value))
  const toggle = (id: string) => {
    const on = chosen.value.includes(id)
    if (on) chosen.value = chosen.value.filter(one => one !== id)
    else if (chosen.value.length < MOST_KPIS) chosen.value = [...chosen.value, id]
  }
  const show = (event: Event) => {
    event.preventDefault()
    model.change({ kpis: chosen.value })
    onClose()
  }
  return (
    <Dialog title={t("numbers.title")} open onClose={onClose} closeLabel={shared("close")}>
      <form class="stack" onSubmit={show}>
        <Sets
          chosen={chosen.value}
          onPick={ids => {
            chosen.value = ids
          }}
        />
        <Field
          label={t("numbers.search")}
          type="search"
          autofocus
          hint={t("numbers.most", { count: chosen.value.length, most: MOST_KPIS })}
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
          {!all.length && <p class="nothing">{t("numbers.none")}</p>}
        </div>
        <footer>
          <Button
            kind="quiet"
            onClick={() => {
              chosen.value = []
            }}
          >
            {t("numbers.clear")}
          </Button>
          <Button onClick={onClose}>{shared("cancel")}</Button>
          <Button kind="primary" type="submit" disabled={!chosen.value.length}>
            {t("numbers.done")}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

const Sets = ({
  chosen,
  onPick,
}: {
  chosen: readonly string[]
  onPick: (ids: readonly string[]) => void
}) => (
  <div class="filters picker-sets" role="group" aria-label={t("numbers.sets")}>
    {SETS.map(([name, ids]) => (
      <button
        key={name}
        type="button"
        aria-pressed={ids.length === chosen.length && ids.every(id => chosen.includes(id))}
        onClick={() => onPick(ids)}
      >
        {t(`set.${name}`)}
      </button>
    ))}
  </div>
)

export function matches({ id, code, name, says }: Definition, words: string): boolean {
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
          <input
            type="checkbox"
            checked={chosen.includes(kpi.id)}
            disabled={chosen.length >= MOST_KPIS && !chosen.includes(kpi.id)}
            onChange={() => onToggle(kpi.id)}
          />
          <span>
            {kpi.name} <span class="code">{kpi.code}</span>
            <small>{kpi.says}</small>
          </span>
        </label>
      ))}
    </fieldset>
  ) : null
