/** Says something for a while, at the bottom of the page. Import it from `kit`. */

import { signal } from "@preact/signals"
import { Icon } from "./icons"
import { Button, type Tone } from "./kit"

interface ToastItem {
  readonly id: number
  readonly text: string
  readonly tone: Tone
  readonly action?: { label: string; run: () => void }
}

const toasts = signal<readonly ToastItem[]>([])
let toastId = 0

/** Says something for a while. What must be read longer than six seconds is no toast. */
export function toast(text: string, tone: Tone = "plain", action?: ToastItem["action"]): void {
  const id = ++toastId
  toasts.value = [...toasts.value.slice(-2), { id, text, tone, ...(action ? { action } : {}) }]
  setTimeout(() => dismiss(id), 6_000)
}

const dismiss = (id: number) => {
  toasts.value = toasts.value.filter(item => item.id !== id)
}

const act = (item: ToastItem) => {
  item.action?.run()
  dismiss(item.id)
}

/** Put it once, at the end of the page. */
export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(item => (
      <div key={item.id} class="toast" data-tone={item.tone}>
        {item.tone === "bad" && <Icon name="alert" size={16} />}
        {item.tone === "good" && <Icon name="check" size={16} />}
        <span>{item.text}</span>
        {item.action && (
          <Button size="small" kind="quiet" onClick={() => act(item)}>
            {item.action.label}
          </Button>
        )}
      </div>
    ))}
  </div>
)
