"""A whole server on a port of its own, with four people who may log in; one a module and database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.house import House, open_house


@pytest.fixture(scope="module")
async def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The server, its people and ways to talk to it."""
    static: Path = tmp_path_factory.mktemp("static")
    async with open_house(database_url, static) as opened:
        yield opened
