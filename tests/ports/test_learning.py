"""What the bot did not understand and how sure it was, read out of a journal that says it all."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from antiphon.bots.workbench.learning import Asked
from antiphon.cli import main
from antiphon.domain.conversation import fold
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.journal.directory import wall_ms
from antiphon.journal.dropped import Dropped
from antiphon.journal.store import Append, Store
from antiphon.journal.tables import visitors
from antiphon.learning import apart
from antiphon.learning.apart import Apart, Count, Find
from antiphon.learning.asked import not_understood
from antiphon.learning.turns import Counted, count_turns
from tests.bots.conftest import write_project
from tests.bots.test_swap import DOMAIN, NLU, RULES

ANN, BOT = Actor(kind="agent", id="ann", name="Ann Dale"), Actor(kind="bot", id="builtin")
SURE = 0.6
VAIN = {"fallback": True, "intent": "bye", "confidence": 0.2}

VERA = {
    "id": "v-c1", "site": "default", "token_hash": "x", "name": "Vera Lind", "verified": False,
    "attributes": {}, "trail": [], "blocked": False, "first_seen_ms": 1, "last_seen_ms": 1,
}  # fmt: skip

Line = tuple[str, Any]


async def write(store: Store, name: str, *lines: Line, at_ms: int = 1_000, **started: Any) -> None:
    """A conversation in a few words: `("visitor", text)`, `("bot", data)`, `("agent", text)`, or a kind.

    What the bot says is caused by what the visitor said last.
    """
    visitor = Actor(kind="visitor", id=f"v-{name}")
    data = {"visitor": visitor.id, "site": "default", **started}
    events = [_event(name, 1, "conversation_started", at_ms, visitor, data)]
    cause = 1
    for n, (who, what) in enumerate(lines, start=2):
        if who in ("visitor", "agent"):
            cause = n if who == "visitor" else cause
            said = {"sender": who, "public": True}
            events.append(
                _event(name, n, "message", at_ms + n, visitor if who == "visitor" else ANN, said, what)
            )
        elif who == "bot":
            caused = what.pop("cause", cause) if "cause" in what else cause
            events.append(_event(name, n, "message", at_ms + n, BOT, {"sender": "bot", **what}, "…", caused))
        else:
            events.append(_event(name, n, who, at_ms + n, BOT, what, None, cause))
    done = await store.append(
        [Append(stream=name, expected=0, events=events_of(events), state=fold(name, events))]
    )
    assert done[0]


def events_of(events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple(event.numbered(n) for n, event in enumerate(events, start=1))


def _event(
    stream: str, n: int, kind: str, at_ms: int, actor: Actor, data: dict[str, Any],
    text: Any = None, cause: int | None = None,
) -> Event:  # fmt: skip
    words = text if isinstance(text, dict) else {"text": text} if text is not None else None
    return Event(
        kind=kind, stream=stream, at_ms=at_ms, actor=actor, data=data, words=words, cause=cause, n=n
    )  # fmt: skip


async def texts(store: Store, to_ms: int = 10**9) -> list[str]:
    return [asked.text for asked in await not_understood(store, 0, to_ms, SURE)]


async def test_a_fallback_is_told_with_the_longest_of_what_an_agent_said_first(store: Store) -> None:
    handed = ("handoff_requested", {"by": "bot", "reason": "low_confidence"})
    await write(
        store, "c1", ("visitor", "where to park?"), ("bot", dict(VAIN)), ("visitor", "my car I mean"),
        ("bot", dict(VAIN)), handed, ("agent", "Hello, I am Ann!"),
        ("agent", "Hi Vera. It's Ann. In the yard behind the shop."),
        ("visitor", "thanks, and the bus stop?"), ("agent", "A very long story about the bus and its stop."),
    )  # fmt: skip
    async with store.database.writing() as db:
        await db.execute(insert(visitors).values(VERA))
    answer = "In the yard behind the shop."
    assert await not_understood(store, 0, 10**9, SURE) == [
        Asked(visitor="v-c1", text="my car I mean", answer=answer, at_ms=1_004, conversation="c1"),
        Asked(visitor="v-c1", text="where to park?", answer=answer, at_ms=1_002, conversation="c1"),
    ]


@pytest.mark.parametrize(
    ("reply", "more", "counts"),
    [
        (VAIN, [], True),
        ({"fallback": True}, [], True),
        ({"intent": "bye", "confidence": 0.59}, [], True),
        ({"intent": "bye", "confidence": 0.6}, [], False),
        ({"intent": "knowledge", "confidence": 0.4}, [], False),
        ({"intent": "nlu_fallback", "confidence": 0.5}, [], False),
        ({"text": "a form's question"}, [], False),
        ({**VAIN, "auto": True}, [], False),
        ({}, [("handoff_requested", {"by": "bot", "reason": "low_confidence"})], True),
        ({}, [("handoff_requested", {"by": "visitor", "reason": "asked"})], False),
        ({"fallback": True}, [("handoff_requested", {"by": "bot", "reason": "failure"})], False),
        (VAIN, [("handoff_requested", {"by": "bot", "reason": "loop"})], False),
        (VAIN, [("spam_flagged", {})], False),
        (VAIN, [("spam_flagged", {}), ("spam_cleared", {})], True),
    ],
)
async def test_what_counts_as_not_understood(
    store: Store, reply: dict[str, Any], more: list[Line], counts: bool
) -> None:
    await write(store, "c1", ("visitor", "park?"), ("bot", dict(reply)), *more)
    assert await texts(store) == (["park?"] if counts else [])


async def test_tests_buttons_and_erased_words_are_left_out(store: Store) -> None:
    await write(store, "c1", ("visitor", "a test"), ("bot", dict(VAIN)), test=True)
    await write(store, "c2", ("visitor", {"text": "No", "payload": "/deny"}), ("bot", dict(VAIN)))
    await write(store, "c3", ("visitor", "/nlu_fallback"), ("bot", dict(VAIN)))
    await write(store, "c4", ("visitor", {}), ("bot", dict(VAIN)))
    await write(store, "c5", ("visitor", "seen"), ("bot", dict(VAIN)))
    assert await texts(store) == ["seen"]


async def test_other_systems_do_not_say_what_they_answer(store: Store) -> None:
    await write(
        store, "c1", ("visitor", "first"), ("visitor", "second"), ("bot", {**VAIN, "cause": None}),
        ("visitor", "third"),
    )  # fmt: skip
    await write(store, "c2", ("bot", {**VAIN, "cause": None}))
    assert await texts(store) == ["second"]


async def test_the_latest_first_and_only_of_the_period(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        await write(store, f"c{i}", ("visitor", f"text {i}"), ("bot", dict(VAIN)), at_ms=10_000 * i)
    assert await texts(store) == ["text 4", "text 3", "text 2", "text 1", "text 0"]
    assert await texts(store, to_ms=20_000) == ["text 1", "text 0"]
    monkeypatch.setattr("antiphon.learning.asked.TEXTS", 2)
    assert await texts(store) == ["text 4", "text 3"]


async def test_turns_are_counted_by_how_sure_the_bot_was(store: Store) -> None:
    await write(
        store,
        "c1",
        ("bot", {"auto": True, "cause": 1}),
        ("visitor", "hi"),
        ("bot", dict(VAIN)),
        ("bot", {**VAIN}),
    )
    await write(
        store, "c2", ("visitor", "bye"), ("bot", {"intent": "bye", "confidence": 1.0}), ("visitor", "7"),
        ("bot", {}), ("visitor", "bye!"), ("bot", {"intent": "bye", "confidence": 0.951}),
    )  # fmt: skip
    await write(store, "c3", ("visitor", "x"), ("bot", dict(VAIN)), ("spam_flagged", {}))
    await write(store, "c4", ("visitor", "x"), ("bot", dict(VAIN)), at_ms=50_000)
    found = await count_turns(store, 0, 50_000)
    assert (found.turns, found.silent) == (4, 1)
    filled = {(one.since, one.until): (one.understood, one.fallback) for one in found.confidence}
    assert {key: value for key, value in filled.items() if any(value)} == {
        (0.95, 1.0): (2, 0),
        (0.2, 0.25): (0, 1),
    }
    assert len(filled) == 20
    assert found.sure == {"bye": pytest.approx((1.0 + 0.951 + 0.2) / 3, abs=1e-4)}
    assert (await count_turns(store, 0, 1)).turns == 0


# -- apart --------------------------------------------------------------------------------------------


def count(url: str) -> Count:
    return Count(url=url, from_ms=0, to_ms=10**9)


async def test_another_process_gives_the_same_figures(fresh_database_url: str, store: Store) -> None:
    await write(store, "c1", ("visitor", "hi"), ("bot", dict(VAIN)))
    assert await Apart().ask(count(fresh_database_url), Counted) == await count_turns(store, 0, 10**9)


async def test_a_project_that_cannot_be_read_is_a_sentence(fresh_database_url: str, tmp_path: Path) -> None:
    question = Find(
        url=fresh_database_url, from_ms=0, to_ms=1, project=str(tmp_path), cache=None, encoder=None,
        dropped=[],
    )  # fmt: skip
    with pytest.raises(Refused, match=r"domain\.yml:1: no such file") as no:
        await Apart().ask(question, dict)
    assert no.value.code == "conflict"


async def test_what_takes_too_long_is_ended(fresh_database_url: str) -> None:
    with pytest.raises(Refused, match="takes too long") as no:
        await Apart(limit_s=0.01).ask(count(fresh_database_url), Counted)
    assert no.value.code == "too_many"


async def test_a_process_that_fails_is_no_answer() -> None:
    with pytest.raises(Refused) as no:
        await Apart().ask(count("mysql://nowhere"), Counted)
    assert no.value.code == "internal"


async def test_only_so_many_may_wait(
    fresh_database_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "WAITING", 1)
    one = Apart()
    asking = [asyncio.create_task(one.ask(count(fresh_database_url), Counted)) for _ in range(3)]
    answers = await asyncio.gather(*asking, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [(no.code, no.retryable) for no in refused] == [("too_many", True)]


async def test_what_was_dropped_is_remembered_by_a_name_that_says_nothing(store: Store) -> None:
    dropped = Dropped(store.database, lambda: 1)
    assert await dropped.all() == set()
    await dropped.add("abc", "ada")
    await dropped.add("abc", "bea")
    assert await dropped.all() == {"abc"}


# -- the command line ---------------------------------------------------------------------------------


async def test_suggestions_on_the_command_line(fresh_database_url: str, store: Store, tmp_path: Path) -> None:
    strict = "pipeline: [{name: FallbackClassifier, threshold: 0.9}]\n"
    project = write_project(
        tmp_path / "bot", config=strict, domain=DOMAIN, data_nlu=NLU, data_rules=RULES
    )  # fmt: skip
    now_ms = wall_ms()
    asked = ("where can I park my car", "where do I park my car please", "can I park my car near you")
    for i, text in enumerate(asked):
        lines = (("visitor", text), ("bot", dict(VAIN)), ("agent", "Behind the shop."))
        await write(store, f"c{i}", *lines, at_ms=now_ms - 60_000)
    environ = {"ANTIPHON_DATABASE_URL": fresh_database_url, "ANTIPHON_BOT_PROJECT": str(project)}

    def run(*words: str) -> str:
        found = CliRunner().invoke(main, ["bot", *words], env=environ)
        assert found.exit_code == 0, found.output
        return str(found.output)

    told = await asyncio.to_thread(run, "suggest")
    assert "3 visitors: where " in told
    assert "an agent answered: Behind the shop." in told
    assert told.endswith("1 suggestions, of 3 texts that were not understood\n")
    assert "ANTIPHON_BOT_PROJECT" in await asyncio.to_thread(run, "copy", str(tmp_path / "mine"))
    assert (tmp_path / "mine" / "domain.yml").is_file()
    assert not (tmp_path / "mine" / "antiphon_bot").exists()
    again = await asyncio.to_thread(CliRunner().invoke, main, ["bot", "copy", str(tmp_path / "mine")])
    assert (again.exit_code, "File exists" in again.output) == (1, True)
