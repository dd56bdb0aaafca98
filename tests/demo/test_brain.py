"""An agent knows what to answer by what was said, and stays polite when he does not."""

from random import Random

import pytest

from antiphon.demo.brain import Mind, is_german, repertoire
from antiphon.demo.dialogues import Dialogue, dialogues, render

TALKED = [play for play in dialogues() if play.talk]


@pytest.fixture
def mind() -> Mind:
    return Mind(repertoire(), Random(1))


@pytest.mark.parametrize("play", TALKED, ids=lambda play: play.key)
def test_every_play_is_recognised_by_its_words(mind: Mind, play: Dialogue) -> None:
    queue = play.queue
    for block in play.talk:
        if not block.visitor:
            continue
        said = [render(line, Random(3), name="Ann", agent="Tom") for line in block.visitor]
        answer = mind.answer(said, queue)
        assert answer.known
        assert answer.lines == block.answer, said


def test_who_takes_over_goes_on_and_does_not_hand_it_back(mind: Mind) -> None:
    play = next(play for play in TALKED if play.key == "mystery-plant")
    first = mind.answer(play.talk[0].visitor, "support")
    assert first.lines[-1][0] == "T"
    gardener = Mind(repertoire(), Random(1)).answer(play.talk[0].visitor, "garden")
    assert gardener.lines == play.talk[1].answer


def test_a_real_person_is_answered_by_topic_and_never_twice_the_same(mind: Mind) -> None:
    questions = ["hmm, where did the parcel with my stuff end up", "and what now", "I see", "and the parcel?"]
    answers = [mind.answer([question], "orders") for question in questions]
    assert not any(answer.known for answer in answers)
    assert "order number" in answers[0].lines[0][1]
    assert len({answer.lines for answer in answers}) == len(answers)


def test_somebody_who_tests_the_demo_is_told_the_truth(mind: Mind) -> None:
    assert "part of the demo" in mind.answer(["are you a bot?"], "support").lines[0][1]
    assert "It works" in mind.answer(["test"], "support").lines[0][1]


def test_a_german_is_answered_in_german(mind: Mind) -> None:
    assert is_german("Wann kommt denn das und wie, bitte?")
    assert "ich" in mind.answer(["Ich weiß nicht, was das ist"], "support").lines[0][1]
