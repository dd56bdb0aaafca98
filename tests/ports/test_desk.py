"""The door: durable, once, in order, on both databases, with one node or two."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.conversation import fold
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.journal.store import Append, Store
from tests.ports.conftest import Office, office

VISITOR = Actor(kind="visitor", id="v1")
ANN = Actor(kind="agent", id="ann", name="Ann")


def start(text: str | None = "Hi") -> ask.Start:
    conversation = uuid.uuid4().hex
    return ask.Start(
        conversation=conversation, actor=VISITOR, cmid="start", visitor="v1", site="default", queue="support",
        bot="builtin", text=text,
    )  # fmt: skip


def say(conversation: str, text: str, cmid: str) -> ask.Say:
    return ask.Say(conversation=conversation, actor=VISITOR, text=text, cmid=cmid)


async def begun(desk: Desk) -> str:
    return (await desk.handle(start())).state.id


async def test_what_was_acknowledged_is_there_after_a_restart(database_url: str) -> None:
    async with office(database_url) as before:
        c = await begun(before.desk)
        done = await before.desk.handle(say(c, "remember me", "m1"))
    async with office(database_url) as after:
        [event] = await after.desk.history(c, done.state.n - 1)
        assert event.words == {"text": "remember me"}
        assert await after.desk.state(c) == done.state


async def test_the_same_cmid_is_obeyed_once(here: Office) -> None:
    c = await begun(here.desk)
    first = await here.desk.handle(say(c, "once", "m1"))
    again = await here.desk.handle(say(c, "once", "m1"))
    assert again.dup
    assert again.event
    assert first.event
    assert (again.event.n, again.event.at_ms) == (first.event.n, first.event.at_ms)
    assert len(await here.desk.history(c)) == first.state.n


async def test_the_same_cmid_is_remembered_across_a_restart(database_url: str) -> None:
    async with office(database_url) as before:
        c = await begun(before.desk)
        first = await before.desk.handle(say(c, "once", "m1"))
    async with office(database_url) as after:
        again = await after.desk.handle(say(c, "once", "m1"))
        assert again.dup
        assert again.event
        assert first.event
        assert again.event.n == first.event.n


async def test_the_same_cmid_with_other_words_is_a_conflict(here: Office) -> None:
    c = await begun(here.desk)
    await here.desk.handle(say(c, "one thing", "m1"))
    with pytest.raises(Refused) as refused:
        await here.desk.handle(say(c, "another", "m1"))
    assert refused.value.code == "conflict"
    assert len(await here.desk.history(c)) == 4


async def test_two_at_once_with_one_cmid_get_one_answer(here: Office) -> None:
    c = await begun(here.desk)
    both = await asyncio.gather(*(here.desk.handle(say(c, "same", "m1")) for _ in range(2)))
    assert {done.event.n for done in both if done.event} == {4}
    assert sorted(done.dup for done in both) == [False, True]


async def test_pipelined_messages_keep_their_order(here: Office) -> None:
    c = await begun(here.desk)
    done = await asyncio.gather(*(here.desk.handle(say(c, f"{i}", f"m{i}")) for i in range(200)))
    assert [d.event.n for d in done if d.event] == list(range(4, 204))
    words = [e.words["text"] for e in await here.desk.history(c, 3) if e.words]
    assert words == [f"{i}" for i in range(200)]


async def test_a_repeated_start_is_the_same_conversation(here: Office) -> None:
    command = start()
    first, again = await here.desk.handle(command), await here.desk.handle(command)
    assert again.dup
    assert again.state.id == first.state.id


async def test_the_kept_state_is_the_fold_of_the_log(here: Office) -> None:
    c = await begun(here.desk)
    await here.desk.handle(ask.RequestHandoff(conversation=c, actor=VISITOR, queue="support"))
    await here.desk.handle(ask.Accept(conversation=c, actor=ANN, agent="ann"))
    await here.desk.handle(ask.Say(conversation=c, actor=ANN, text="Hello"))
    done = await here.desk.end(c, ANN, resolved=True)
    assert [e.kind for e in done.events] == ["closed", "survey_offered", "wrapup_started"]
    assert fold(c, await here.desk.history(c)) == await here.store.conversation(c) == done.state
    assert here.desk.floor.load("ann") == 1


async def test_an_nps_is_asked_once_in_90_days(here: Office) -> None:
    kinds = []
    for _ in range(2):
        c = await begun(here.desk)
        await here.desk.handle(ask.BotAnswer(
            conversation=c, actor=Actor(kind="bot", id="b"), cause=3,
            replies=(ask.Say(conversation=c, actor=Actor(kind="bot", id="b"), text="Hello"),)))  # fmt: skip
        done = await here.desk.end(c, VISITOR)
        kinds.append(done.state.survey.kinds if done.state.survey else ())
    assert kinds[1] == ("csat",)


async def test_the_journal_has_no_words_in_it(here: Office) -> None:
    c = await begun(here.desk)
    await here.desk.handle(say(c, "my secret", "m1"))
    async with here.store.database.reading() as connection:
        rows = (await connection.exec_driver_sql("SELECT data FROM events")).scalars().all()
    assert rows
    assert not [row for row in rows if "secret" in row]


async def test_many_conversations_share_commits_and_lose_nothing(here: Office) -> None:
    conversations = await asyncio.gather(*(begun(here.desk) for _ in range(30)))
    talk = [here.desk.handle(say(c, f"{i}", f"m{i}")) for i in range(20) for c in conversations]
    await asyncio.gather(*talk)
    for c in conversations:
        assert [e.n for e in await here.desk.history(c)] == list(range(1, 24))


async def test_a_failed_commit_refuses_and_leaves_nothing(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = await begun(here.desk)
    append = Store.append

    async def fails(*_: object) -> object:
        raise OSError("disk full")

    monkeypatch.setattr(Store, "append", fails)
    with pytest.raises(Refused) as refused:
        await here.desk.handle(say(c, "lost?", "m1"))
    assert (refused.value.code, refused.value.retryable) == ("unavailable", True)
    monkeypatch.setattr(Store, "append", append)
    retried = await here.desk.handle(say(c, "lost?", "m1"))
    assert not retried.dup
    assert len(await here.desk.history(c)) == 4


async def test_nothing_is_written_on_top_of_what_was_not(here: Office) -> None:
    """Another node wrote just as much as our first command would have: the counts alone would fit."""
    c = await begun(here.desk)
    state = await here.store.conversation(c)
    assert state
    said = Event(kind="message", stream=c, at_ms=1, data={"sender": "visitor"})
    theirs = Append(stream=c, expected=3, events=(said.numbered(4),), state=state)
    first = Append(stream=c, expected=3, events=(said.numbered(4),), state=state)
    second = replace(first, expected=4, events=(said.numbered(5),))
    placed = await here.store.append([theirs, first, second])
    assert [bool(one) for one in placed] == [True, False, False]


async def test_two_nodes_write_one_conversation_without_gap_or_repeat(postgres_url: str) -> None:
    async with office(postgres_url) as one, office(postgres_url) as two:
        c = await begun(one.desk)
        mine = [one.desk.handle(say(c, f"a{i}", f"a{i}")) for i in range(25)]
        await asyncio.gather(*mine[:1])
        others = [_patiently(two.desk, say(c, f"b{i}", f"b{i}")) for i in range(25)]
        await asyncio.gather(*(_done(m) for m in mine[1:]), *others)
        history = await one.desk.history(c)
        assert [e.n for e in history] == list(range(1, len(history) + 1))
        assert len({(e.words or {}).get("text") for e in history if e.kind == "message"}) == len(history) - 2
        await _until(lambda: one.tail.seq == two.tail.seq == history[-1].seq, one, two)
        assert [e.seq for e in two.seen] == [e.seq for e in one.seen[-len(two.seen) :]]


async def _done(handled: Awaitable[object]) -> None:
    with suppress(Refused):
        await handled


async def _patiently(desk: Desk, command: ask.Say) -> None:
    done = None
    while done is None:
        with suppress(Refused):
            done = await desk.handle(command)


async def _until(true: Callable[[], bool], *offices: Office) -> None:
    async with asyncio.timeout(10):
        while not true():
            for one in offices:
                one.tail.nudge()
            await asyncio.sleep(0.01)
