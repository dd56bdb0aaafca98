"""No bot: every conversation goes straight to people."""

from antiphon.bots.port import Handoff, Outcome, Turn


class NoBot:
    name = "none"

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to close."""

    def describe(self) -> str:
        return "There is no bot: visitors go straight to the queue."

    async def reply(self, turn: Turn) -> Outcome:
        return Outcome(handoff=Handoff(reason="no_bot", by="rule"))
