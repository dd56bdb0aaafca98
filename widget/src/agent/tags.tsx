/** Tags as chips in a field: Enter or comma adds, Backspace takes the last away, known ones are suggested. */

import { useSignal } from "@preact/signals"
import { useId } from "preact/hooks"
import { Icon } from "../ui/icons"
import { useModel } from "./context"
import { search } from "./model/fuzzy"
import { t } from "./words"

interface TagEditorProps {
  tags: readonly string[]
  onChange: (tags: readonly string[]) => void
  autofocus?: boolean
}

const MAX_TAGS = 20
const MAX_LENGTH = 60

export function TagEditor({ tags, onChange, autofocus }: TagEditorProps) {
  const { floor } = useModel()
  const text = useSignal("")
  const id = useId()
  const known = knownTags(
    floor.site.value.tags,
    [...floor.views.value.values()].map(view => view.tags),
  )
  const offered = search(
    text.value,
    known.filter(one => !tags.includes(one)),
    one => one,
  ).slice(0, 8)
  const add = (raw: string) => {
    const tag = raw.trim().slice(0, MAX_LENGTH)
    text.value = ""
    if (tag && !tags.includes(tag) && tags.length < MAX_TAGS) onChange([...tags, tag])
  }
  const remove = (tag: string) => onChange(tags.filter(one => one !== tag))
  const key = (event: KeyboardEvent) => {
    if ((event.key === "Enter" && text.value.trim()) || event.key === ",") {
      event.preventDefault()
      add(text.value)
    } else if (event.key === "Backspace" && !text.value) remove(tags.at(-1) ?? "")
  }
  return (
    <div class="tag-editor">
      <ul class="tags">
        {tags.map(tag => (
          <li key={tag} class="tag">
            {tag}
            <button type="button" aria-label={t("tags.remove", { tag })} onClick={() => remove(tag)}>
              <Icon name="x" size={12} />
            </button>
          </li>
        ))}
        <li class="tag-new">
          <input
            list={id}
            value={text.value}
            placeholder={tags.length ? "" : t("tags.add")}
            aria-label={t("tags.add")}
            autofocus={autofocus}
            onInput={event => (text.value = event.currentTarget.value)}
            onKeyDown={key}
            onBlur={() => add(text.value)}
          />
          <datalist id={id}>
            {offered.map(one => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </li>
      </ul>
    </div>
  )
}

/** The desk's tags first, then those in use. */
function knownTags(set: readonly string[], used: readonly (readonly string[])[]): readonly string[] {
  return [...new Set([...set, ...used.flat()])]
}
