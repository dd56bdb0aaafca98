/** The widget's own few icons (Lucide's shapes, ISC): the whole set of `ui/icons` would weigh too much. */

const SHAPES = {
  x: "M18 6 6 18M6 6l12 12",
  down: "M12 5v14M19 12l-7 7-7-7",
  send: "M12 19V5M5 12l7-7 7 7",
  more: "M4 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0M18 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
  smile: "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01",
  person:
    "M3 14h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a9 9 0 0 1 18 0v7a2 2 0 0 1-2 2h-1a2 2 0 0 1-2-2v-3a2 2 0 0 1 2-2h3",
  bot: "M12 8V4H8M6 8h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM2 14h2M20 14h2M15 13v2M9 13v2",
  check: "M20 6 9 17l-5-5",
  alert: "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M12 8v4M12 16h.01",
  mail: "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM22 7l-9 6a2 2 0 0 1-2 0L2 7",
} as const

export const Glyph = ({ shape, size = 20 }: { shape: keyof typeof SHAPES; size?: number }) => (
  <svg class="glyph" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={SHAPES[shape]} />
  </svg>
)

const MOUTHS = [
  "M8 17q4-4.5 8 0",
  "M8.5 16.4q3.5-2.4 7 0",
  "M8.5 15.5h7",
  "M8.5 14.6q3.5 2.6 7 0",
  "M8 14q4 5.2 8 0z",
]

/** Five faces, from very bad to great. */
export const Face = ({ score }: { score: number }) => (
  <svg class="glyph face" width="34" height="34" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <circle cx="12" cy="12" r="10" />
    <path d={`M9 9.2v.6M15 9.2v.6${MOUTHS[score - 1] ?? ""}`} />
  </svg>
)
