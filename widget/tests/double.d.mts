import type { EventFrame } from "../src/protocol/frames.gen"

export class Double {
  constructor(folder?: string | null)
  calls: [string, Record<string, unknown>][]
  conversations: Map<string, { events: EventFrame[]; token: string; state: string }>
  epoch: string
  refuse: ((event: string, payload: Record<string, unknown>) => object | null) | null
  turnAway: ((auth: Record<string, unknown>) => object | null) | null
  deaf: boolean
  listen(port?: number): Promise<number>
  close(): Promise<void>
  cut(): void
  accept(conversation: string, name?: string): void
  end(conversation: string): void
  queue(conversation: string, position: number, eta: [number, number] | null): void
  tell(conversation: string, kind: string, data?: object, actor?: object, silent?: boolean): EventFrame
  emit(conversation: string, name: string, payload: object): void
  head(conversation: string): void
}
