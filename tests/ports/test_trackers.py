"""A bot's memory: kept, changed, written together, and still refused when the database fails."""

import asyncio
from typing import Any

import pytest

from antiphon.bots.port import MemoryTrackers, Trackers
from antiphon.journal.store import Store
from antiphon.journal.trackers import StoredTrackers


@pytest.fixture(params=["memory", "stored"])
def trackers(request: pytest.FixtureRequest, store: Store) -> Trackers:
    return MemoryTrackers() if request.param == "memory" else StoredTrackers(store.database, lambda: 1)


async def test_what_was_saved_last_is_loaded(trackers: Trackers) -> None:
    assert await trackers.load("a") is None
    await trackers.save("a", {"said": 1})
    await trackers.save("a", {"said": "größer"})
    assert await trackers.load("a") == {"said": "größer"}
    assert await trackers.load("b") is None


async def test_many_at_once_are_each_kept_as_said_last(trackers: Trackers) -> None:
    await asyncio.gather(*(trackers.save(f"c{n % 50}", {"n": n}) for n in range(200)))
    found = [await trackers.load(f"c{n}") for n in range(50)]
    assert found == [{"n": 150 + n} for n in range(50)]


async def test_a_failure_is_told_to_each_and_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = StoredTrackers(store.database, lambda: 1)

    async def fails(_: Any, work: Any) -> None:
        raise ConnectionError("away")

    with monkeypatch.context() as broken:
        broken.setattr(type(store.database), "commit", fails)
        told = await asyncio.gather(*(stored.save(name, {}) for name in "abc"), return_exceptions=True)
        assert [type(one) for one in told] == [ConnectionError] * 3
    await stored.save("d", {"here": "again"})
    assert await stored.load("d") == {"here": "again"}
    assert await stored.load("a") == {}, "it went along as soon as that was possible"
