"""What `antiphon doctor` finds."""

import asyncio
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from antiphon.cli.doctor import doctor
from antiphon.config import Config
from antiphon.journal.tables import events
from tests.ports.conftest import office
from tests.ports.test_desk import begun


def asked(url: str) -> tuple[int, str]:
    told = CliRunner().invoke(doctor, obj=Config(database_url=url, bot="none"))
    return told.exit_code, told.output


def bad(said: str) -> list[str]:
    """The bad findings, but for the front end, which tests do not build."""
    return [line for line in said.splitlines() if line.startswith("BAD") and "front end" not in line]


async def in_thread(url: str) -> str:
    """The command has a loop of its own."""
    return (await asyncio.to_thread(asked, url))[1]


async def test_a_sound_desk_is_found_sound_and_a_gap_is_found(fresh_database_url: str) -> None:
    async with office(fresh_database_url) as here:
        await begun(here.desk)
        said = await in_thread(fresh_database_url)
        assert bad(said) == []
        assert "the journal has 3 events" in said
        assert "the clock is" in said
        async with here.store.database.writing() as connection:
            await connection.execute(delete(events).where(events.c.n == 2))
        assert "BAD  the journal lacks 1 events" in await in_thread(fresh_database_url)


async def test_what_is_short_is_said(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, much in (("ROOM", 10**18), ("SOCKETS", 10**9), ("CLOCK_S", -1)):
        monkeypatch.setattr(sys.modules["antiphon.cli.doctor"], name, much)
    said = await in_thread(fresh_database_url)
    assert "BAD  the schema is old" in said
    assert any("sockets may be open" in line for line in bad(said))
    where = "s off the database" if fresh_database_url.startswith("postgresql") else "MB are free"
    assert any(where in line for line in bad(said))


async def test_a_database_that_is_away_is_one_line() -> None:
    said = await in_thread("postgresql://nobody@127.0.0.1:1/none")
    assert [line for line in said.splitlines() if "cannot be reached" in line]
    assert "Traceback" not in said
