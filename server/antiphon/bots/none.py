"""No bot: every conversation goes straight to people."""

from antiphon.bots.about import About
from antiphon.bots.port import Handoff, Outcome, Turn


class NoBot:
    name = "none"

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to close."""

    def describe(self) -> str:
        return "There is no bot: visitors go straight to the queue."

    def about(self) -> About:
        return About(says=self.describe())

    async def run(self) -> None:
        """Nothing to look after."""

    def look(self) -> None:
        """Nothing to look at."""

    async def reply(self, turn: Turn) -> Outcome:
        return Outcome(handoff=Handoff(reason="no_bot", by="rule"))
