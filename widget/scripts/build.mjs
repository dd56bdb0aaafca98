// Builds the three faces and the loader straight into the Python package's web/static.
//
//   visitor   its own module graph, so that nothing of the console can leak into its weight
//   pages     console.html, supervisor.html (and index, demo, chat, admin): HTML with hashed JS and CSS
//   w.js      the embed loader: one classic script, un-hashed, knows the visitor's hashed name
//
// `npm run build -- console` builds only the pages named (the widget always).
// Every .js .css .html .json .svg gets .gz and .br siblings; manifest.json says which entry is which files.
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import { build } from "vite"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const target = process.env.ANTIPHON_STATIC ?? resolve(root, "../server/antiphon/web/static")
const out = `${target}.new-${process.pid}` // a build that fails leaves the last good one in place
const PAGES = ["index", "demo", "chat", "console", "supervisor", "admin"]
const wanted = process.argv.slice(2).filter(word => PAGES.includes(word)) // none named: all of them

const common = {
  root,
  base: "/static/",
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  json: { namedExports: false },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
}
const output = {
  outDir: out,
  emptyOutDir: false,
  target: "es2022",
  cssTarget: ["chrome123", "firefox128", "safari17.5"], // light-dark() and oklch() stay what they are
  modulePreload: false,
  cssMinify: true,
  assetsInlineLimit: 0,
}
const names = { entryFileNames: "assets/[name]-[hash].js", chunkFileNames: "assets/[name]-[hash].js" }

function chunksOf(result) {
  const outputs = (Array.isArray(result) ? result : [result]).flatMap(one => one.output)
  return outputs.filter(one => one.type === "chunk")
}

/** What an entry needs before it can run: itself and its static imports, transitively. */
function closure(chunks, entry) {
  const byName = new Map(chunks.map(chunk => [chunk.fileName, chunk]))
  const seen = new Set()
  const visit = name => {
    if (seen.has(name)) return
    seen.add(name)
    for (const next of byName.get(name)?.imports ?? []) visit(next)
  }
  visit(entry)
  return [...seen]
}

async function buildVisitor() {
  const result = await build({
    ...common,
    resolve: { alias: { "@preact/signals": resolve(root, "src/visitor/reactive.ts") } },
    build: {
      ...output,
      // As a library, so that Vite adds no preload helper; in one piece, because pieces compress worse.
      lib: { entry: { visitor: resolve(root, "src/visitor/main.tsx") }, formats: ["es"] },
      rollupOptions: { output: { ...names, minify: true }, preserveEntrySignatures: "allow-extension" },
    },
  })
  const chunks = chunksOf(result)
  const entry = chunks.find(chunk => chunk.isEntry)
  const locales = chunks.filter(chunk => /\/locales\/[\w-]+\.json$/.test(chunk.facadeModuleId ?? ""))
  return {
    file: entry.fileName,
    js: closure(chunks, entry.fileName),
    lazy: entry.dynamicImports,
    locales: locales.map(chunk => chunk.fileName),
  }
}

async function buildLoader(visitor) {
  const result = await build({
    ...common,
    define: { __VISITOR__: JSON.stringify(visitor.file) },
    build: {
      ...output,
      write: false,
      lib: { entry: resolve(root, "src/embed/loader.ts"), formats: ["iife"], name: "__antiphon_loader" },
    },
  })
  const [chunk] = chunksOf(result)
  writeFileSync(join(out, "w.js"), chunk.code)
  return { file: "w.js", js: ["w.js"] }
}

async function buildPages() {
  const present = wanted.length ? wanted : PAGES
  const input = Object.fromEntries(present.map(name => [name, resolve(root, `${name}.html`)]))
  const result = await build({
    ...common,
    build: {
      ...output,
      rollupOptions: { input, output: { ...names, assetFileNames: "assets/[name]-[hash][extname]" } },
    },
  })
  const chunks = chunksOf(result)
  return Object.fromEntries(present.map(name => [name, pageEntry(chunks, name)]))
}

function pageEntry(chunks, name) {
  const html = readFileSync(join(out, `${name}.html`), "utf8")
  const linked = [...html.matchAll(/(?:src|href)="\/static\/(assets\/[^"]+)"/g)].map(match => match[1])
  const scripts = linked.filter(file => file.endsWith(".js"))
  const js = [...new Set(scripts.flatMap(file => closure(chunks, file)))]
  return { html: `${name}.html`, js, css: linked.filter(file => file.endsWith(".css")) }
}

function compress(folder) {
  for (const item of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(js|css|html|json|svg)$/.test(item)) continue
    const bytes = readFileSync(join(folder, item))
    writeFileSync(join(folder, `${item}.gz`), gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
    writeFileSync(join(folder, `${item}.br`), brotliCompressSync(bytes, { params }))
  }
}

mkdirSync(out, { recursive: true })
process.on("exit", () => rmSync(out, { recursive: true, force: true }))
const visitor = await buildVisitor()
const loader = await buildLoader(visitor)
const pages = await buildPages()
writeFileSync(
  join(out, "manifest.json"),
  `${JSON.stringify({ "w.js": loader, visitor, ...pages }, null, 2)}\n`,
)
writeFileSync(join(out, "visitor.js"), `export * from "./${visitor.file}"\n`) // for loaders that outlived an upgrade
copyFileSync(resolve(root, "src/ui/icon.svg"), join(out, "icon.svg")) // the server's /favicon.ico
compress(out)
rmSync(target, { recursive: true, force: true })
renameSync(out, target)
console.log(`built ${Object.keys(pages).join(", ")}, visitor and loader into ${target}`)
