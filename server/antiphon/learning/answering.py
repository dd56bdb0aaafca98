"""What finds and counts for `apart`: it opens the same database and runs when nobody else wants to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from antiphon.apart import Answer, Tell, give_way, serve
from antiphon.bots.builtin.loaded import Loader
from antiphon.bots.builtin.source import ProjectError
from antiphon.bots.port import BotFailed
from antiphon.journal.engine import open_database
from antiphon.journal.store import Store
from antiphon.learning.apart import Count, Find, Problem
from antiphon.learning.findings import find
from antiphon.learning.turns import count_turns


@asynccontextmanager
async def _opened(setup: None, tell: Tell) -> AsyncIterator[Answer]:
    give_way()
    yield _answer


async def _answer(question: Find | Count) -> object:
    database = open_database(question.url)
    try:
        store = Store(database)
        if isinstance(question, Count):
            return await count_turns(store, question.from_ms, question.to_ms)
        return await _find(store, question)
    finally:
        await database.close()


async def _find(store: Store, question: Find) -> object:
    cache, encoder = (Path(name) if name else None for name in (question.cache, question.encoder))
    try:
        loader = Loader(Path(question.project), cache, encoder)
        return await find(store, loader, question.from_ms, question.to_ms, set(question.dropped))
    except (ProjectError, BotFailed, ValueError) as broken:
        return Problem(f"The bot's project cannot be read: {broken}.")


if __name__ == "__main__":
    serve(_opened)
