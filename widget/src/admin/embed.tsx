/** The lines to copy. */

import { useSignal } from "@preact/signals"
import { Button } from "../ui/kit"
import { Group } from "./form"
import { embed, policy } from "./snippet"
import { t } from "./words"

export const Embed = ({ site }: { site: string }) => (
  <>
    <Group title={t("site.embed")} text={t("site.embed.text")}>
      <Lines text={embed(location.origin, site)} label={t("site.embed")} />
    </Group>
    <Group title={t("site.csp")} text={t("site.csp.text")}>
      <Lines text={policy(location.origin)} label={t("site.csp")} />
    </Group>
  </>
)

export function Lines({ text, label }: { text: string; label: string }) {
  const copied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    copied.value = true
    setTimeout(() => {
      copied.value = false
    }, 2_000)
  }
  return (
    <div class="lines">
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <Button size="small" icon={copied.value ? "check" : "copy"} onClick={copy}>
        <span role="status">{t(copied.value ? "copied" : "copy")}</span>
      </Button>
    </div>
  )
}
