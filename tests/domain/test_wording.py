"""Courtesy and repetition are seen without keeping a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain.wording import COURTESIES, MOST_WORDS, fingerprint, is_courtesy

from .desk import ANN, VISITOR, Chat


@pytest.mark.parametrize("text", ["Thanks!", "thank you :)", "OK, thanks.", "Bye!", "Cheers 👍"])
def test_thanks_is_courtesy_in_any_language(text: str) -> None:
    assert is_courtesy(text)
    assert is_courtesy(text, "de-AT")


@pytest.mark.parametrize(
    "text", ["Thanks, but it is still broken", "thanks?? no", "ok", "", "42", "danke" * 20]
)
def test_what_wants_an_answer_is_none(text: str) -> None:
    assert not is_courtesy(text)


def test_another_language_s_courtesy_is_none() -> None:
    assert is_courtesy("Merci beaucoup", "fr")
    assert not is_courtesy("Merci beaucoup", "de")
    assert is_courtesy("Merci beaucoup")


def test_every_listed_courtesy_is_short_and_found() -> None:
    for language, listed in COURTESIES.items():
        for text in listed:
            assert is_courtesy(text.title(), language)
            assert len(text.split()) <= MOST_WORDS


@given(st.lists(st.sampled_from(["refund", "today", "please", "Number", "17", "a"]), min_size=1))
def test_the_order_case_and_numbers_of_words_do_not_matter(words: list[str]) -> None:
    there, back = " ".join(words), ", ".join(reversed(words)).upper() + " 99!"
    assert fingerprint(there) == fingerprint(back)


def test_other_words_are_other_replies_and_none_are_none() -> None:
    assert fingerprint("Your order is on its way") != fingerprint("Your order is delayed")
    assert fingerprint("17 :-)") is None


def test_the_journal_learns_the_marks_and_not_the_words() -> None:
    chat = Chat().talked()
    chat.say(VISITOR, "Thank you!")
    chat.say(ANN, "You are very welcome", canned_id="welcome")
    chat.say(ANN, "Your order arrives tomorrow")
    thanks, canned, typed = (event.data for event in chat.events[-3:])
    assert thanks["courtesy"] is True
    assert "print" not in canned
    assert typed["print"] == fingerprint("tomorrow your order arrives")
    assert "text" not in {**thanks, **canned, **typed}
