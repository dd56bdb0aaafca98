"""The plays are what people see first: whole, varied, and true to the bot."""

import itertools
from pathlib import Path
from random import Random

import pytest

from antiphon.bots.builtin.project import read_project
from antiphon.demo.dialogues import Dialogue, dialogues, render, says, variants, words
from antiphon.demo.shop import ALERTS, GOALS, RULES
from antiphon.domain.goals import senseless
from antiphon.metrics.catalogue import BY_ID

BOT = Path(__file__).resolve().parents[2] / "bot"
NUMBERED = ("order:", "unknown:")  # answered by an action, not by a response


def lines(play: Dialogue) -> list[str]:
    talk = [line for block in play.talk for line in (*block.visitor, *(text for _, text in block.answer))]
    return [*(exchange.visitor for exchange in play.with_bot), *talk]


def test_the_shop_aims_at_numbers_there_are() -> None:
    assert all(goal.kpi in BY_ID and senseless(goal) is None for goal in GOALS)
    assert all(BY_ID[rule.kpi].live for rule in ALERTS)


def test_there_is_a_whole_evening_of_plays() -> None:
    plays = dialogues()
    assert len(plays) >= 40
    assert len({play.key for play in plays}) == len(plays)
    assert {play.queue for play in plays} == set(RULES.queues)
    assert {play.language for play in plays} == {"en", "de"}
    assert sum(not play.talk for play in plays) >= 10  # the bot alone
    assert sum(bool(play.talk) and not play.button for play in plays) >= 10  # from the bot to a person


@pytest.mark.parametrize("play", dialogues(), ids=lambda play: play.key)
def test_every_play_can_be_played(play: Dialogue) -> None:
    assert play.button or play.with_bot
    assert all(name in says() for exchange in play.with_bot for name in exchange.bot)
    if play.talk:
        assert play.talk[0].visitor, "the visitor says what it is about"
        assert any(mark == "A" for block in play.talk for mark, _ in block.answer)
        handed = any(says()[name].handoff for exchange in play.with_bot for name in exchange.bot)
        assert handed or play.button
    transfers = [text.split()[0] for block in play.talk for mark, text in block.answer if mark == "T"]
    assert all(queue in RULES.queues and queue != play.queue for queue in transfers)


def test_a_line_is_said_with_the_names_of_those_who_are_there() -> None:
    line = "[Hi|Hello] {name}, {agent} here"
    said = {render(line, Random(seed), name="Ann", agent="Tom") for seed in range(20)}
    assert said == {"Hi Ann, Tom here", "Hello Ann, Tom here"}
    assert sorted(variants("[a|b] and [c|d]")) == ["a and c", "a and d", "b and c", "b and d"]


def test_nothing_unrendered_is_left_in_any_line() -> None:
    for line in itertools.chain.from_iterable(map(lines, dialogues())):
        assert not set("[]{}") & set(render(line, Random(1), name="Ann", agent="Tom"))


def test_an_opening_belongs_to_one_play_only() -> None:
    """Agents know what to answer by what was said alone."""
    openings = [said for play in dialogues() if play.talk for said in variants(play.talk[0].visitor[0])]
    assert len(openings) == len(set(openings))


def test_the_history_says_what_the_bot_says() -> None:
    responses = read_project(BOT).responses
    for name, said in says().items():
        if not name.startswith(NUMBERED):
            assert said.text in [variation.text for variation in responses[name.split(":")[0]]], name


def test_there_are_words_for_every_score_and_language() -> None:
    for language in ("en", "de"):
        assert all(words()["comments"][language][str(score)] for score in range(1, 6))
        assert all(words()[kind][language] for kind in ("names", "greetings", "farewells", "nods", "thanks"))
