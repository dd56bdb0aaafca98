/** The curve of patience: the share gone by waiting time, its 95 % band, and the waits it is made of. */

import { useSignal } from "@preact/signals"
import { span } from "../figures"
import { axisText, figureText } from "../reports/figure"
import { linear, rangeOf, type Scale } from "../reports/scale"
import { Slide } from "../reports/slide"
import { TwinBox } from "../reports/twin"
import { useWidth } from "../reports/width"
import { between, type Patience, readable, type Step, stairs, type Waits } from "./patience"
import { locale, t } from "./words"

const [H, LEFT, RIGHT, BOTTOM, TOP] = [220, 48, 20, 24, 18]
const TICKS_S = [5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600]

const time = (ms: number) => span(ms, locale.value)
const percent = (value: number) => figureText(value, "ratio")

interface CurveProps {
  patience: Patience
  onOpen: (waits: Waits) => void
}

export function Curve({ patience, onOpen }: CurveProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const at = useSignal<number | null>(null)
  const steps = readable(patience.steps)
  const endMs = Math.max(10_000, (steps.at(-1)?.waitMs ?? 0) * 1.05)
  const range = rangeOf(
    steps.map(step => step.high),
    "ratio",
  )
  const x = linear(0, endMs, LEFT, width - RIGHT)
  const y = linear(0, range.high, H - BOTTOM, TOP)
  const here = at.value === null ? undefined : steps[at.value]
  const open = (step: Step | undefined) =>
    step && onOpen({ fromS: 0, toS: (step.waitMs + 1) / 1_000, ended: "gave_up" })
  const move = (key: string, place: number | null) => {
    const last = steps.length - 1
    const moves: { [key: string]: number } = {
      ArrowRight: Math.min(last, (place ?? -1) + 1),
      ArrowLeft: Math.max(0, (place ?? last + 1) - 1),
      Home: 0,
      End: last,
    }
    return moves[key] ?? null
  }
  return (
    <div class="lines" ref={ref}>
      <Slide
        width={width}
        height={H}
        label={t("curve")}
        at={at}
        now={at.value ?? 0}
        count={steps.length}
        said={here ? told(here) : t("waits")}
        under={event => under(steps, x, event)}
        walked={move}
        onOpen={place => open(steps[place])}
      >
        {[0, range.high / 2, range.high].map(value => (
          <g key={value} class="chart-rule" data-zero={value === 0 || undefined}>
            <path d={`M${LEFT} ${y(value)}H${width - RIGHT}`} />
            <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
              {axisText(value, "ratio", range.high)}
            </text>
          </g>
        ))}
        {ticks(endMs, width).map(ms => (
          <text key={ms} x={x(ms)} y={H - 6} text-anchor="middle">
            {time(ms)}
          </text>
        ))}
        <Marks patience={patience} endMs={endMs} x={x} />
        <path class="band" d={between(steps, x, y, endMs)} />
        <path
          class="line"
          d={stairs(
            steps.map(step => [step.waitMs, step.gone]),
            x,
            y,
            endMs,
          )}
        />
        {here && (
          <g class="cursor">
            <path d={`M${x(here.waitMs)} ${TOP}V${H - BOTTOM}`} />
            <circle cx={x(here.waitMs)} cy={y(here.gone)} r="5" />
          </g>
        )}
      </Slide>
      <p class="curve-told" aria-hidden="true">
        {here && told(here)}
      </p>
      <Twin steps={patience.steps} />
    </div>
  )
}

const told = ({ waitMs, gone, low, high, atRisk }: Step): string =>
  t("curve.at", {
    time: time(waitMs),
    share: percent(gone),
    low: percent(low),
    high: percent(high),
    count: atRisk,
  })

/** When a quarter and a half would have gone, if so many ever did within the chart. */
const Marks = ({ patience, endMs, x }: { patience: Patience; endMs: number; x: Scale }) => (
  <>
    {([["quarter", patience.quarterMs] as const, ["half", patience.halfMs] as const] as const).map(
      ([name, ms]) =>
        ms !== null &&
        ms <= endMs && (
          <g key={name} class="curve-mark">
            <path d={`M${x(ms)} ${TOP}V${H - BOTTOM}`} />
            <text x={x(ms)} y={TOP - 6} text-anchor="middle">
              {t(name)}
            </text>
          </g>
        ),
    )}
  </>
)

/** Round waits, as many as have room. */
function ticks(endMs: number, width: number): readonly number[] {
  const room = Math.max(2, (width - LEFT - RIGHT) / 90)
  const step = (TICKS_S.find(s => endMs / (s * 1_000) <= room) ?? 7_200) * 1_000
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, at) => at * step)
}

function under(
  steps: readonly Step[],
  x: Scale,
  event: MouseEvent & { currentTarget: Element },
): number | null {
  const px = event.clientX - event.currentTarget.getBoundingClientRect().left
  const at = steps.findLastIndex(step => x(step.waitMs) <= px)
  return steps.length ? Math.max(0, at) : null
}

const Twin = ({ steps }: { steps: readonly Step[] }) => (
  <TwinBox label={t("waits")}>
    <thead>
      <tr>
        <th scope="col">{t("col.wait")}</th>
        {(["gone", "low", "high", "gave_up", "at_risk"] as const).map(name => (
          <th key={name} scope="col" class="right">
            {t(`col.${name}`)}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {steps.map(step => (
        <tr key={step.waitMs}>
          <th scope="row">{time(step.waitMs)}</th>
          {[percent(step.gone), percent(step.low), percent(step.high), step.gaveUp, step.atRisk].map(
            (value, at) => (
              <td key={at} class="right num">
                {value}
              </td>
            ),
          )}
        </tr>
      ))}
    </tbody>
  </TwinBox>
)
