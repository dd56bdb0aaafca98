/** What lies open beside a page is in the address too: a figure's conversations, one of them. Pure. */

const NAMES = ["behind", "at", "in", "part", "wait", "ended", "talk"]

/** The address without it. */
export function closed(query: URLSearchParams): URLSearchParams {
  const bare = new URLSearchParams(query)
  for (const name of NAMES) bare.delete(name)
  return bare
}
