"""Playing test stories (Rasa's format) against the built-in bot and saying where it goes another way.

A story's `user` turns are said as they stand (annotations removed); after each, the intent, the entities that
were annotated, the actions that ran, the active loop and the slots are compared with what the story expects.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from antiphon.bots.builtin.engine import BuiltinBot
from antiphon.bots.builtin.examples import ANNOTATION
from antiphon.bots.builtin.source import Node, read_yaml
from antiphon.bots.port import MemoryTrackers, Turn

UNSPOKEN = ("action_listen", "action_session_start")


@dataclass(frozen=True, slots=True)
class Difference:
    """`place` is file and line of the step that went another way."""

    story: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.story}: {self.what}"


@dataclass(slots=True)
class Played:
    stories: int = 0
    turns: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class Exchange:
    """One thing the visitor says in a story, and what should come of it."""

    said: Node
    intent: Node | None
    actions: list[Node] = field(default_factory=list)
    slots: list[Node] = field(default_factory=list)
    loops: list[Node] = field(default_factory=list)


async def play_file(file: Path, bot: BuiltinBot, trackers: MemoryTrackers) -> Played:
    """Every story of a file; `trackers` must be the bot's own. Raises `ProjectError` for a broken file."""
    played = Played()
    section = read_yaml(file, file.name).get("stories")
    for node in section.items() if section else []:
        played.stories += 1
        await _play(node, bot, trackers, played)
    return played


async def _play(node: Node, bot: BuiltinBot, trackers: MemoryTrackers, played: Played) -> None:
    name = node.get("story")
    story = name.text() if name else "a story without a name"
    conversation = f"story {node.place}"
    for exchange in _exchanges(node):
        played.turns += 1
        text = ANNOTATION.sub(lambda found: found["words"], exchange.said.text().strip())
        outcome = await bot.reply(Turn(conversation=conversation, text=text, at_ms=played.turns * 1_000))
        events = (await trackers.load(conversation) or {})["events"]
        found = list(_compare(exchange, outcome.intent, events))
        played.differences += [Difference(story, node.place, what) for node, what in found]
        if found:
            return  # what follows would only be the consequence


def _exchanges(node: Node) -> list[Exchange]:
    steps = node.get("steps")
    if steps is None:
        raise node.wrong("a story needs `steps`")
    exchanges: list[Exchange] = []
    for item in steps.items():
        known = item.mapping()
        if "user" in known:
            exchanges.append(Exchange(known["user"], item.get("intent")))
        elif not exchanges:
            raise item.wrong("a test story begins with a `user` turn")
        elif not _expect(exchanges[-1], known):
            raise item.wrong(f"cannot test this step ({', '.join(known)})")
    return exchanges


def _expect(exchange: Exchange, known: dict[str, Node]) -> bool:
    for key, kept in (
        ("action", exchange.actions), ("slot_was_set", exchange.slots), ("active_loop", exchange.loops),
    ):  # fmt: skip
        if key in known:
            kept.append(known[key])
            return True
    return False


# ------------------------------------------------------------------ comparing


def _compare(
    exchange: Exchange, intent: str | None, events: list[dict[str, Any]]
) -> Iterator[tuple[Node, str]]:
    if exchange.intent and exchange.intent.text() != intent:
        yield exchange.intent, f"understood as `{intent}`, not as `{exchange.intent.text()}`"
    turn = _last_turn(events)
    yield from _compare_entities(exchange.said, turn[0])
    yield from _compare_actions(exchange, [e["name"] for e in turn if e["event"] == "action"])
    yield from _compare_state(exchange, events)


def _last_turn(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    last = max(i for i, event in enumerate(events) if event["event"] == "user")
    return events[last:]


def _compare_entities(said: Node, user: dict[str, Any]) -> Iterator[tuple[Node, str]]:
    found = {entity["entity"] for entity in user["parse_data"]["entities"]}
    for annotated in ANNOTATION.finditer(said.text()):
        entity = (annotated["entity"] or "").partition(":")[0]
        if entity and entity not in found:
            yield said, f"did not find the entity `{entity}` in “{annotated['words']}”"


def _compare_actions(exchange: Exchange, ran: list[str]) -> Iterator[tuple[Node, str]]:
    seen = [name for name in ran if name not in UNSPOKEN]
    wanted = [node.text() for node in exchange.actions]
    if seen != wanted:
        first = next((i for i, (a, b) in enumerate(zip(seen, wanted, strict=False)) if a != b), len(seen))
        node = exchange.actions[min(first, len(wanted) - 1)] if wanted else exchange.said
        yield node, f"did {_listed(seen)} instead of {_listed(wanted)}"


def _compare_state(exchange: Exchange, events: list[dict[str, Any]]) -> Iterator[tuple[Node, str]]:
    loops = [event["name"] for event in events if event["event"] == "active_loop"]
    loop = loops[-1] if loops else None
    if exchange.loops and exchange.loops[-1].value != loop:
        yield exchange.loops[-1], f"the active loop is {loop!r}"
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    for node in exchange.slots:
        for item in node.items():
            for name, wanted in item.mapping().items() if isinstance(item.value, dict) else ():
                if slots.get(name) != wanted.plain():
                    yield wanted, f"the slot `{name}` is {slots.get(name)!r}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"
