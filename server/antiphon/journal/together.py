"""What many ask for at the same moment, done by one query: a crowd that comes back costs little more than
one of it.

While a query is under way, whoever asks waits for the next one, which takes them all along. So an answer is
never older than its question, and nobody waits for company.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 200  # keys of one query


class Together(Generic[K, V]):
    """`fetch` gives what it finds, by key; `get` one of it, or None, or it raises what `fetch` raised."""

    def __init__(self, fetch: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._fetch = fetch
        self._wanted: dict[K, asyncio.Future[V | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = self._wanted[key] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(wanted)

    async def _read(self) -> None:
        try:
            while keys := list(self._wanted)[:MOST]:
                futures = {key: self._wanted.pop(key) for key in keys}
                try:
                    found = await self._fetch(keys)
                except asyncio.CancelledError:
                    for future in futures.values():
                        future.cancel()
                    raise
                except Exception as error:  # noqa: BLE001 - it is raised to each who asked
                    for future in futures.values():
                        future.set_exception(error)
                        future.exception()  # who asked may have left
                else:
                    for key, future in futures.items():
                        future.set_result(found.get(key))
        finally:
            self._reading = None
