// The weight gate: gzip -9 of what is really fetched, from the build's own manifest.
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"

const folder = process.env.ANTIPHON_STATIC ?? resolve(import.meta.dirname, "../../server/antiphon/web/static")
const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))
const weigh = files =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0)
const page = name => (manifest[name] ? [...manifest[name].js, ...manifest[name].css] : [])
const extra = (name, base) => page(name).filter(file => !page(base).includes(file))

const { visitor } = manifest
const BUDGETS = [
  ["loader", weigh(["w.js"]), 2_500],
  ["widget until the visitor can type (with the loader)", weigh(["w.js", ...visitor.js]), 25_000],
  ...visitor.locales.map(file => [`locale ${file}`, weigh([file]), 2_000]),
  ["console, first paint", weigh(page("console")), 110_000],
  ["board, beyond the console", weigh(extra("supervisor", "console")), 45_000],
]

let over = false
for (const [name, bytes, limit] of BUDGETS) {
  over ||= bytes > limit
  console.log(`${bytes > limit ? "OVER" : "  ok"} ${String(bytes).padStart(7)} / ${limit}  ${name}`)
}
process.exit(over ? 1 : 0)
