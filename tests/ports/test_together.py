"""Many who ask at the same moment share a query; nobody gets an answer older than his question."""

import asyncio

import pytest

from antiphon.journal.together import MOST, Together


class Shelf:
    """What is read, as it is when the reading begins."""

    def __init__(self) -> None:
        self.kept: dict[int, str] = {n: f"first {n}" for n in range(1_000)}
        self.queries: list[list[int]] = []

    async def read(self, keys: list[int]) -> dict[int, str]:
        self.queries.append(keys)
        found = {key: self.kept[key] for key in keys if key in self.kept}
        await asyncio.sleep(0.01)
        if 13 in keys:
            raise OSError("the shelf fell down")
        return found


async def test_a_crowd_is_a_few_queries() -> None:
    shelf = Shelf()
    asking = Together(shelf.read)
    told = await asyncio.gather(*(asking.get(n) for n in [*range(20, 20 + MOST), 20, 5_000]))
    assert told == [*(f"first {n}" for n in range(20, 20 + MOST)), "first 20", None]
    assert [len(keys) for keys in shelf.queries] == [MOST, 1]


async def test_who_asks_while_it_is_read_is_told_what_is_so_then() -> None:
    shelf = Shelf()
    asking = Together(shelf.read)
    early = asyncio.create_task(asking.get(1))
    await asyncio.sleep(0.002)
    shelf.kept[1] = "second 1"
    assert (await asking.get(1), await early) == ("second 1", "first 1")


async def test_a_fault_is_told_to_who_asked_and_nobody_else() -> None:
    asking = Together(Shelf().read)
    failing = asyncio.gather(asking.get(13), asking.get(14), return_exceptions=True)
    await asyncio.sleep(0.002)
    assert await asking.get(15) == "first 15"
    assert [type(one) for one in await failing] == [OSError, OSError]
    with pytest.raises(OSError, match="fell down"):
        await asking.get(13)


async def test_who_leaves_takes_nobody_along() -> None:
    asking = Together(Shelf().read)
    leaving, staying = asyncio.create_task(asking.get(1)), asyncio.create_task(asking.get(1))
    await asyncio.sleep(0.002)
    leaving.cancel()
    assert await staying == "first 1"
