/** `/`: says what runs, and gives the embed line with this server's own address in it. */

const SNIPPET = `<script>window.antiphon=window.antiphon||function(){(antiphon.q=antiphon.q||[]).push(arguments)};antiphon('boot',{site:'default'})</script>
<script async src="${location.origin}/w.js"></script>`

async function ask(path: string): Promise<boolean> {
  try {
    return (await fetch(path, { cache: "no-store" })).ok
  } catch {
    return false
  }
}

async function sayState(): Promise<void> {
  const [dot, words] = document.querySelectorAll<HTMLElement>("#state > span")
  const ready = await ask("/readyz")
  const alive = ready || (await ask("/healthz"))
  if (!dot || !words) return
  dot.dataset.status = ready ? "online" : alive ? "away" : "busy"
  words.textContent = ready
    ? "The server is running and ready."
    : alive
      ? "The server is running, but not ready for work yet."
      : "The server does not answer."
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(SNIPPET)
  button.textContent = "Copied"
  setTimeout(() => {
    button.textContent = "Copy"
  }, 2_000)
}

const code = document.querySelector("#embed")
if (code) code.textContent = SNIPPET
const button = document.querySelector<HTMLElement>("#copy")
button?.addEventListener("click", () => void copy(button))
void sayState()
setInterval(() => void sayState(), 15_000)
