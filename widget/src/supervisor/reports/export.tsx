/** Files of exactly what is shown, part by part, and the link to it. */

import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { isJson, offline, type Refused, refusal } from "../../protocol/refused"
import { Button, MenuItem, Popover, toast } from "../../ui/kit"
import { login } from "../../ui/rest"
import { why } from "../asking"
import type { ReportModel } from "./model"
import { asked, clocked, knows, type Part } from "./question"
import { t } from "./words"

const FORMATS = ["csv", "xlsx", "json"] as const

export function Export({ model }: { model: ReportModel }) {
  const open = useSignal(false)
  const button = useRef<HTMLSpanElement>(null)
  const close = () => {
    open.value = false
  }
  const pick = (part: Part, format: string) => {
    close()
    void save(
      `${asked(model.question.value, model.zone.value, part, told(model, part))}&format=${format}`,
      format,
    )
  }
  return (
    <>
      <span ref={button}>
        <Button
          icon="download"
          aria-haspopup="menu"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value
          }}
        >
          {t("export")}
        </Button>
      </span>
      <Popover anchor={button} open={open.value} onClose={close} label={t("export")}>
        {parts(model).map(part => (
          <div key={part} class="export-part" role="group" aria-label={t(`export.${part}`)}>
            <span class="menu-head">{t(`export.${part}`)}</span>
            {FORMATS.map(format => (
              <MenuItem key={format} onPick={() => pick(part, format)}>
                {format.toUpperCase()}
              </MenuItem>
            ))}
          </div>
        ))}
      </Popover>
    </>
  )
}

/** What is on the screen now. */
function parts(model: ReportModel): readonly Part[] {
  const { interval, by } = model.question.value
  const cut = by !== "" && told(model, "cut").length > 0
  return [
    "whole",
    ...(interval ? [cut && !clocked(by) ? "lines" : "series"] : []),
    ...(cut ? ["cut"] : []),
  ] as Part[]
}

/** The numbers that know their cut and filters; the others show none either. */
function told(model: ReportModel, part: Part): readonly string[] {
  const { kpis, by, where } = model.question.value
  const cut = part === "cut" || part === "lines" ? by : ""
  return kpis.filter(kpi => knows(model.board.definitions.value.get(kpi)?.segments ?? [], { by: cut, where }))
}

/** A link cannot carry the token; the browser is handed the bytes instead. */
export async function save(path: string, format: string): Promise<void> {
  const answer = await fetch(path, {
    headers: { authorization: `Bearer ${login.value?.token ?? ""}` },
  }).catch(() => null)
  if (!answer?.ok) return toast(t("export.failed", { why: why(await refused(answer)) }), "bad")
  const url = URL.createObjectURL(await answer.blob())
  const link = Object.assign(document.createElement("a"), { href: url, download: `report.${format}` })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

async function refused(answer: Response | null): Promise<Refused> {
  if (!answer) return offline()
  const body: unknown = await answer.json().catch(() => null)
  return refusal(isJson(body) ? body.error : null)
}

/** `question`: everything said, nothing left to the day it is opened on. */
export const CopyLink = ({ question }: { question: () => URLSearchParams }) => (
  <Button
    icon="link"
    onClick={() => {
      const link = `${location.origin}${location.pathname}?${question()}`
      const done = navigator.clipboard?.writeText(link) ?? Promise.reject(new Error("no clipboard"))
      done.then(
        () => toast(t("copy.done"), "good"),
        () => toast(t("copy.failed"), "bad"),
      )
    }}
  >
    {t("copy")}
  </Button>
)
