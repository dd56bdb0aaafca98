"""The dialogues: what visitors, the bot and agents say to each other. Data in `script/*.toml`, read here.

A script is a little play, one line a row:

    V  the visitor              A  the agent             N  the agent's private note
    B  names in says.toml, what the bot answers          T  queue note: the agent hands on
    !  the visitor presses "talk to a person"

`[a|b]` in a line is a choice, `{name}` the visitor's first name, `{agent}` the agent's. What stands
before the hand-off is said to the bot, what comes after it is the talk with a person, which the visitor
opens. History and the living actors play the same plays; an agent finds his lines by what was said.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from random import Random
from typing import Any

PLAYS = ("bot", "missed", "orders", "garden", "support", "german")
_CHOICE = re.compile(r"\[([^\]]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the bot says under one name, and what it means for the desk."""

    text: str
    intent: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    days: int | None = None
    confirm: bool | None = None
    handoff: str | None = None
    fallback: bool = False
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One line to the bot and the names of its answers."""

    visitor: str
    bot: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What the visitor writes in one go, and what the agent answers to it.

    `answer` holds (mark, text) with the marks A, N and T; a T ends its block.
    """

    visitor: tuple[str, ...]
    answer: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One play. `button`: the visitor presses for a person at once. Without `talk` the bot does it alone."""

    key: str
    queue: str
    topic: str
    page: str
    language: str = "en"
    weight: int = 1
    temper: str = "calm"
    rating: tuple[int, int] | None = None
    comments: tuple[str, ...] = ()
    flag: str | None = None
    with_bot: tuple[Exchange, ...] = ()
    button: bool = False
    talk: tuple[Block, ...] = ()


@cache
def dialogues() -> tuple[Dialogue, ...]:
    """All plays, in the order of the files."""
    return tuple(_dialogue(entry) for play in PLAYS for entry in _toml(play)["dialogue"])


@cache
def says() -> Mapping[str, Said]:
    """The bot's lines by name."""
    return {
        name: Said(**{**said, "buttons": tuple(map(tuple, said.get("buttons", ())))})
        for name, said in _toml("says").items()
    }


@cache
def words() -> Mapping[str, Any]:
    """Names, greetings, comments and small talk, by language where they have one."""
    return _toml("words")


def render(line: str, random: Random, **names: str) -> str:
    """A line as it is said this time."""
    said = _CHOICE.sub(lambda choice: random.choice(choice[1].split("|")), line)
    for name, value in names.items():
        said = said.replace(f"{{{name}}}", value)
    return said


def variants(line: str) -> list[str]:
    """Every way to say a line."""
    choice = _CHOICE.search(line)
    if choice is None:
        return [line]
    return [
        said
        for option in choice[1].split("|")
        for said in variants(line[: choice.start()] + option + line[choice.end() :])
    ]


def _toml(name: str) -> dict[str, Any]:
    text = files("antiphon.demo").joinpath("script", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _dialogue(entry: dict[str, Any]) -> Dialogue:
    lines = [_line(row) for row in entry.pop("script").strip().splitlines()]
    person = next((i for i, (mark, text) in enumerate(lines) if _calls_a_person(mark, text)), len(lines) - 1)
    rating = entry.pop("rating", None)
    return Dialogue(
        **{**entry, "comments": tuple(entry.get("comments", ()))},
        rating=tuple(rating) if rating else None,
        with_bot=tuple(_exchanges(lines[: person + 1])),
        button=lines[0] == ("!", ""),
        talk=tuple(_blocks(lines[person + 1 :])),
    )


def _line(row: str) -> tuple[str, str]:
    mark, _, text = row.partition(" ")
    if mark not in ("V", "B", "A", "N", "T", "!"):
        raise ValueError(f"not a line of a play: {row}")
    return mark, text.strip()


def _calls_a_person(mark: str, text: str) -> bool:
    return mark == "!" or (mark == "B" and any(says()[name].handoff for name in text.split()))


def _exchanges(lines: list[tuple[str, str]]) -> Iterator[Exchange]:
    for (mark, text), (answering, names) in pairwise(lines):
        if mark == "V":
            yield Exchange(visitor=text, bot=tuple(names.split()) if answering == "B" else ())


def _blocks(lines: list[tuple[str, str]]) -> Iterator[Block]:
    visitor: list[str] = []
    answer: list[tuple[str, str]] = []
    for mark, text in lines:
        if (mark == "V" and answer) or (answer and answer[-1][0] == "T"):
            yield Block(visitor=tuple(visitor), answer=tuple(answer))
            visitor, answer = [], []
        if mark == "V":
            visitor.append(text)
        else:
            answer.append((mark, text))
    if visitor or answer:
        yield Block(visitor=tuple(visitor), answer=tuple(answer))
