"""Choosing an engine by plain values."""

import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from antiphon.bots import build, default_project
from antiphon.bots.port import MemoryTrackers, Turn

HEAVY = ("numpy", "rasa_sdk", "antiphon_bot")


async def test_every_kind_of_bot_is_built_and_says_what_it_is() -> None:
    async with aiohttp.ClientSession() as http:
        for kind, says in [("builtin", "built-in bot"), ("rasa", "http://rasa:5005"), ("none", "no bot")]:
            bot = build(kind, http=http, trackers=MemoryTrackers(), rasa_url="http://rasa:5005")
            assert bot.name == kind
            assert says in bot.describe()


@pytest.mark.parametrize(("kind", "why"), [("rasa", "ANTIPHON_RASA_URL"), ("magic", "no bot `magic`")])
async def test_what_is_missing_is_said(kind: str, why: str) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(ValueError, match=why):
            build(kind, http=http, trackers=MemoryTrackers())


async def test_no_bot_hands_over_at_once() -> None:
    async with aiohttp.ClientSession() as http:
        bot = build("none", http=http, trackers=MemoryTrackers())
        await bot.start()
        outcome = await bot.reply(Turn(conversation="c", text="hi", at_ms=1))
        await bot.close()
    assert outcome.handoff
    assert outcome.handoff.reason == "no_bot"


def test_the_demo_shop_is_found_in_a_checkout() -> None:
    assert (default_project() / "domain.yml").is_file()


def test_importing_the_bots_imports_nothing_heavy() -> None:
    code = f"import sys, antiphon.bots; print([m for m in {HEAVY} if m in sys.modules])"
    shelf = str(Path(__file__).parents[2] / "server")
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": shelf}
    )
    assert found.stdout.strip() == "[]"
