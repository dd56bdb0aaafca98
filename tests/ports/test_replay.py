"""Replay says nothing of what was written here or imported, names what was harmed, and mends it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, update

from antiphon.domain import commands as ask
from antiphon.domain.events import Actor
from antiphon.domain.ticket import Ticket
from antiphon.journal.blocks import LATER
from antiphon.journal.codec import to_json
from antiphon.journal.directory import Directory
from antiphon.journal.replay import replay
from antiphon.journal.tables import conversations, streams, tickets
from antiphon.journal.tickets import Wanted
from antiphon.readers.tickets import Clerk
from tests.ports.conftest import Office, office
from tests.ports.test_desk import begun, say
from tests.ports.test_import import brought, line, started

ANN = Actor(kind="agent", id="ann", name="Ann")


@pytest.fixture
async def busy(fresh_database_url: str) -> AsyncIterator[Office]:
    """A conversation, an agent, and history from elsewhere that is not over."""
    async with office(fresh_database_url) as here:
        conversation = await begun(here.desk)
        await here.desk.handle(say(conversation, "again", "m"))
        online = ask.SetStatus(conversation="agent:ann", actor=ANN, agent="ann", status="online", cmid="s")
        await here.desk.set_status(online)
        text = started(1, "old") + line(2, "queue_entered", "old", queue="q", reason="new")
        agents = [line(3, "agent_status", None, agent=name, status="online") for name in ("ann", "far")]
        ticket = line(4, "ticket_created", None, ticket="t", visitor="v")
        assert (await brought(here.store, text + b"".join(agents) + ticket)).refused == 0
        yield here


async def test_nothing_differs_where_nothing_was_harmed(busy: Office) -> None:
    assert await replay(busy.store) == []
    live = await busy.store.conversations(conversations.c.doc != LATER)
    assert "old" not in [c.id for c in live]  # nobody waits for what was imported
    assert [shift.agent for shift in await busy.store.shifts()] == ["ann"]


@pytest.mark.parametrize(
    "values", [{"queue": "elsewhere"}, {"head": 99}, {"state": "closed", "agent": "bob"}]
)
async def test_a_conversations_row_is_mended(busy: Office, values: dict[str, object]) -> None:
    before = await busy.store.conversations(order=conversations.c.id)
    for name in [c.id for c in before]:
        async with busy.store.database.writing() as connection:
            await connection.execute(update(conversations).where(conversations.c.id == name).values(values))
        [told] = await replay(busy.store)
        assert told.startswith(f"conversation {name}: ")
        assert all(column in told for column in values)
    assert await replay(busy.store) == []
    assert await busy.store.conversations(order=conversations.c.id) == before


async def test_a_state_that_was_tampered_with_or_is_gone_comes_back(busy: Office) -> None:
    [mine] = await busy.store.conversations(conversations.c.doc != LATER)
    async with busy.store.database.writing() as connection:
        await connection.execute(
            update(conversations)
            .where(conversations.c.id == mine.id)
            .values(doc=conversations.c.doc.op("||")(" "))
        )
    assert await replay(busy.store) == []  # the same state in other bytes
    async with busy.store.database.writing() as connection:
        await connection.execute(delete(conversations))
        await connection.execute(delete(streams))
    told = await replay(busy.store)
    assert sorted(told) == [
        *sorted(f"conversation {name}: missing" for name in (mine.id, "old")),
        "stream agent:ann: missing", "stream agent:far: missing", "stream ticket:t: missing",
    ]  # fmt: skip
    assert await replay(busy.store) == []
    assert await busy.store.conversation(mine.id) == mine
    assert [(shift.agent, shift.status) for shift in await busy.store.shifts()] == [("ann", "online")]


async def test_a_shift_that_was_tampered_with_comes_back(busy: Office) -> None:
    [before] = await busy.store.shifts()
    async with busy.store.database.writing() as connection:
        doc = '{"agent":"ann","status":"away"}'
        await connection.execute(update(streams).where(streams.c.stream == "agent:ann").values(doc=doc))
    assert await replay(busy.store) == ["stream agent:ann: doc differed"]
    [after] = await busy.store.shifts()
    assert (after.status, after.max_concurrency) == (before.status, before.max_concurrency)


async def test_the_list_of_tickets_is_mended_as_far_as_its_reader_has_come(busy: Office) -> None:
    directory = Directory(busy.store.database, lambda: 0)
    assert await replay(busy.store) == []  # nobody has listed it yet
    await Clerk(busy.desk, directory, mails=False).look()
    assert await replay(busy.store) == []
    for harm, told in (
        (update(tickets).values(status="solved"), "ticket t: differed"),
        (update(tickets).values(doc=to_json(Ticket(stream="ticket:t"))), "ticket t: differed"),
        (delete(tickets), "ticket t: missing"),
    ):
        async with busy.store.database.writing() as connection:
            await connection.execute(harm)
        assert await replay(busy.store) == [told]
        assert await replay(busy.store) == []
    [only], _ = await directory.tickets.search(Wanted(), limit=5, cursor=None)
    assert (only.id, only.visitor, only.status) == ("t", "v", "new")
