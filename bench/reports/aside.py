"""Does a running chat feel a report over a year? Its latency with and without one being asked, in turns.

    python -m bench.reports.aside --conversations 200000

The year is imported into SQLite, the server is as it is shipped, visitors and an agent talk at a fixed
rate; in every second stretch somebody asks one report over 365 days after the other. Latency counts from
when a message was meant to be sent until the agent has it.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from antiphon.journal.directory import Directory, wall_ms
from antiphon.journal.engine import open_database
from antiphon.load.talk import Chats
from bench.hotpath.rigs import OURS, kill, start
from bench.reports.questions import QUESTIONS
from bench.reports.year import DAY_MS, days

_YEAR = [question for question in QUESTIONS if question.to_ms - question.from_ms >= 365 * DAY_MS]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reports.aside", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--conversations", type=int, default=200_000)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--rate", type=int, default=200, help="messages a second, all chats together")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="antiphon-aside-") as folder:
        url = f"sqlite:///{folder}/antiphon.db"
        _import(options.conversations, url, Path(folder) / "year.ndjson")
        asyncio.run(_measure(url, folder, options))


def _import(conversations: int, url: str, file: Path) -> None:
    with file.open("wb") as out:
        out.writelines(days(conversations))
    environment = {**os.environ, "ANTIPHON_DATABASE_URL": url}
    command = [sys.executable, "-m", "antiphon", "import", str(file), "--source", "year"]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    file.unlink()


async def _measure(url: str, folder: str, options: argparse.Namespace) -> None:
    token = await _supervisor(url)
    rig = await start(OURS, folder, url)
    try:
        async with _session(rig.url, token) as http:
            while not await _report(http, 0):  # noqa: ASYNC110 - the facts are read for the first time
                await asyncio.sleep(2)
            chats = await rig.chats(options.chats)
            await _stretch(chats, options)
            rounds = [
                (await _stretch(chats, options), await _beside(chats, http, options))
                for _ in range(options.rounds)
            ]
    finally:
        await kill(rig)
    _print(rounds, options)


async def _supervisor(url: str) -> str:
    """Somebody who may ask, logged in."""
    database = open_database(url)
    directory = Directory(database, wall_ms)
    user = await directory.people.add(
        email="aside@example.org", name="Bea", role="supervisor", password_hash="-"
    )
    token = await directory.sessions.open(user, "bench")
    await database.close()
    return token


@asynccontextmanager
async def _session(url: str, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers, timeout=aiohttp.ClientTimeout(total=900)) as http:
        yield http


async def _report(http: aiohttp.ClientSession, number: int) -> bool:
    """Whether there was an answer."""
    asked = _YEAR[number % len(_YEAR)]
    query = {
        "kpi": ",".join(asked.kpis), "from": str(asked.from_ms), "to": str(asked.to_ms),
        "by": ",".join(asked.by), "interval": asked.interval,
    }  # fmt: skip
    async with http.get("/api/reports", params=query) as answer:
        await answer.read()
        return answer.status == 200


async def _stretch(chats: Chats, options: argparse.Namespace) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    figures = await chats.open_loop(options.seconds, options.rate)
    if figures.missing or figures.refused:
        raise SystemExit(f"messages were lost or refused: {figures.missing}, {figures.refused}")
    return figures.percentile(0.5), figures.percentile(0.99)


async def _beside(
    chats: Chats, http: aiohttp.ClientSession, options: argparse.Namespace
) -> tuple[float, float, float]:
    """The same while reports are asked without a pause; and how many were answered a second."""
    answered = 0

    async def ask() -> None:
        nonlocal answered
        while True:
            answered += await _report(http, answered)

    asking = asyncio.create_task(ask())
    began = time.perf_counter()
    p50, p99 = await _stretch(chats, options)
    per_s = answered / (time.perf_counter() - began)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    return p50, p99, per_s


def _print(
    rounds: list[tuple[tuple[float, float], tuple[float, float, float]]], options: argparse.Namespace
) -> None:
    """Markdown: medians of the rounds, and the change within each."""
    alone, beside = (list(zip(*side, strict=True)) for side in zip(*rounds, strict=True))
    pace = (
        f"{options.rate}/s over {options.chats} chats, {options.rounds} rounds of {options.seconds:g} s each"
    )
    print(f"{options.conversations:,} conversations; {pace}; load {os.getloadavg()[0]:.1f}\n")
    print("| | p50 ms | p99 ms |\n| --- | --- | --- |")
    for name, columns in (("alone", alone), ("beside reports over 365 days", beside)):
        print(f"| {name} | {statistics.median(columns[0]):.2f} | {statistics.median(columns[1]):.2f} |")
    changes = [100 * (b[1] / a[1] - 1) for a, b in rounds]
    print(f"\n{statistics.median(beside[2]):.1f} reports a second; p99 {statistics.median(changes):+.0f} % "
          f"(rounds {min(changes):+.0f} … {max(changes):+.0f} %)")  # fmt: skip


if __name__ == "__main__":
    main()
