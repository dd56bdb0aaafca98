/** Between local times of a zone and instants. Pure. */

const MINUTE_MS = 60_000

/** Local date and minute of the day. */
export function localOf(atMs: number, zone: string): { readonly date: string; readonly minute: number } {
  const shape = {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  } as const
  const parts = new Intl.DateTimeFormat("en-CA", shape).formatToParts(atMs)
  const part = (type: string) => parts.find(one => one.type === type)?.value ?? "0"
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  }
}

/** The instant at which the zone's clocks show it; where they skip it, what they show instead. */
export function instantOf(date: string, minute: number, zone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS
  let at = wanted
  for (let turn = 0; turn < 2; turn++) {
    const shows = localOf(at, zone)
    at += wanted - (Date.parse(`${shows.date}T00:00:00Z`) + shows.minute * MINUTE_MS)
  }
  return at
}
