/** A small grid of emoji. Arrow keys walk it, Escape closes it. Loaded when it is first opened. */

import { useEffect, useRef } from "preact/hooks"
import { t } from "../words"

const GRID = [
  "😀 😃 😄 😁 😆 😅 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤗 🤔 🤫 😐 😶 😏 🙄 😬 😌 😔 😴 😷 🤒 🥳 😎 🤓 😕 😟 🙁 😮 😲 😳 🥺 😢 😭 😱 😞 😓 😩 😤 😡",
  "👋 👌 ✌️ 🤞 👍 👎 👏 🙌 🙏 💪 🤝 👀 🫶 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 💯 ✨ 🔥 🎉 🎁 🏆 ⭐ ⚡ ☀️ 🌧️ ❄️ 🌈 🌸 🌱 🍀",
  "☕ 🍕 🍎 🍰 🍻 🐶 🐱 🐢 🏠 🚗 🚲 ✈️ 🚚 📦 🛒 🧾 💳 💰 📱 💻 ⌚ 🔋 🔑 🔒 📎 📌 ✏️ 📷 🎧 📅 ⏰ ⏳ ✅ ❌ ❓ ❗ ➕ 🔁",
].map(row => row.split(" "))

const COLUMNS = 8

export function Emoji({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector<HTMLElement>("button")?.focus(), [])
  return (
    <div
      class="emoji"
      role="group"
      aria-label={t("emoji")}
      ref={box}
      onKeyDown={event => walk(event, box.current, onClose)}
    >
      {GRID.flat().map(emoji => (
        <button type="button" key={emoji} onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  )
}

const STEPS: { readonly [key: string]: number } = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
}

function walk(event: KeyboardEvent, box: HTMLElement | null, onClose: () => void): void {
  if (event.key === "Escape") onClose()
  const step = STEPS[event.key]
  if (!step && event.key !== "Escape") return
  event.preventDefault()
  const buttons = [...(box?.querySelectorAll<HTMLElement>("button") ?? [])]
  const at = buttons.indexOf(event.target as HTMLElement)
  buttons[at + (step ?? 0)]?.focus()
}
