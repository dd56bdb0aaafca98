"""What counts as a telephone number and a name, and which number a ticket has."""

import re

import pytest

from antiphon_bot.callback import person_name, phone_number, ticket_number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("it's +44 (0)20 7946 0958.", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("020 7946 0958", "02079460958"),
        ("(030) 123 456-78 please", "03012345678"),
        ("030/1234567", "0301234567"),
        ("call 555.867.5309 after six", "5558675309"),
        ("+1 (555) 867-5309", "+15558675309"),
        ("12", None),
        ("MG-1042", None),
        ("0000000000", None),
        ("1111111111", None),
        ("+0 123 456 789", None),
        ("+44 20 7946 0958 0958 0958", None),
        ("4111 1111 1111 1111", None),
        ("9" * 5_000, None),
        ("my number", None),
        ("", None),
    ],
)
def test_a_telephone_number_is_taken_in_any_spelling(words: str, number: str | None) -> None:
    assert phone_number(words) == number


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Ann Lee", "Ann Lee"),
        ("I'm Ann", "Ann"),
        ("Hi, I’m  Ann  Lee!", "Ann Lee"),
        ("my name is José Núñez-O'Neill", "José Núñez-O'Neill"),
        ("李小龍", "李小龍"),
        ("X", None),
        ("1042", None),
        ("who are you?", None),
        ("/greet", None),
        ("ann@example.org", None),
        ("{phone}", None),
        ("a" * 61, None),
        ("...", None),
    ],
)
def test_a_name_is_taken_without_its_introduction(words: str, name: str | None) -> None:
    assert person_name(words) == name


def test_the_same_message_has_the_same_number_and_another_another() -> None:
    numbers = {ticket_number(f"c/{n}") for n in range(2_000)}
    assert ticket_number("c/7") in numbers
    assert len(numbers) == 2_000
    assert all(re.fullmatch(r"CB-[A-Z2-7]{4}-[A-Z2-7]{4}", number) for number in numbers)
