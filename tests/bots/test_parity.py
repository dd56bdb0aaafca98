"""The built-in engine and a real Rasa 3.6.21, turn by turn: words, buttons, slots, loop, marks, tickets.

The answers of Rasa were recorded from a server running `bot/` with the same actions (`record_rasa.py`).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.builtin.fragments import Fragment
from antiphon.bots.builtin.policy import Policy
from antiphon.bots.builtin.project import Project, read_project
from antiphon.bots.builtin.tracker import Item, Tracker
from antiphon.bots.conventions import read_marks
from antiphon.bots.port import MemoryTrackers, Outcome, Turn
from tests.bots.conftest import SdkActions
from tests.bots.parity import DIFFERENT, RECORDED, UNPLAYED, Turns, name
from tests.bots.record_rasa import steady

Engine = tuple[BuiltinBot, MemoryTrackers]


def stories() -> Iterator[Any]:
    """Every recording; one that goes another way is held to be the same before, and to differ as a whole."""
    for turns in RECORDED:
        begins, why = DIFFERENT.get(name(turns), (0, ""))
        if begins > 1:
            yield pytest.param(turns[: begins - 1], id=f"{name(turns)} (as far as it is the same)")
        marks = [pytest.mark.xfail(strict=True, reason=why, raises=AssertionError)] if begins else []
        yield pytest.param(turns, id=name(turns), marks=marks)


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(default_project())


@pytest.fixture(scope="module")
async def engine(cache: Path, sdk: SdkActions) -> AsyncIterator[Engine]:
    trackers = MemoryTrackers()
    bot = BuiltinBot(default_project(), sdk, trackers, cache)
    await bot.start()
    yield bot, trackers
    await bot.close()


@pytest.mark.parametrize("turns", list(stories()))
async def test_both_engines_go_the_same_way(
    turns: Turns, project: Project, engine: Engine, request: pytest.FixtureRequest
) -> None:
    (bot, trackers), c = engine, request.node.name
    for at_ms, turn in enumerate(turns):
        outcome = await bot.reply(Turn(conversation=c, text=turn["said"], at_ms=at_ms))
        tracker = Tracker(c, project.domain.slots, await trackers.load(c))
        assert said(outcome, project) == recorded(turn["messages"], project)
        assert tracker.slots == turn["slots"]
        assert tracker.loop == turn["loop"]
        assert outcome.confirm == confirmed(turn["messages"])
        assert (outcome.handoff is None) == (not handed_over(turn["messages"]))
        assert steady(wished(outcome)) == promised(turn["messages"])


def said(outcome: Outcome, project: Project) -> list[Any]:
    return [
        (same(steady(reply.text), project), [(q.title, q.payload) for q in reply.quick_replies])
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
    for response, variations in project.responses.items():
        if any(v.text == text and not v.conditions for v in variations):
            return response
    return text


def confirmed(messages: list[dict[str, Any]]) -> bool | None:
    found = [read_marks(message.get("custom")).confirm for message in messages]
    return next((confirm for confirm in found if confirm is not None), None)


def handed_over(messages: list[dict[str, Any]]) -> bool:
    return any(read_marks(message.get("custom")).handoff is not None for message in messages)


def wished(outcome: Outcome) -> dict[str, Any] | None:
    return {k: v for k, v in asdict(outcome.ticket).items() if v is not None} if outcome.ticket else None


def promised(messages: list[dict[str, Any]]) -> dict[str, Any] | None:
    customs = [message["custom"]["data"] for message in messages if "custom" in message]
    return next((custom["ticket"] for custom in customs if "ticket" in custom), None)


# ------------------------------------------------------------------ is that all?


async def test_every_rule_and_story_is_played(
    project: Project, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    played, followed = set[str](), Policy.followed

    def noted(policy: Policy, path: Sequence[Item]) -> tuple[Fragment, str] | None:
        found = followed(policy, path)
        played.update([found[0].name] if found else [])
        return found

    monkeypatch.setattr(Policy, "followed", noted)
    bot, _ = engine
    for number, turns in enumerate(RECORDED):
        for at_ms, turn in enumerate(turns):
            await bot.reply(Turn(conversation=str(number), text=turn["said"], at_ms=at_ms))
    granted = {f.name for f in project.fragments if f.steps[0].name in project.human_intents}
    assert {fragment.name for fragment in project.fragments} - played - granted == set(UNPLAYED)
    wishes = {turns[-2]["loop"] for turns in RECORDED if turns[-1]["said"] == "/human" and len(turns) > 1}
    assert wishes >= {None, *project.domain.forms}, "a person is granted from every state, before any rule"


def test_every_intent_is_said_and_every_slot_asked_for(project: Project) -> None:
    turns = [turn for turns in RECORDED for turn in turns]
    assert {turn["intent"] for turn in turns} >= {e.intent for e in project.examples.examples}
    asked = {turn["slots"]["requested_slot"] for turn in turns} - {None}
    assert asked == {slot for form in project.domain.forms.values() for slot in form.required}


def test_enough_was_recorded() -> None:
    assert len(RECORDED) >= 95
    assert sum(map(len, RECORDED)) >= 260
    assert any(handed_over(turn["messages"]) for turns in RECORDED for turn in turns)
    assert any(promised(turn["messages"]) for turns in RECORDED for turn in turns)
    assert set(DIFFERENT) <= {name(turns) for turns in RECORDED}
