/** Where the visitor is, as the server is told. */

const MAX_URL = 2_000
const MAX_TITLE = 300

export function page(): { url: string; title: string; referrer?: string } {
  const referrer = document.referrer.slice(0, MAX_URL)
  return {
    url: location.href.slice(0, MAX_URL),
    title: document.title.slice(0, MAX_TITLE),
    ...(referrer ? { referrer } : {}),
  }
}
