/**
 * The small kit of the console and the board: native elements with one class each. Looks are in
 * `kit.css`; nothing here knows a conversation. The widget does not use it (weight).
 */

import type { ComponentChildren, JSX, RefObject } from "preact"
import { useEffect, useId, useRef } from "preact/hooks"
import { Icon, type IconName } from "./icons"

export { Toasts, toast } from "./toast"

type ButtonProps = JSX.IntrinsicElements["button"] & {
  kind?: "plain" | "primary" | "quiet" | "danger"
  size?: "small" | "medium" | "large"
  icon?: IconName
}

export function Button({
  kind = "plain",
  size = "medium",
  icon,
  children,
  class: extra,
  ...rest
}: ButtonProps) {
  return (
    <button type="button" {...rest} class={join("btn", extra)} data-kind={kind} data-size={size}>
      {icon && <Icon name={icon} size={16} />}
      {children}
    </button>
  )
}

/** A button without words on it: the label is for the tooltip and for those who cannot see it. */
export function IconButton({
  icon,
  label,
  kind = "quiet",
  size = "medium",
  class: extra,
  ...rest
}: Omit<ButtonProps, "icon" | "label"> & { icon: IconName; label: string }) {
  const shared = { class: join("btn", extra), "data-kind": kind, "data-size": size, "data-icon": true }
  return (
    <button type="button" title={label} aria-label={label} {...rest} {...shared}>
      <Icon name={icon} size={size === "small" ? 15 : 18} />
    </button>
  )
}

type FieldProps = JSX.IntrinsicElements["input"] & { label: string; hint?: string; error?: string | null }

export function Field({ label, hint, error, class: extra, ...rest }: FieldProps) {
  const id = useId()
  const said = error ? `${id}-e` : hint ? `${id}-h` : undefined
  return (
    <div class={join("field", extra)}>
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        {...rest}
        id={id}
        class="input"
        aria-invalid={error ? "true" : undefined}
        aria-describedby={said}
      />
      {error ? <FieldError id={`${id}-e`} text={error} /> : hint && <HintLine id={`${id}-h`} text={hint} />}
    </div>
  )
}

const HintLine = ({ id, text }: { id: string; text: string }) => (
  <span class="field-hint" id={id}>
    {text}
  </span>
)

const FieldError = ({ id, text }: { id: string; text: string }) => (
  <span class="field-error" id={id} role="alert">
    <Icon name="alert" size={13} />
    {text}
  </span>
)

export interface Option<T extends string = string> {
  readonly value: T
  readonly label: string
}

interface SelectProps<T extends string> {
  label: string
  value: T
  options: readonly Option<T>[]
  onChange: (value: T) => void
  /** Without a visible label the label is still read out. */
  bare?: boolean
  disabled?: boolean
}

export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  bare,
  disabled,
}: SelectProps<T>) {
  const id = useId()
  return (
    <div class="field">
      <label class={bare ? "sr" : "field-label"} for={id}>
        {label}
      </label>
      <select
        id={id}
        class="input select"
        value={value}
        disabled={disabled}
        onChange={event => onChange(event.currentTarget.value as T)}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

export type Tone = "plain" | "accent" | "good" | "warn" | "bad"

export const Badge = ({
  tone = "plain",
  icon,
  children,
}: {
  tone?: Tone
  icon?: IconName
  children: ComponentChildren
}) => (
  <span class="badge" data-tone={tone}>
    {icon && <Icon name={icon} size={12} />}
    {children}
  </span>
)

interface AvatarProps {
  name: string
  src?: string | null
  size?: "small" | "medium" | "large"
  status?: string
}

/** A face, or initials on a hue that always is this name's. Decorative: the name stands beside it. */
export function Avatar({ name, src, size = "medium", status }: AvatarProps) {
  const hue = useRef<HTMLSpanElement>(null)
  useEffect(() => hue.current?.style.setProperty("--hue", String(hueOf(name))), [name])
  return (
    <span class="avatar" data-size={size} aria-hidden="true" ref={hue}>
      {src ? <img src={src} alt="" loading="lazy" /> : initials(name)}
      {status && <span class="dot" data-status={status} />}
    </span>
  )
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters.map(word => [...(word ?? "?")][0]?.toLocaleUpperCase() ?? "").join("")
}

export function hueOf(name: string): number {
  let sum = 7
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600
  return sum % 360
}

interface DialogProps {
  title: string
  open: boolean
  onClose: () => void
  closeLabel: string
  children: ComponentChildren
}

/** A modal `<dialog>`: Escape, focus trap and top layer are the platform's. */
export function Dialog({ title, open, onClose, closeLabel, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (open && !ref.current?.open) ref.current?.showModal()
    if (!open && ref.current?.open) ref.current.close()
  }, [open])
  const outside = (event: MouseEvent) => event.target === ref.current && onClose()
  return (
    <dialog ref={ref} class="dialog" aria-labelledby={id} onClose={onClose} onClick={outside}>
      {open && (
        <>
          <header>
            <h2 id={id}>{title}</h2>
            <IconButton icon="x" label={closeLabel} onClick={onClose} />
          </header>
          <div class="dialog-body">{children}</div>
        </>
      )}
    </dialog>
  )
}

interface PopoverProps {
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onClose: () => void
  label: string
  /** `menu` moves with the arrow keys over its `.menu-item`s. */
  role?: "menu" | "dialog" | "listbox"
  side?: "below" | "above"
  children: ComponentChildren
}

/** A native popover beside its anchor, kept inside the window. */
export function Popover({
  anchor,
  open,
  onClose,
  label,
  role = "menu",
  side = "below",
  children,
}: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = ref.current
    if (!box || open === box.matches(":popover-open")) return
    if (!open) return box.hidePopover()
    box.showPopover()
    place(box, anchor.current, side)
    box.querySelector<HTMLElement>("[autofocus], .menu-item, button, input")?.focus()
  }, [open])
  return (
    <div
      ref={ref}
      class="popover"
      popover="auto"
      role={role}
      aria-label={label}
      onToggle={event => (event as unknown as ToggleEvent).newState === "closed" && onClose()}
      onKeyDown={event => role === "menu" && walk(event)}
    >
      {open && children}
    </div>
  )
}

function place(box: HTMLElement, anchor: HTMLElement | null | undefined, side: "below" | "above"): void {
  const at = anchor?.getBoundingClientRect()
  if (!at) return
  const { offsetWidth: width, offsetHeight: height } = box
  const start = document.documentElement.dir === "rtl" ? at.right - width : at.left
  const below = at.bottom + 6
  const top = side === "below" && below + height < innerHeight - 8 ? below : at.top - height - 6
  box.style.left = `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`
  box.style.top = `${Math.max(8, top)}px`
}

/** The arrow keys over the `.menu-item`s inside. */
export function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
  if (!step) return
  event.preventDefault()
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(".menu-item:not(:disabled)")]
  const at = items.indexOf(document.activeElement as HTMLElement)
  items[(at + step + items.length) % items.length]?.focus()
}

interface MenuItemProps {
  icon?: IconName
  onPick: () => void
  end?: ComponentChildren
  disabled?: boolean
  children: ComponentChildren
}

export const MenuItem = ({ icon, onPick, end, disabled, children }: MenuItemProps) => (
  <button type="button" class="menu-item" role="menuitem" disabled={disabled} onClick={onPick}>
    {icon && <Icon name={icon} size={16} />}
    {children}
    {end && <span class="menu-end">{end}</span>}
  </button>
)

interface TabsProps<T extends string> {
  label: string
  tabs: readonly (Option<T> & { count?: number })[]
  value: T
  onChange: (value: T) => void
}

/** A tab list with the arrow keys; the panels are the caller's (`id="panel-VALUE"`, role tabpanel). */
export function Tabs<T extends string>({ label, tabs, value, onChange }: TabsProps<T>) {
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    if (!step) return
    const at = tabs.findIndex(tab => tab.value === value)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next) onChange(next.value)
    event.currentTarget
      .querySelectorAll<HTMLElement>("[role=tab]")
      [(at + step + tabs.length) % tabs.length]?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(tab => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          id={`tab-${tab.value}`}
          aria-selected={tab.value === value}
          aria-controls={`panel-${tab.value}`}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
          {tab.count !== undefined && tab.count > 0 && <Badge>{tab.count}</Badge>}
        </button>
      ))}
    </div>
  )
}

/** Says what will appear here, and offers the next step. */
export const EmptyState = ({
  icon,
  title,
  text,
  action,
}: {
  icon: IconName
  title: string
  text?: string
  action?: ComponentChildren
}) => (
  <div class="empty">
    <Icon name={icon} size={28} />
    <strong>{title}</strong>
    {text && <span>{text}</span>}
    {action}
  </div>
)

export const Spinner = ({ label }: { label: string }) => (
  <span class="spinner" role="status" aria-label={label} />
)

export const Kbd = ({ children }: { children: ComponentChildren }) => <kbd class="kbd">{children}</kbd>

function join(...names: unknown[]): string {
  return names.filter(name => typeof name === "string" && name).join(" ")
}
