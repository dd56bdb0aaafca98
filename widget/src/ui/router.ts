/**
 * The address bar as a signal. Routes are a table of patterns, first match wins; `:name` is a
 * part of the path. Links are ordinary `<a href>`s: clicks on them stay in the page.
 *
 *   const router = createRouter("/console", { list: "/", conversation: "/c/:id" })
 *   router.route.value   // { name: "conversation", params: { id: "…" } }
 *   router.go("/c/42")
 */

import { computed, signal } from "@preact/signals"

export function createRouter<R extends { readonly [name: string]: string }>(base: string, routes: R) {
  const here = signal(location.pathname + location.search)
  const read = () => {
    here.value = location.pathname + location.search
  }
  const href = (path: string) => (path === "/" ? base : base + path)
  const route = computed(() => match(new URL(here.value, location.origin), base, routes))

  function go(path: string, replace = false): void {
    history[replace ? "replaceState" : "pushState"](null, "", href(path))
    read()
  }

  function follow(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.("a")
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!link || !plain || link.target || link.hasAttribute("download") || link.origin !== location.origin)
      return
    if (link.pathname !== base && !link.pathname.startsWith(`${base}/`)) return
    event.preventDefault()
    go(link.pathname.slice(base.length) + link.search || "/")
  }

  addEventListener("popstate", read)
  document.addEventListener("click", follow)
  return { route, go, href }
}

export interface Route<N> {
  readonly name: N | null
  readonly params: { readonly [name: string]: string }
  readonly query: URLSearchParams
}

export function match<R extends { readonly [name: string]: string }>(
  url: URL,
  base: string,
  routes: R,
): Route<keyof R> {
  const path = url.pathname.slice(base.length) || "/"
  for (const [name, pattern] of Object.entries(routes)) {
    const found = new RegExp(`^${pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`).exec(path)
    if (!found) continue
    const params = Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]),
    )
    return { name, params, query: url.searchParams }
  }
  return { name: null, params: {}, query: url.searchParams }
}
