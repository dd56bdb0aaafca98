"""Named readers: resumable, at least once, one at a time."""

import contextlib
import uuid
from collections.abc import Sequence

from antiphon.domain.events import Event
from antiphon.journal.follower import ASK_AGAIN_MS, LEASE_MS, Follower, Lease, release_all
from tests.ports.conftest import Office, office
from tests.ports.test_desk import begun


async def test_a_follower_goes_on_where_it_stopped(here: Office) -> None:
    name, seen = f"reader-{uuid.uuid4().hex}", list[int]()

    async def react(events: Sequence[Event]) -> None:
        seen.extend(event.seq for event in events)

    def follower() -> Follower:
        return Follower(here.store, name, react)

    await begun(here.desk)
    await follower().catch_up()
    first = len(seen)
    await begun(here.desk)
    await follower().catch_up()
    assert seen == sorted(set(seen))
    assert len(seen) == first + 3


async def test_what_failed_is_seen_again(here: Office) -> None:
    name, seen, fail = f"reader-{uuid.uuid4().hex}", list[int](), [True]

    async def react(events: Sequence[Event]) -> None:
        if fail.pop() if fail else False:
            raise RuntimeError("not now")
        seen.extend(event.seq for event in events)

    await begun(here.desk)
    follower = Follower(here.store, name, react)
    with contextlib.suppress(RuntimeError):
        await follower.catch_up()
    await follower.catch_up()
    assert await here.store.head() == seen[-1]


async def test_one_holder_at_a_time_until_the_lease_runs_out(database_url: str) -> None:
    now = [1_000_000]
    async with office(database_url) as here:
        name = f"lease-{uuid.uuid4().hex}"
        ann, bob = (Lease(here.store.database, name, who, lambda: now[0]) for who in ("ann", "bob"))
        assert await ann.acquire()
        assert not await bob.acquire()
        now[0] += LEASE_MS
        assert await bob.acquire()
        assert not ann.held
        assert not await ann.acquire()
        await release_all(here.store.database, "bob")
        assert not await ann.acquire()  # she has just been told no
        now[0] += ASK_AGAIN_MS
        assert await ann.acquire()
