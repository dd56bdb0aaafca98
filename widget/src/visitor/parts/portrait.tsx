/** A face, initials, or the bot's mark. Decorative: the name always stands beside it. */

import { Glyph } from "./glyph"

interface PortraitProps {
  name: string
  src?: string | null
  bot?: boolean
  live?: boolean
  small?: boolean
}

export const Portrait = ({ name, src, bot, live, small }: PortraitProps) => (
  <span class="portrait" data-bot={bot} data-live={live} data-small={small} aria-hidden="true">
    {src ? <img src={src} alt="" /> : bot ? <Glyph shape="bot" size={small ? 16 : 20} /> : initials(name)}
  </span>
)

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters.map(word => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("")
}
