// Writes src/protocol/frames.gen.ts from src/protocol/schema.json, which the server prints:
//   python -m antiphon.gateway.frames > widget/src/protocol/schema.json
// `--check` writes nothing and fails when the committed file is stale.
import { readFileSync, writeFileSync } from "node:fs"
import { compile } from "json-schema-to-typescript"

const SCHEMA = "src/protocol/schema.json"
const TARGET = "src/protocol/frames.gen.ts"
const BANNER = "// Generated from schema.json by `npm run gen`. Do not edit."

/** JSON Schema 2020-12 → the older words the type printer knows: tuples, and free-form objects. */
function older(node) {
  if (Array.isArray(node)) return node.map(older)
  if (node === null || typeof node !== "object") return node
  const { prefixItems, items, ...rest } = node
  const out = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, older(value)]))
  if (prefixItems) Object.assign(out, { items: older(prefixItems), additionalItems: false })
  else if (items !== undefined) out.items = older(items)
  if (out.type === "object" && !out.properties && out.additionalProperties === undefined)
    out.additionalProperties = {}
  return out
}

async function render() {
  const schema = older(JSON.parse(readFileSync(SCHEMA, "utf8")))
  const text = await compile(schema, "Frames", {
    bannerComment: BANNER,
    additionalProperties: false,
    unreachableDefinitions: true,
    style: { semi: false, printWidth: 110 },
  })
  return text
    .replace(/export interface AntiphonProtocol \{[^}]*\}\n/, "")
    .replace(/ \*\n \* This interface was referenced by[^\n]*\n[^\n]*\n/g, "")
    .replace(/\/\*\*\n \* This interface was referenced by[^\n]*\n[^\n]*\n \*\/\n/g, "")
}

const text = await render()
if (process.argv.includes("--check")) {
  const fresh = readFileSync(TARGET, "utf8") === text
  if (!fresh) console.error(`${TARGET} is stale: run \`npm run gen\``)
  process.exit(fresh ? 0 : 1)
}
writeFileSync(TARGET, text)
