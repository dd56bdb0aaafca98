"""M13: whoever reads the journal by position passes nothing over, however late a commit comes."""

import asyncio

from antiphon.domain.conversation import Conversation
from antiphon.domain.events import Event
from antiphon.journal.store import Append, Store
from tests.ports.conftest import Office, office

EACH = 40  # commits a node
A_WHILE_S = 0.3  # in which a commit that nothing holds up is long done


def one(stream: str) -> Append:
    """A conversation of one event."""
    said = Event(kind="message", stream=stream, at_ms=1, data={"sender": "visitor"})
    return Append(
        stream=stream, expected=0, events=(said.numbered(1),), state=Conversation(id=stream, n=1)
    )  # fmt: skip


async def test_who_comes_later_does_not_commit_sooner(fresh_database_url: str) -> None:
    async with office(fresh_database_url) as slow, office(fresh_database_url) as quick:
        async with slow.store.database.writing() as open_:
            await open_.run_sync(slow.store._append, [one("slow")])
            hurried = asyncio.create_task(quick.store.append([one("quick")]))
            done, _ = await asyncio.wait([hurried], timeout=A_WHILE_S)
            assert not done
            assert await quick.store.read_after(0) == []
        await hurried
        assert [(e.seq, e.stream) for e in await quick.store.read_after(0)] == [(1, "slow"), (2, "quick")]


async def test_a_reader_beside_two_writers_sees_every_position_in_order(fresh_database_url: str) -> None:
    async with office(fresh_database_url) as here, office(fresh_database_url) as there:
        async with asyncio.TaskGroup() as all_:
            for name, node in (("here", here), ("there", there)):
                all_.create_task(_writes(node, name))
            seen = all_.create_task(_reads(there.store))
        assert {e.stream for e in seen.result()} == {
            f"{name}{i}" for name in ("here", "there") for i in range(EACH)
        }


async def _writes(node: Office, name: str) -> None:
    for i in range(EACH):
        assert await node.store.append([one(f"{name}{i}")])


async def _reads(store: Store) -> list[Event]:
    """As every follower does: what is after the last position it knows."""
    seen: list[Event] = []
    while len(seen) < 2 * EACH:
        more = await store.read_after(len(seen), limit=7)
        assert [e.seq for e in more] == list(range(len(seen) + 1, len(seen) + len(more) + 1))
        seen += more
    return seen
