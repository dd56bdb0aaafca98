/** How wide something is now, so that charts are drawn in real pixels and their letters stay legible. */

import { useSignal } from "@preact/signals"
import { useLayoutEffect, useRef } from "preact/hooks"

const LEAST = 240 // until it is known: a drawing that begins too wide would make the page scroll sideways

export function useWidth<E extends Element>() {
  const ref = useRef<E>(null)
  const width = useSignal(LEAST)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const look = () => {
      width.value = Math.max(LEAST, Math.floor(element.getBoundingClientRect().width))
    }
    const resized = new ResizeObserver(look)
    resized.observe(element)
    look()
    return () => resized.disconnect()
  }, [])
  return { ref, width: width.value }
}

/** True from when it has come near the window once. */
export function useSeen<E extends Element>() {
  const ref = useRef<E>(null)
  const seen = useSignal(false)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return
        seen.value = true
        watcher.disconnect()
      },
      { rootMargin: "300px" },
    )
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [])
  return { ref, seen }
}
