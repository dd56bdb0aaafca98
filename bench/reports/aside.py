"""Does a running chat feel a report over a year? Its latency with and without one being asked, in turns.

    python -m bench.reports.aside --conversations 200000

The year is imported into SQLite, the server is as it is shipped, visitors and an agent talk at a fixed
rate; in every second stretch somebody asks one report over 365 days after the other, from a process that
stands for another machine: it runs when nobody else wants the core. Latency counts from when a message was
meant to be sent until the agent has it.
"""

import argparse
import asyncio
import json
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
    parser.add_argument("--ask", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        asyncio.run(_ask(options.ask))
        return
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
                (await _stretch(chats, options), await _beside(chats, rig.url, token, options))
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


async def _report(http: aiohttp.ClientSession, number: int) -> int:
    """Bytes of the answer; 0 when there was none."""
    asked = _YEAR[number % len(_YEAR)]
    query = {
        "kpi": ",".join(asked.kpis), "from": str(asked.from_ms), "to": str(asked.to_ms),
        "by": ",".join(asked.by), "interval": asked.interval,
    }  # fmt: skip
    async with http.get("/api/reports", params=query) as answer:
        body = await answer.read()
        return len(body) if answer.status == 200 else 0


async def _stretch(chats: Chats, options: argparse.Namespace) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    figures = await chats.open_loop(options.seconds, options.rate)
    if figures.missing or figures.refused:
        raise SystemExit(f"messages were lost or refused: {figures.missing}, {figures.refused}")
    return figures.percentile(0.5), figures.percentile(0.99)


async def _beside(
    chats: Chats, url: str, token: str, options: argparse.Namespace
) -> tuple[float, float, float, float]:
    """The same while reports are asked without a pause; how many were answered a second, and their kB."""
    asking = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.reports.aside", "--ask", url,
        env={**os.environ, "TOKEN": token}, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert asking.stdout is not None
    await asking.stdout.readline()  # it has had its first answer
    began = time.perf_counter()
    p50, p99 = await _stretch(chats, options)
    told, _ = await asking.communicate(b"enough")
    answered, octets = json.loads(told)
    return p50, p99, answered / (time.perf_counter() - began), octets / max(answered, 1) / 1000


async def _ask(url: str) -> None:
    """Asks until something is said on the standard input; prints how many answers and bytes came."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    enough = asyncio.create_task(asyncio.to_thread(sys.stdin.read, 1))
    async with _session(url, os.environ["TOKEN"]) as http:
        await _report(http, 0)
        print(flush=True)
        answered = octets = 0
        while not enough.done():
            octets += await _report(http, answered)
            answered += 1
    print(json.dumps([answered, octets]))


def _print(
    rounds: list[tuple[tuple[float, float], tuple[float, float, float, float]]], options: argparse.Namespace
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
    per_s, kilobytes = statistics.median(beside[2]), statistics.median(beside[3])
    print(f"\n{per_s:.1f} reports a second of {kilobytes:.0f} kB; p99 {statistics.median(changes):+.0f} % "
          f"(rounds {min(changes):+.0f} … {max(changes):+.0f} %)")  # fmt: skip


if __name__ == "__main__":
    main()
