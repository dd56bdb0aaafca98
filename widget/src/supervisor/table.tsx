/** What both tables share: a head that sorts and explains itself, and figures that lead somewhere. */

import type { ComponentChildren } from "preact"
import { Icon } from "../ui/icons"
import type { Sort } from "./attention"

export interface Column<K extends string> {
  readonly key: K
  readonly name: string
  readonly kpi?: string
  readonly figure?: boolean
  /** `wide` leaves first when there is little room, then `more`. */
  readonly room?: "wide" | "more"
}

interface HeadProps<K extends string> {
  columns: readonly Column<K>[]
  sort: Sort<K> | null
  onSort: (column: Column<K>) => void
}

export const Head = <K extends string>({ columns, sort, onSort }: HeadProps<K>) => (
  <thead>
    <tr>
      {columns.map(column => (
        <th
          key={column.key}
          scope="col"
          data-room={column.room}
          class={column.figure ? "right" : undefined}
          aria-sort={sort?.by === column.key ? (sort.down ? "descending" : "ascending") : undefined}
        >
          <button type="button" class="th" data-kpi={column.kpi} onClick={() => onSort(column)}>
            {column.name}
            {sort?.by === column.key && <Icon name={sort.down ? "arrowDown" : "arrowUp"} size={12} />}
          </button>
        </th>
      ))}
    </tr>
  </thead>
)

interface CellProps {
  room?: "wide" | "more" | undefined
  figure?: boolean
  class?: string
  children?: ComponentChildren
}

export const Cell = ({ room, figure = true, class: extra, children }: CellProps) => (
  <td
    data-room={room}
    class={[figure ? "right num" : "", extra ?? ""].filter(Boolean).join(" ") || undefined}
  >
    {children}
  </td>
)

export const Section = ({
  title,
  count,
  end,
  id,
  children,
}: {
  title: string
  count?: number
  end?: ComponentChildren
  id: string
  children: ComponentChildren
}) => (
  <section class="section" aria-labelledby={id}>
    <header>
      <h2 id={id} tabIndex={-1}>
        {title}
        {count !== undefined && <span class="count num">{count}</span>}
      </h2>
      {end}
    </header>
    {children}
  </section>
)

/** A number with a way behind it; nothing is behind nothing. */
export const Behind = ({ href, value, label }: { href: string; value: string | number; label: string }) =>
  value === 0 || value === "0" ? (
    <span class="zero">0</span>
  ) : (
    <a class="behind" href={href} aria-label={`${value} ${label}`}>
      {value}
    </a>
  )
