/** `/demo`: a shop that is not real with a chat that is. */

import { antiphon } from "./stub"

antiphon("boot", {
  site: "default",
  accent: "#2f6b4f",
  greeting: "Hello! Waiting for a parcel, or is a leaf turning yellow?",
  starters: ["Where is my order?", "How long does delivery take?", "I'd like to talk to a person"],
})
