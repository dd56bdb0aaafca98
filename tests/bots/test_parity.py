"""The built-in engine and a real Rasa 3.6.21, turn by turn: what is said, buttons, slots, loop, marks.

The answers of Rasa were recorded from a server running `bot/` with the same actions (`record_rasa.py`).
"""

import json
from typing import Any

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.builtin.project import Project, read_project
from antiphon.bots.builtin.tracker import Tracker
from antiphon.bots.conventions import read_marks
from antiphon.bots.port import MemoryTrackers, Outcome, Turn
from tests.bots.conftest import SdkActions
from tests.bots.record_rasa import FILE, undated

RECORDED: list[list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
# Where we go another way on purpose; strict, so that a difference that goes away is noticed.
DIFFERENT = {
    "/order_status > /damaged > /want_refund": "a pressed button is no answer in words to a form's question",
    "/damaged > /shipping > /want_refund": "a story does not go on after another question",
}


def story(turns: list[dict[str, Any]]) -> Any:
    name = " > ".join(turn["said"] for turn in turns)
    known = DIFFERENT.get(name)
    marks = [pytest.mark.xfail(strict=True, reason=known)] if known else []
    return pytest.param(turns, id=name, marks=marks)


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(default_project())


@pytest.mark.parametrize("turns", [story(turns) for turns in RECORDED])
async def test_both_engines_go_the_same_way(
    turns: list[dict[str, Any]], project: Project, cache: Any, sdk: SdkActions
) -> None:
    trackers = MemoryTrackers()
    bot = BuiltinBot(default_project(), sdk, trackers, cache)
    await bot.start()
    for turn in turns:
        outcome = await bot.reply(Turn(conversation="c", text=turn["said"], at_ms=1_000))
        tracker = Tracker("c", project.domain.slots, await trackers.load("c"))
        assert said(outcome, project) == recorded(turn["messages"], project)
        assert tracker.slots == turn["slots"]
        assert tracker.loop == turn["loop"]
        assert outcome.confirm == confirmed(turn["messages"])
        assert (outcome.handoff is None) == (not handed_over(turn["messages"]))


def said(outcome: Outcome, project: Project) -> list[Any]:
    return [
        (same(undated(reply.text), project), [(q.title, q.payload) for q in reply.quick_replies])
        for reply in outcome.replies
    ]


def recorded(messages: list[dict[str, Any]], project: Project) -> list[Any]:
    return [
        (same(message["text"], project), [(b["title"], b["payload"]) for b in message.get("buttons", [])])
        for message in messages
        if "text" in message
    ]


def same(text: str, project: Project) -> str:
    """Either of several ways to say a response counts as that response: Rasa chooses by chance."""
    for name, variations in project.responses.items():
        if any(v.text == text and not v.conditions for v in variations):
            return name
    return text


def confirmed(messages: list[dict[str, Any]]) -> bool | None:
    found = [read_marks(message.get("custom")).confirm for message in messages]
    return next((confirm for confirm in found if confirm is not None), None)


def handed_over(messages: list[dict[str, Any]]) -> bool:
    return any(read_marks(message.get("custom")).handoff is not None for message in messages)


def test_enough_was_recorded() -> None:
    assert len(RECORDED) >= 60
    assert sum(map(len, RECORDED)) >= 170
    assert any(handed_over(turn["messages"]) for turns in RECORDED for turn in turns)
