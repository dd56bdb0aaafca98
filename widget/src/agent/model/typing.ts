/** Tells the visitor that somebody writes: at most every two seconds, off after five of silence. */

const EVERY_MS = 2_000
const LIVES_MS = 5_000

export class Typing {
  private conversation: string | null = null
  private saidAtMs = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly say: (conversation: string, on: boolean) => void) {}

  typed(conversation: string): void {
    if (this.conversation !== conversation) this.stop()
    this.conversation = conversation
    if (Date.now() - this.saidAtMs > EVERY_MS) {
      this.saidAtMs = Date.now()
      this.say(conversation, true)
    }
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.stop(), LIVES_MS)
  }

  stop(): void {
    clearTimeout(this.timer)
    if (this.conversation && this.saidAtMs) this.say(this.conversation, false)
    this.conversation = null
    this.saidAtMs = 0
  }
}
