// Fails when source would break under Trusted Types or a strict CSP: pages we are embedded in rely on it.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const BANNED =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|new Function|eval)\b|\bstyle="/
const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(name => /\.tsx?$/.test(name))

const hits = sources.flatMap(name =>
  readFileSync(join("src", name), "utf8")
    .split("\n")
    .map((line, index) => ({ line, where: `src/${name}:${index + 1}` }))
    .filter(({ line }) => BANNED.test(line) && !/^\s*(\/\/|\*)/.test(line)),
)
for (const { where, line } of hits) console.error(`${where}: ${line.trim()}`)
process.exit(hits.length ? 1 : 0)
