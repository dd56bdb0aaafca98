"""A whole server on a port of its own, with four people who may log in; one a module and database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.gateway.limits import Limits, Rate
from tests.gateway.house import House, open_house


@pytest.fixture(scope="module")
async def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The server, its people and ways to talk to it; in no hurry to slow anybody down."""
    many = Rate(burst=100_000, per_s=1_000)
    limits = Limits(visitor=many, user=many, hints=many, rest=many, login_address=many, login_account=many)
    static: Path = tmp_path_factory.mktemp("static")
    async with open_house(database_url, static, limits=limits) as opened:
        yield opened
