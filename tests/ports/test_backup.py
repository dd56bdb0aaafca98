"""Everything in one file and back, live, on both databases and from one to the other."""

import asyncio
import gzip
import io
import itertools
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from antiphon.domain.errors import Refused
from antiphon.journal.backup import Restored, restore, save
from antiphon.journal.directory import Directory
from antiphon.journal.engine import Database, open_database
from antiphon.journal.follower import LEASE_MS, Lease
from antiphon.journal.migrate import epoch, migrate, schema_is_current
from antiphon.journal.store import Store
from antiphon.journal.tables import audit, cursors, metadata
from tests.nemesis.agreement import look
from tests.ports.conftest import Office, office, wall_ms
from tests.ports.test_desk import begun, say


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def saved(database: Database) -> bytes:
    file = io.BytesIO()
    await save(database, file, wall_ms())
    return file.getvalue()


async def restored(database: Database, file: bytes, *, replace: bool = False) -> Restored:
    return await restore(database, io.BytesIO(file), wall_ms(), replace=replace)


async def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All there is, but for what a restore makes anew."""
    found = {}
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name not in ("meta", "cursors", "one_time"):
                query = select(table).order_by(*table.primary_key)
                found[table.name] = [tuple(row) for row in await connection.execute(query)]
    return found


async def furnished(here: Office) -> str:
    c = await begun(here.desk)
    for i in range(5):
        await here.desk.handle(say(c, f"words {i} ✓ 你好", f"m{i}"))
    directory = Directory(here.store.database)
    if not await directory.people.count():
        await directory.people.add(email="ann@example.org", name="Ann", role="agent", password_hash="x")
        await directory.audit.add(None, "made", "ann", a=[1, None, True])
    return c


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_what_comes_back_is_what_was_there(
    here: Office, to: str, postgres_url: str, tmp_path: Path
) -> None:
    await furnished(here)
    file = await saved(here.store.database)
    url = f"sqlite:///{tmp_path / 'other.db'}" if to == "sqlite" else postgres_url
    async with opened(url) as other:
        told = await restored(other, file, replace=to == "postgresql")
        assert await rows_of(other) == await rows_of(here.store.database)
        assert await schema_is_current(other)
        assert await epoch(other) == told.epoch != await epoch(here.store.database)
        assert (await look(Store(other))).differences() == []
        async with other.writing() as connection:  # the database's own counters go on
            await connection.execute(insert(audit).values(at_ms=1, action="x", details={}))


async def test_a_copy_made_under_way_is_one_moment(here: Office, tmp_path: Path) -> None:
    """Talking goes on while copies are made; each is whole and agrees with itself."""
    talks = [await begun(here.desk) for _ in range(5)]
    talking = True

    async def talk(c: str) -> None:
        for i in itertools.count():
            if not talking:
                return
            await here.desk.handle(say(c, f"{i}", f"m{i}"))

    tasks = [asyncio.create_task(talk(c)) for c in talks]
    copies = [await saved(here.store.database) for _ in range(4)]
    talking = False
    await asyncio.gather(*tasks)
    heads = []
    for number, file in enumerate(copies):
        async with opened(f"sqlite:///{tmp_path / f'{number}.db'}") as other:
            told = await restored(other, file)
            seen = await look(Store(other))
            assert seen.differences() == []
            assert len(seen.events) == told.head.seq
            heads.append(told.head.seq)
    assert heads == sorted(heads)
    assert heads[-1] > heads[0]


async def test_a_full_desk_is_replaced_only_when_told_and_what_is_lost_is_named(
    fresh_database_url: str,
) -> None:
    async with office(fresh_database_url) as here:
        c = await furnished(here)
        file = await saved(here.store.database)
        n = (await here.desk.handle(say(c, "too late", "late"))).state.n
        with pytest.raises(Refused, match="not empty") as refused:
            await restored(here.store.database, file)
        assert refused.value.code == "conflict"
        assert len(await here.desk.history(c)) == n
        told = await restored(here.store.database, file, replace=True)
        assert told.lost == {c: (n - 1, n)}
    async with office(fresh_database_url) as after:
        assert [e.n for e in await after.desk.history(c)] == list(range(1, n))
        assert (await after.desk.handle(say(c, "again", "late"))).state.n == n


async def test_nothing_is_restored_under_a_working_node(fresh_database_url: str) -> None:
    async with office(fresh_database_url) as here:
        file = await saved(here.store.database)
        lease = Lease(here.store.database, "router", uuid.uuid4().hex, wall_ms)
        assert await lease.acquire()
        with pytest.raises(Refused, match="stop it"):
            await restored(here.store.database, file, replace=True)
        async with here.store.database.reading() as connection:
            assert await connection.scalar(select(func.count()).select_from(cursors)) == 1
        later = await restore(here.store.database, io.BytesIO(file), wall_ms() + LEASE_MS, replace=True)
        assert later.rows > 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file[: len(file) // 2],
        lambda file: gzip.compress(b"\n".join(gzip.decompress(file).splitlines()[:-1])),
        lambda file: gzip.compress(gzip.decompress(file).replace(b'"events"', b'"deeds"', 1)),
        lambda file: gzip.compress(gzip.decompress(file).replace(b"{", b"{{", 1)),
        lambda file: gzip.compress(
            gzip.decompress(file).replace(b'"antiphon_backup":1', b'"antiphon_backup":9')
        ),
        lambda file: b"not even gzip",
    ],
    ids=["cut off", "without its end", "unknown table", "damaged", "from the future", "another file"],
)
async def test_a_file_that_is_not_whole_changes_nothing(here: Office, spoil: object) -> None:
    c = await furnished(here)
    file = await saved(here.store.database)
    with pytest.raises(Refused) as refused:
        await restored(here.store.database, spoil(file), replace=True)  # type: ignore[operator]  # a lambda of the table
    assert refused.value.code == "bad_request"
    assert len(await here.desk.history(c)) == 8


async def test_an_older_file_is_brought_up_to_date(fresh_database_url: str) -> None:
    """A file of the first schema, made by hand, has what it had and the columns of today."""
    head = (
        b'{"antiphon_backup":1,"revision":"0001","epoch":"e","seq":0,"at_ms":1}\n'
        b'{"table":"meta","columns":["key","value"]}\n["epoch","e"]\n["secret","s"]\n'
        b'{"table":"sites","columns":["id","name","settings"]}\n["old","Old shop",{"queue":"support"}]\n'
        b'{"rows":3}\n'
    )
    async with opened(fresh_database_url) as database:
        await migrate(database)
        assert (await restored(database, gzip.compress(head))).rows == 3
        assert await schema_is_current(database)
        assert "old" in (await Directory(database).rules()).sites
