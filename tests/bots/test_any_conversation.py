"""Whatever is said in whatever order: there is always an answer, and what is kept can be kept."""

import json
import random
from pathlib import Path

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.port import MemoryTrackers, Turn
from tests.bots.conftest import SdkActions

WORDS = [
    "/greet",
    "/goodbye",
    "/thank",
    "/affirm",
    "/deny",
    "/cancel",
    "/human",
    "/bot_challenge",
    "/order_status",
    "/shipping",
    "/returns",
    "/opening_hours",
    "/payment",
    "/plant_care",
    "/damaged",
    "/want_refund",
    "/restart",
    "/want_replacement",
    "/call_back",
    "/queue_wait",
    '/call_back{"phone_number": [1]}',
    "Ann Lee",
    "+44 20 7946 0958",
    "tomorrow morning",
    "/out_of_scope",
    "/nlu_fallback",
    "/back",
    "/session_start",
    "/nonsense{",
    "",
    "  ",
    "MG-1042",
    "MG-9999",
    "1047",
    "where is my order",
    "when are you open",
    "qwrtz",
    "cancel my order",
    "💚",
    '/order_status{"order_number": {"a": [1]}}',
    '/plant_care{"plant": null}',
    "you are useless",
    "yes",
    "no",
    "x" * 5_000,
    "{order_number} {0} %s",
    "how long is delivery",
    "get me a human",
    "can i get a discount",
]


@pytest.mark.parametrize("seed", range(25))
async def test_there_is_always_an_answer(seed: int, cache: Path, sdk: SdkActions) -> None:
    chance = random.Random(seed)
    trackers = MemoryTrackers()
    bot = BuiltinBot(default_project(), sdk, trackers, cache)
    await bot.start()
    for at_ms in range(1, 31):
        said = chance.choice(WORDS)
        outcome = await bot.reply(Turn(conversation="c", text=said, at_ms=at_ms))
        assert outcome.replies or outcome.handoff or said in SILENT, said
        assert outcome.handoff is None or outcome.handoff.reason != "failure", said
        json.dumps(await trackers.load("c"))


SILENT = {"/back", "/session_start"}  # Rasa's own; no button sends them
