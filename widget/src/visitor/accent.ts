/**
 * A shop's own colour, made readable: the text on it is white or nearly black, whichever has more
 * contrast; where the colour itself is text, it is darkened (or lightened) until it has 4.5 : 1.
 */

type Rgb = readonly [number, number, number]

const WHITE: Rgb = [255, 255, 255]
const NIGHT: Rgb = [32, 33, 40] // --surface in the dark
const MIST: Rgb = [241, 242, 245] // --sunken: their bubbles, where links stand
const DUSK: Rgb = [38, 40, 46] // --sunken in the dark
const INK: Rgb = [20, 20, 28]
const ENOUGH = 4.5

export function wear(host: HTMLElement, accent: string | undefined): void {
  const colour = parse(accent)
  if (!colour) return
  const night = towards(colour, WHITE, NIGHT, 3)
  const set = (name: string, day: Rgb, dark: Rgb) =>
    host.style.setProperty(name, `light-dark(${css(day)}, ${css(dark)})`)
  set("--accent", colour, night)
  set("--on-accent", onto(colour), onto(night))
  set("--accent-text", towards(colour, INK, MIST, ENOUGH), towards(night, WHITE, DUSK, ENOUGH))
}

export function parse(text: string | undefined): Rgb | null {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text ?? "")
  return hex
    ? ([hex[1], hex[2], hex[3]].map(part => Number.parseInt(part ?? "", 16)) as unknown as Rgb)
    : null
}

/** Moves `from` towards `to` until it stands out from `ground`. */
export function towards(from: Rgb, to: Rgb, ground: Rgb, ratio: number): Rgb {
  for (let step = 0; step <= 20; step += 1) {
    const mixed = from.map((part, at) =>
      Math.round(part + ((to[at] ?? 0) - part) * (step / 20)),
    ) as unknown as Rgb
    if (contrast(mixed, ground) >= ratio) return mixed
  }
  return to
}

const onto = (colour: Rgb): Rgb => (contrast(WHITE, colour) >= ENOUGH ? WHITE : better(colour))

const better = (colour: Rgb): Rgb => (contrast(INK, colour) > contrast(WHITE, colour) ? INK : WHITE)

/** WCAG 2's contrast ratio. */
export function contrast(one: Rgb, other: Rgb): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map(part => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const css = (colour: Rgb): string => `rgb(${colour.join(" ")})`
