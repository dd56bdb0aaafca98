/** The settings' one model: everything is loaded at once, every change is one request. */

import { computed, signal } from "@preact/signals"
import { type Json, Refused } from "../protocol/refused"
import { rest } from "../ui/rest"
import { type Canned, type Hours, type Person, type Queue, rowsOf, type Site } from "./shapes"

export type Model = ReturnType<typeof createModel>

export function createModel() {
  const people = signal<readonly Person[]>([])
  const queues = signal<readonly Queue[]>([])
  const sites = signal<readonly Site[]>([])
  const answers = signal<readonly Canned[]>([])
  const questions = signal<readonly string[]>([])
  const phase = signal<"loading" | "there" | "failed">("loading")
  const problem = signal<Refused | null>(null)

  async function load(): Promise<void> {
    phase.value = "loading"
    try {
      await Promise.all([readPeople(), readQueues(), readSites(), readAnswers(), readQuestions()])
      phase.value = "there"
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      problem.value = error
      phase.value = "failed"
    }
  }

  const readPeople = async () => {
    people.value = rowsOf<Person>(await rest("GET", "/api/agents"), "agents")
  }
  const readQueues = async () => {
    queues.value = rowsOf<Queue>(await rest("GET", "/api/queues"), "queues")
  }
  const readSites = async () => {
    sites.value = rowsOf<Site>(await rest("GET", "/api/sites"), "sites")
  }
  const readAnswers = async () => {
    answers.value = rowsOf<Canned>(await rest("GET", "/api/canned"), "canned")
  }
  const readQuestions = async () => {
    questions.value = Object.keys(((await rest("GET", "/api/surveys")).questions ?? {}) as object)
  }

  const at = (path: string, id: string) => `/api/${path}/${encodeURIComponent(id)}`

  return {
    people,
    queues,
    sites,
    questions,
    phase,
    problem,
    load,
    /** Answers for everybody; somebody's own are his to keep. */
    shared: computed(() => answers.value.filter(answer => answer.owner === null)),
    queueName: (id: string) => queues.value.find(queue => queue.id === id)?.name ?? id,
    addPerson: (body: Json) => rest("POST", "/api/agents", body).then(readPeople),
    changePerson: (id: string, body: Json) => rest("PATCH", at("agents", id), body).then(readPeople),
    putQueue: (id: string, body: Json) => rest("PUT", at("queues", id), body).then(readQueues),
    putHours: (id: string, hours: Hours & { since_ms?: number }) =>
      rest("PUT", `${at("queues", id)}/hours`, hours as unknown as Json).then(readQueues),
    putSite: (id: string, body: Json) => rest("PUT", at("sites", id), body).then(readSites),
    putAnswer: (id: string | null, body: Json) =>
      rest(id ? "PUT" : "POST", id ? at("canned", id) : "/api/canned", { ...body, own: false }).then(
        readAnswers,
      ),
    dropAnswer: (id: string) => rest("DELETE", at("canned", id)).then(readAnswers),
  }
}

/** `Garden advice` → `garden-advice`: an id that is not taken yet. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
  const base = plain || "queue"
  const free = (id: string) => !taken.includes(id)
  if (free(base)) return base
  for (let next = 2; ; next += 1) if (free(`${base}-${next}`)) return `${base}-${next}`
}
