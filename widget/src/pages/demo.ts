/** `/demo`: a shop that is not real with a chat that is. */

import { antiphon } from "./stub"

antiphon("boot", {
  site: "default",
  greeting: "Hello! Looking for something, or waiting for a parcel?",
  starters: ["Where is my order?", "How do returns work?", "I'd like to talk to a person"],
})
