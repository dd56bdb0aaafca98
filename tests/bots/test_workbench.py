"""What a bot's author uses: test stories, cross-validation, a chat in the terminal."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.builtin.project import read_project
from antiphon.bots.builtin.source import ProjectError
from antiphon.bots.port import MemoryTrackers
from antiphon.bots.workbench import run
from antiphon.bots.workbench.evaluate import evaluate, report
from antiphon.bots.workbench.shell import chat
from antiphon.bots.workbench.stories import Played, play_file
from tests.bots.conftest import SdkActions

STORY = """\
stories:
  - story: delivery
    steps:
      - user: how long does delivery take?
        intent: shipping
      - slot_was_set: [{answered: true}]
      - action: utter_shipping
      - action: utter_did_this_help
      - user: where is [MG-1042](order_number)
        intent: order_status
      - action: order_form
      - active_loop: null
      - action: action_order_status
"""


@pytest.fixture
async def bench(cache: Path, sdk: SdkActions) -> AsyncIterator[tuple[BuiltinBot, MemoryTrackers]]:
    trackers = MemoryTrackers()
    bot = BuiltinBot(default_project(), sdk, trackers, cache)
    await bot.start()
    yield bot, trackers
    await bot.close()


async def played(words: str, tmp_path: Path, bench: tuple[BuiltinBot, MemoryTrackers]) -> Played:
    file = tmp_path / "test_x.yml"
    file.write_text(words)
    return await play_file(file, *bench)


async def test_the_shops_own_test_stories_pass(bench: tuple[BuiltinBot, MemoryTrackers]) -> None:
    found = await play_file(default_project() / "tests" / "test_stories.yml", *bench)
    assert [str(difference) for difference in found.differences] == []
    assert found.stories >= 8


async def test_a_story_that_holds(tmp_path: Path, bench: tuple[BuiltinBot, MemoryTrackers]) -> None:
    found = await played(STORY, tmp_path, bench)
    assert (found.stories, found.turns, found.differences) == (1, 2, [])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("intent: shipping", "intent: returns", "test_x.yml:5: delivery: understood as `shipping`, not"),
        (
            "action: utter_shipping",
            "action: utter_returns",
            "test_x.yml:7: delivery: did `utter_shipping`, `utter_did_this_help` instead",
        ),
        ("answered: true", "answered: false", "test_x.yml:6: delivery: the slot `answered` is True"),
        ("active_loop: null", "active_loop: order_form", "test_x.yml:12: delivery: the active loop is None"),
        ("[MG-1042](order_number)", "MG-1042 [cat](animal)", "did not find the entity `animal` in “cat”"),
    ],
)
async def test_a_story_that_goes_another_way_says_where(
    tmp_path: Path, bench: tuple[BuiltinBot, MemoryTrackers], old: str, new: str, says: str
) -> None:
    found = await played(STORY.replace(old, new), tmp_path, bench)
    assert any(says in str(difference) for difference in found.differences)


async def test_a_broken_story_is_refused(tmp_path: Path, bench: tuple[BuiltinBot, MemoryTrackers]) -> None:
    with pytest.raises(ProjectError, match=r"test_x.yml:4: a test story begins with a `user` turn"):
        await played(STORY.replace("- user: how", "- bot: how", 1), tmp_path, bench)


def test_the_evaluation_names_the_weak_places() -> None:
    found = evaluate(read_project(default_project()).examples.examples)
    assert found.examples == sum(intent.examples for intent in found.intents)
    assert found.accuracy > 0.7
    assert found.precision is not None
    assert found.precision > found.accuracy, "what is answered is surer than what is not"
    assert sum(count for _, count in found.pairs) <= len(found.confusions)
    lines = list(report(found))
    assert "judged by a model new to it" in lines[0]
    assert len(lines) > len(found.intents)


async def test_a_chat_in_the_terminal(bench: tuple[BuiltinBot, MemoryTrackers]) -> None:
    typed = iter(["how long is delivery", "", "1", "get me a human", None])
    shown: list[str] = []
    await chat(bench[0], lambda: next(typed), shown.append)
    assert shown[0].startswith("bot: Hello, and welcome")
    assert "     [1] Yes, thanks" in shown
    assert any(line.startswith("bot: Glad to hear it") for line in shown)
    assert "     → hand-off: asked" in shown


def test_training_and_evaluating_from_the_command_line(tmp_path: Path) -> None:
    lines = list(run.train(default_project(), tmp_path))
    assert "examples of 21 intents" in lines[0]
    assert lines[1].startswith("calibrated")
    assert any("mixed up most" in line for line in run.evaluate(default_project()))


async def test_testing_and_talking_from_the_command_line(tmp_path: Path, cache: Path) -> None:
    """Without the action server: the address leads nowhere, so only what needs it goes another way."""
    nowhere = "http://127.0.0.1:1/webhook"
    played = await run.play_tests(default_project(), cache, nowhere)
    assert {difference.story for difference in played.differences} <= {
        "asks for the order number",
        "an order is looked up",
        "changes their mind in the form",
        "not helped, wants a person",
        "how long is the line, and then a person",
        "a call back is noted",
        "a call back with a question in between, and then not",
    }
    typed = iter(["hello", None])
    shown: list[str] = []
    await run.shell(default_project(), lambda: next(typed), shown.append, cache, nowhere)
    assert shown[0].startswith("The built-in bot runs")
    assert sum(line.startswith("bot: Hello") for line in shown) == 2
