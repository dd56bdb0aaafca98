/** How sure the bot was: answers by confidence, understood below, not understood hatched above; and the table. */

import { useId } from "preact/hooks"
import { linear } from "../../supervisor/reports/scale"
import { TwinBox } from "../../supervisor/reports/twin"
import { useWidth } from "../../supervisor/reports/width"
import { topOf, totals } from "./figures"
import { percent } from "./format"
import type { Bin } from "./shapes"
import { locale, t } from "./words"

const [H, LEFT, RIGHT, TOP, BOTTOM] = [190, 36, 14, 22, 22]
const GAP = 2 // between bars
const MARKS = [0, 0.25, 0.5, 0.75, 1]

const count = (value: number) => new Intl.NumberFormat(locale.value).format(value)
const between = ({ from, to }: Bin) => t("sure.bin", { from: percent(from), to: percent(to) })

interface HistogramProps {
  bins: readonly Bin[]
  /** From which confidence on the bot answers. */
  threshold: number | null
}

export function Histogram({ bins, threshold }: HistogramProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const hatch = useId()
  const high = topOf(Math.max(...bins.map(bin => bin.understood + bin.fallback)))
  const x = linear(0, 1, LEFT, width - RIGHT)
  const y = linear(0, high, H - BOTTOM, TOP)
  const all = totals(bins)
  const label = t("sure.label", all)
  return (
    <div class="sure" ref={ref}>
      <ul class="sure-key">
        {(["understood", "fallback"] as const).map(name => (
          <li key={name}>
            <svg width="14" height="10" aria-hidden="true">
              <rect class={`sure-${name}`} width="14" height="10" fill={fillOf(name, hatch)} />
            </svg>
            {t(`sure.${name}`)} <strong class="num">{count(all[name])}</strong>
          </li>
        ))}
      </ul>
      <svg width={width} height={H} viewBox={`0 0 ${width} ${H}`} role="img" aria-label={label}>
        <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="sure-hatch-ground" width="5" height="5" />
          <rect class="sure-hatch" width="2" height="5" />
        </pattern>
        {[0, high / 2, high].filter(Number.isInteger).map(value => (
          <g key={value} class="sure-rule" data-zero={value === 0 || undefined}>
            <path d={`M${LEFT} ${y(value)}H${width - RIGHT}`} />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {count(value)}
            </text>
          </g>
        ))}
        {MARKS.map(value => (
          <text key={value} x={x(value)} y={H - 6} text-anchor="middle">
            {percent(value)}
          </text>
        ))}
        {bins.map(bin => (
          <Bar key={bin.from} bin={bin} x={x} y={y} hatch={hatch} />
        ))}
        {threshold !== null && <Line at={x(threshold)} right={threshold > 0.6} share={percent(threshold)} />}
      </svg>
      <Twin bins={bins} label={label} />
    </div>
  )
}

const fillOf = (name: "understood" | "fallback", hatch: string) =>
  name === "fallback" ? `url(#${hatch})` : undefined

type Scale = ReturnType<typeof linear>

function Bar({ bin, x, y, hatch }: { bin: Bin; x: Scale; y: Scale; hatch: string }) {
  const left = x(bin.from) + GAP / 2
  const width = Math.max(1, x(bin.to) - x(bin.from) - GAP)
  const all = bin.understood + bin.fallback
  if (!all) return null
  const said = `${between(bin)}: ${t("sure.understood")} ${count(bin.understood)}, ${t("sure.fallback")} ${count(bin.fallback)}`
  return (
    <g>
      <title>{said}</title>
      <rect
        class="sure-understood"
        x={left}
        width={width}
        y={y(bin.understood)}
        height={y(0) - y(bin.understood)}
      />
      <rect
        class="sure-fallback"
        fill={fillOf("fallback", hatch)}
        x={left}
        width={width}
        y={y(all)}
        height={y(bin.understood) - y(all)}
      />
    </g>
  )
}

/** Its words stand on the side that has room. */
const Line = ({ at, right, share }: { at: number; right: boolean; share: string }) => (
  <g class="sure-line">
    <path d={`M${at} ${TOP - 8}V${H - BOTTOM}`} />
    <text x={at + (right ? -6 : 6)} y={TOP - 6} text-anchor={right ? "end" : "start"}>
      {t("sure.line", { share })}
    </text>
  </g>
)

const Twin = ({ bins, label }: { bins: readonly Bin[]; label: string }) => (
  <TwinBox label={label}>
    <thead>
      <tr>
        <th scope="col">{t("sure.col")}</th>
        <th scope="col" class="right">
          {t("sure.understood")}
        </th>
        <th scope="col" class="right">
          {t("sure.fallback")}
        </th>
      </tr>
    </thead>
    <tbody>
      {bins.map(bin => (
        <tr key={bin.from}>
          <th scope="row">{between(bin)}</th>
          <td class="right num">{count(bin.understood)}</td>
          <td class="right num">{count(bin.fallback)}</td>
        </tr>
      ))}
    </tbody>
  </TwinBox>
)
