/** The model, for whoever is drawn below it. */

import { createContext } from "preact"
import { useContext } from "preact/hooks"
import type { Model } from "./model/model"

export const ModelContext = createContext<Model | null>(null)

export function useModel(): Model {
  const model = useContext(ModelContext)
  if (!model) throw new Error("useModel outside of the console")
  return model
}
