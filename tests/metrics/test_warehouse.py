"""Stored facts are what folding the whole journal anew would give, whatever came in whatever pieces."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from antiphon.domain.events import Event
from antiphon.journal.codec import event_row
from antiphon.journal.store import Store
from antiphon.journal.tables import events
from antiphon.metrics import Facts, Settings
from antiphon.metrics.columnar import warehouse
from antiphon.metrics.columnar.rows import StoredFacts
from antiphon.metrics.columnar.schema import TABLES
from antiphon.metrics.columnar.warehouse import Warehouse

from .histories import GOLDEN, read

DAY_MS = 86_400_000
Rows = dict[str, Counter[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few conversations are sealed, die and are merged."""
    monkeypatch.setattr(warehouse, "_SEAL", 3)


def story(days: int = 3) -> list[Event]:
    """The golden timelines, again on several days, as one journal; some events come late."""
    every = []
    for timeline in sorted(GOLDEN.glob("tl*.ndjson")):
        for day in range(days):
            for history in read(timeline):
                stream = f"{history[0].stream}-{timeline.stem}-{day}"
                every += [replace(e, stream=stream, at_ms=e.at_ms + day * DAY_MS) for e in history]
    every.sort(key=lambda event: event.at_ms)
    chance = random.Random(7)
    for event in chance.sample(every, 25):  # told half a day later than they happened
        every.remove(event)
        every.insert(
            next((i for i, e in enumerate(every) if e.at_ms > event.at_ms + DAY_MS // 2), len(every)), event
        )
    heads: Counter[str] = Counter()
    placed = []
    for seq, event in enumerate(every, 1):
        heads[event.stream] += 1
        placed.append(event.numbered(heads[event.stream]).placed(seq))
    return placed


async def tell(store: Store, some: Sequence[Event]) -> None:
    await store.database.commit(
        lambda connection: store.rows.insert(connection, events, [event_row(e) for e in some])
    )


def rows_in(facts: Facts) -> Rows:
    return {table: Counter(facts.rows(table)) for table in TABLES}


def folded(known: Iterable[Event], as_of_ms: int, settings: Settings | None = None) -> Rows:
    streams: dict[str, list[Event]] = {}
    for event in known:
        streams.setdefault(event.stream, []).append(event)
    return rows_in(Facts.of(streams.values(), as_of_ms, settings or Settings()))


async def rows_at(house: Warehouse, as_of_ms: int) -> Rows:
    return rows_in(StoredFacts(await house.view(as_of_ms), as_of_ms))


async def test_it_keeps_up_with_the_journal_and_knows_the_past(store: Store, tmp_path: Path) -> None:
    every, settings, now_ms = story(), Settings(), 0
    house = await Warehouse.open(store, settings, tmp_path / "facts", every[0].at_ms)
    chance = random.Random(3)
    at = 0
    while at < len(every):
        size = chance.choice((1, 4, 20, 60))
        some = every[at : at + size]
        at += size
        await tell(store, some)
        now_ms = max(now_ms, *(event.at_ms for event in some)) + chance.choice((0, 1_000, 90_000))
        await house.refresh(now_ms)
        assert await rows_at(house, now_ms) == folded(every[:at], now_ms)
        then = now_ms - chance.choice((1, 5_000, 61_000, DAY_MS))
        assert await rows_at(house, then) == folded(every[:at], then)
    for later in (1, 60_000, 119_000, 120_001, DAY_MS):
        await house.refresh(now_ms + later)
        assert await rows_at(house, now_ms + later) == folded(every, now_ms + later)
    house.close()


async def test_it_goes_on_where_it_was_left(store: Store, tmp_path: Path) -> None:
    every, folder = story(2), tmp_path / "facts"
    half, now_ms = len(every) // 2, max(event.at_ms for event in every) + 1
    await tell(store, every[:half])
    first = await Warehouse.open(store, Settings(), folder, every[half].at_ms)
    second = await Warehouse.open(
        store, Settings(), folder, every[half].at_ms
    )  # another process, reading only
    assert await rows_at(second, every[half].at_ms) == await rows_at(first, every[half].at_ms)
    first.close()
    await tell(store, every[half:])
    third = await Warehouse.open(store, Settings(), folder, now_ms)
    for house in (second, third):
        await house.refresh(now_ms)
        assert await rows_at(house, now_ms) == folded(every, now_ms)
        house.close()


async def test_another_setting_of_the_folds_counts_for_the_whole_past(store: Store, tmp_path: Path) -> None:
    every, patient = story(1), Settings(disconnect_grace_s=5, wrapup_max_s=3, max_concurrency=9)
    now_ms = max(event.at_ms for event in every) + DAY_MS
    await tell(store, every)
    house = await Warehouse.open(store, Settings(), tmp_path / "facts", now_ms)
    await house.refresh(now_ms, patient)
    assert await rows_at(house, now_ms) == folded(every, now_ms, patient)
    house.close()
    again = await Warehouse.open(store, Settings(), tmp_path / "facts", now_ms)
    assert await rows_at(again, now_ms) == folded(every, now_ms)
    again.close()


async def test_replay_says_what_was_kept_wrongly_and_mends_it(store: Store, tmp_path: Path) -> None:
    every, folder = story(2), tmp_path / "facts"
    now_ms = max(event.at_ms for event in every) + DAY_MS
    await tell(store, every)
    house = await Warehouse.open(store, Settings(), folder, now_ms)
    assert await house.replay(now_ms) == []
    house.close()
    wrong = Warehouse(store, Settings(), folder)
    await wrong.refresh(now_ms)
    arrays = wrong._sealed[0].segment.arrays
    column = arrays["visit.entered_at"].copy()
    column[0] += 1
    wrong._sealed[0].segment.arrays = {**arrays, "visit.entered_at": column}
    wrong._changed()
    names = await wrong.replay(now_ms)
    assert len(names) == 1
    assert await rows_at(wrong, now_ms) == folded(every, now_ms)
    assert await wrong.replay(now_ms) == []
    wrong.close()


async def test_a_damaged_or_missing_folder_costs_a_rebuild_and_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    every, folder = story(1), tmp_path / "facts"
    now_ms = max(event.at_ms for event in every) + DAY_MS
    await tell(store, every)
    (await Warehouse.open(store, Settings(), folder, now_ms)).close()
    for harm in ("facts", "*.seg"):
        for file in folder.glob(harm):
            file.write_bytes(file.read_bytes()[:40])
        house = await Warehouse.open(store, Settings(), folder, now_ms)
        assert await rows_at(house, now_ms) == folded(every, now_ms)
        house.close()
    nowhere = await Warehouse.open(store, Settings(), Path("/proc/nowhere"), now_ms)
    assert await rows_at(nowhere, now_ms) == folded(every, now_ms)
