/**
 * Small drawings in SVG: a trend line, a share with its target, a bar of stretches. Ink for data,
 * zero at the bottom, gaps where nothing was measured. What they say is also said in words
 * beside them, or in the table of the side sheet, so they are hidden from screen readers.
 */

import { type Point, runs } from "./trends"

interface SparkProps {
  points: readonly Point[]
  fromMs: number
  toMs: number
  /** The highest value the scale must hold; a share's is 1. */
  top?: number
  target?: number | null
}

const [W, H, PAD] = [100, 28, 3]

/** A line through the day so far. The last value is a dot; the target a dashed hairline. */
export function Spark({ points, fromMs, toMs, top, target }: SparkProps) {
  const high = top ?? Math.max(1, ...points.map(point => point.value ?? 0))
  const x = (atMs: number) => ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (W - 2) + 1
  const y = (value: number) => H - PAD - (Math.min(value, high) / high) * (H - 2 * PAD)
  const drawn = runs(points)
  const last = drawn.at(-1)?.at(-1)
  return (
    <svg class="spark" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-base" d={`M0 ${H - 0.5}H${W}`} />
      {target != null && <path class="spark-target" d={`M0 ${y(target)}H${W}`} />}
      {drawn.map(run => (
        <path key={run[0]?.atMs} class="spark-line" d={line(run, x, y)} />
      ))}
      {last && <path class="spark-end" d={`M${x(last.atMs)} ${y(last.value ?? 0)}h0`} />}
    </svg>
  )
}

function line(run: readonly Point[], x: (atMs: number) => number, y: (value: number) => number): string {
  const steps = run.map(
    (point, at) => `${at ? "L" : "M"}${x(point.atMs).toFixed(2)} ${y(point.value ?? 0).toFixed(2)}`,
  )
  return run.length === 1 ? `${steps[0]}h0` : steps.join("")
}

/** How full: a filled bar, and a tick where the target is. */
export function Bar({ share, target }: { share: number; target?: number }) {
  const at = (value: number) => Math.max(0, Math.min(1, value)) * 100
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-ground" width="100" height="6" />
      <rect class="bar-fill" width={at(share)} height="6" />
      {target !== undefined && <path class="bar-target" d={`M${at(target)} 0V6`} />}
    </svg>
  )
}

/** Slots in use, one dot each; beyond ten a bar says it better. */
export function Slots({ load, limit }: { load: number; limit: number }) {
  if (limit > 10) return <Bar share={load / limit} />
  const dots = Array.from({ length: Math.max(limit, Math.min(load, 10)) }, (_, at) => at)
  return (
    <span class="slots" aria-hidden="true">
      {dots.map(at => (
        <span key={at} class="slot" data-on={at < load} data-over={at >= limit} />
      ))}
    </span>
  )
}
