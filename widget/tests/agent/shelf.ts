/** A `Storage` in memory, for what is kept on a device. */
export function shelf(start: { [key: string]: string } = {}): Storage {
  const items = new Map(Object.entries(start))
  return {
    get length() {
      return items.size
    },
    clear: () => items.clear(),
    getItem: key => items.get(key) ?? null,
    key: at => [...items.keys()][at] ?? null,
    removeItem: key => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  }
}
