"""The four things a command line offers to a bot's author, as functions of plain values.

    train       learn from the examples now, so that starting is quick     -> lines
    evaluate    cross-validate: what would be understood, what mixed up    -> lines
    play_tests  play the project's test stories, actions and all           -> Played
    shell       talk to the bot in the terminal

All raise `ProjectError` (a sentence with file and line) for a project that cannot be run.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from antiphon.bots.build import build
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.builtin.project import read_project
from antiphon.bots.port import MemoryTrackers
from antiphon.bots.workbench.shell import Read, Write, chat
from antiphon.bots.workbench.stories import Played, play_file


def train(project: Path, cache: Path, encoder: Path | None = None) -> Iterator[str]:
    from antiphon.bots.builtin.kept import load_or_train
    from antiphon.bots.builtin.trainer import opened

    examples = read_project(project).examples.examples
    began = time.monotonic()
    model = load_or_train(examples, cache, opened(encoder))
    yield f"{len(examples)} examples of {len(model.intents)} intents in {time.monotonic() - began:.1f} s"
    limits = model.thresholds
    if limits.calibrated:
        yield f"calibrated: answers from confidence {limits.answer:.2f} on, unless config.yml says otherwise"
    else:
        yield "uncalibrated: some intent has fewer than five examples"


def evaluate(project: Path, encoder: Path | None = None) -> Iterator[str]:
    from antiphon.bots.builtin.trainer import opened
    from antiphon.bots.workbench import evaluate as evaluation

    examples = read_project(project).examples.examples
    yield from evaluation.report(evaluation.evaluate(examples, opened(encoder)))


async def play_tests(
    project: Path, cache: Path | None = None, action_url: str | None = None, encoder: Path | None = None
) -> Played:
    """Every `tests/test_*.yml` of the project."""
    trackers = MemoryTrackers()
    total = Played()
    async with _running(project, cache, action_url, trackers, encoder) as bot:
        for file in sorted((project / "tests").glob("test_*.yml")):
            played = await play_file(file, bot, trackers)
            total.stories += played.stories
            total.turns += played.turns
            total.differences += played.differences
    return total


async def shell(
    project: Path,
    read: Read,
    write: Write,
    cache: Path | None = None,
    action_url: str | None = None,
    encoder: Path | None = None,
) -> None:
    async with _running(project, cache, action_url, MemoryTrackers(), encoder) as bot:
        await asyncio.to_thread(write, bot.describe())
        await chat(bot, read, write)


@asynccontextmanager
async def _running(
    project: Path,
    cache: Path | None,
    action_url: str | None,
    trackers: MemoryTrackers,
    encoder: Path | None,
) -> AsyncIterator[BuiltinBot]:
    async with aiohttp.ClientSession() as http:
        bot = build(
            "builtin", http=http, trackers=trackers, project=project, action_url=action_url, cache=cache,
            encoder=encoder,
        )  # fmt: skip
        assert isinstance(bot, BuiltinBot)
        try:
            await bot.start()
            yield bot
        finally:
            await bot.close()
