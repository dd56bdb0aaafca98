"""The shop's real bot plays its part of every play: what visitors say to it is what it understands."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from antiphon.bots.builtin.engine import BuiltinBot
from antiphon.bots.port import MemoryTrackers, Turn
from antiphon.demo.dialogues import Dialogue, dialogues, says, variants
from tests.bots.conftest import SdkActions

BOT = Path(__file__).resolve().parents[2] / "bot"
SPOKEN = [play for play in dialogues() if play.with_bot]


@pytest.fixture(scope="module")
async def bot() -> AsyncIterator[BuiltinBot]:
    one = BuiltinBot(BOT, SdkActions(), MemoryTrackers())
    await one.start()
    yield one
    await one.close()


@pytest.mark.parametrize("play", SPOKEN, ids=lambda play: play.key)
async def test_the_bot_answers_as_the_play_says(bot: BuiltinBot, play: Dialogue) -> None:
    for said in variants(play.with_bot[0].visitor):
        conversation = f"{play.key}-{Random(said).random()}"
        await bot.reply(Turn(conversation=conversation, text="", at_ms=0, start=True))
        for number, exchange in enumerate(play.with_bot):
            line = said if number == 0 else variants(exchange.visitor)[0]
            outcome = await bot.reply(Turn(conversation=conversation, text=pressed(line), at_ms=0))
            wanted = [says()[name] for name in exchange.bot]
            heard = [reply.text for reply in outcome.replies]
            assert len(heard) == len(wanted), (line, outcome.intent, heard)
            assert [reply.fallback for reply in outcome.replies] == [one.fallback for one in wanted]
            assert wanted[0].fallback or outcome.intent == wanted[0].intent, (line, heard)
            assert (outcome.handoff.reason if outcome.handoff else None) == wanted[-1].handoff, (line, heard)


def pressed(line: str) -> str:
    """A line that is a button is pressed, not written."""
    return next((p for one in says().values() for title, p in one.buttons if title == line), line)
