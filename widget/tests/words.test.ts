import { readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { catalogue, direction, nearest } from "../src/ui/i18n"

const folder = resolve(import.meta.dirname, "../src/visitor/locales")
const locales = readdirSync(folder).map(name => name.replace(".json", ""))
const parse = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(resolve(folder, file), "utf8"))
/** English comes in two pieces. */
const read = (locale: string): Record<string, string> => ({
  ...parse(`${locale}.json`),
  ...(locale === "en" ? parse("../en.later.json") : {}),
})
const stem = (key: string) => key.replace(/\.(zero|one|two|few|many|other)$/, "")
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]).sort()

test.each(locales)("%s says everything English says, with the same holes to fill", locale => {
  const english = read("en")
  const words = read(locale)
  const plain = Object.keys(english).filter(key => key === stem(key))
  expect(
    Object.keys(words)
      .filter(key => key === stem(key))
      .sort(),
  ).toEqual(plain.sort())
  for (const key of plain) expect([key, holes(words[key] ?? "")]).toEqual([key, holes(english[key] ?? "")])
})

test.each(locales)("%s has every plural form its language needs", locale => {
  const words = read(locale)
  const stems = new Set(
    Object.keys(words)
      .filter(key => key !== stem(key))
      .map(stem),
  )
  for (const count of [0, 1, 2, 3, 5, 11, 21, 100]) {
    const form = new Intl.PluralRules(locale).select(count)
    for (const key of stems)
      expect(words[`${key}.${form}`] ?? words[`${key}.other`], `${key}.${form}`).toBeTruthy()
  }
})

const pl = {
  "n.one": "{count} plik",
  "n.few": "{count} pliki",
  "n.many": "{count} plików",
  "n.other": "{count} pliku",
}
const make = () =>
  catalogue(
    { hi: "Hi {name}", only: "English only", "n.one": "{count} file", "n.other": "{count} files" },
    {
      pl: async () => ({ default: { hi: "Cześć {name}", ...pl } }),
      xx: () => Promise.reject(new Error("gone")),
    },
  )

test("holes are filled, and one that has nothing stays visible", () => {
  const { t } = make()
  expect(t("hi", { name: "Ann" })).toBe("Hi Ann")
  expect(t("hi")).toBe("Hi {name}")
})

test("plurals follow the language", async () => {
  const { t, setLocale } = make()
  expect([1, 2].map(count => t("n", { count }))).toEqual(["1 file", "2 files"])
  await setLocale("pl-PL")
  expect([1, 2, 5, 22].map(count => t("n", { count }))).toEqual(["1 plik", "2 pliki", "5 plików", "22 pliki"])
  expect(t("only")).toBe("English only")
})

test("a language that is not there, or does not come, is English", async () => {
  const { t, setLocale, locale } = make()
  for (const wanted of ["tlh", "xx"]) {
    await setLocale(wanted)
    expect([locale.value, t("hi", { name: "A" })]).toEqual(["en", "Hi A"])
  }
})

test("the first of several that there is", async () => {
  const { setLocale, locale } = make()
  await setLocale("tlh", "pl", "en")
  expect(locale.value).toBe("pl")
  await setLocale("en-GB", "pl")
  expect(locale.value).toBe("en-GB")
})

test("the nearest language is taken, and Arabic runs from the right", () => {
  expect(nearest("de-AT", ["en", "de"])).toBe("de")
  expect(nearest("pt-BR", ["pt-BR", "pt"])).toBe("pt-BR")
  expect([direction("ar-EG"), direction("he"), direction("de")]).toEqual(["rtl", "rtl", "ltr"])
})
