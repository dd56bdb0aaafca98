/** Everything in one field: type what you want, Enter does it. A combobox over a list box. */

import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import { Icon } from "../../ui/icons"
import { keyLabel } from "../../ui/keys"
import { Kbd } from "../../ui/kit"
import { type Command, commands, type Group } from "../commands"
import { useModel } from "../context"
import { search } from "../model/fuzzy"
import { Offers } from "../offers"
import { t } from "../words"

interface PaletteProps {
  open: boolean
  onClose: () => void
}

export function Palette({ open, onClose }: PaletteProps) {
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open && !box.current?.open) box.current?.showModal()
    if (!open && box.current?.open) box.current.close()
  }, [open])
  const outside = (event: MouseEvent) => event.target === box.current && onClose()
  return (
    <dialog ref={box} class="palette" aria-label={t("palette")} onClose={onClose} onClick={outside}>
      {open && <Finder onClose={onClose} />}
      {open && <Offers />}
    </dialog>
  )
}

function Finder({ onClose }: { onClose: () => void }) {
  const model = useModel()
  const query = useSignal("")
  const at = useSignal(0)
  const list = useRef<HTMLDivElement>(null)
  const found = search(query.value, commands(model), one => `${one.label} ${one.also ?? ""}`)
  const active = found[Math.min(at.value, found.length - 1)]
  useEffect(
    () => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
    [active?.id],
  )
  const run = (command: Command | undefined) => {
    onClose()
    command?.run()
  }
  const key = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step) at.value = (at.value + step + found.length) % Math.max(1, found.length)
    else if (event.key === "Enter") run(active)
    else return
    event.preventDefault()
  }
  return (
    <>
      <div class="palette-field">
        <Icon name="search" size={18} />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="palette"
          aria-activedescendant={active && `do-${active.id}`}
          aria-label={t("palette")}
          placeholder={t("palette.hint")}
          autofocus
          value={query.value}
          onInput={event => {
            query.value = event.currentTarget.value
            at.value = 0
          }}
          onKeyDown={key}
        />
        <Kbd>{keyLabel("Escape")}</Kbd>
      </div>
      <div ref={list} id="palette" class="palette-list" role="listbox" aria-label={t("palette")}>
        {grouped(found, !query.value).map(([group, rows]) => (
          <div key={group ?? "found"} role="group" aria-label={group ? t(`group.${group}`) : undefined}>
            {group && (
              <span class="menu-head" aria-hidden="true">
                {t(`group.${group}`)}
              </span>
            )}
            {rows.map(row => (
              <CommandRow
                key={row.id}
                row={row}
                active={row === active}
                onPick={() => run(row)}
                onPoint={() => {
                  at.value = found.indexOf(row)
                }}
              />
            ))}
          </div>
        ))}
        {!found.length && <p class="palette-none">{t("palette.none", { q: query.value })}</p>}
      </div>
    </>
  )
}

/** By group while everything is shown; best first once something is looked for. */
function grouped(
  found: readonly Command[],
  whole: boolean,
): readonly (readonly [Group | null, readonly Command[]])[] {
  if (!whole) return [[null, found]]
  const groups = [...new Set(found.map(one => one.group))]
  return groups.map(group => [group, found.filter(one => one.group === group)] as const)
}

interface CommandRowProps {
  row: Command
  active: boolean
  onPick: () => void
  onPoint: () => void
}

function CommandRow({ row, active, onPick, onPoint }: CommandRowProps) {
  return (
    <div
      id={`do-${row.id}`}
      class="menu-item"
      role="option"
      aria-selected={active}
      tabIndex={-1}
      onClick={onPick}
      onPointerMove={onPoint}
    >
      <Icon name={row.icon} size={16} />
      {row.label}
      {row.keys && (
        <span class="menu-end">
          <Kbd>{keyLabel(row.keys)}</Kbd>
        </span>
      )}
    </div>
  )
}
