"""Import, facts and reports on a million conversations, beside DuckDB on the same facts in the same run.

    python -m bench.reports --conversations 1000000 [--database-url postgresql://... [--filled]]

Without a URL: SQLite in a temporary folder. The database named must be empty; it is filled and left. Prints
Markdown. The two engines take turns, question by question; figures are medians of the rounds, after one
round that is not counted, and the answers are compared before.
"""

import argparse
import asyncio
import gzip
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antiphon.journal.engine import open_database
from antiphon.journal.store import Store
from antiphon.metrics.answers import Answers, Asked
from antiphon.metrics.columnar.shelf import facts_folder
from antiphon.metrics.reporting import Reporting
from antiphon.metrics.settings import Settings
from bench.reports.duck import Duck, Values
from bench.reports.questions import QUESTIONS, Question
from bench.reports.year import days

CALLS = 33_066  # of the February file
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds, its own and its children's, and the largest process in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float

    def row(self, what: str, more: str = "") -> str:
        return f"| {what} | {self.wall_s:.1f} s | {self.cpu_s:.1f} s | {self.peak_mib:.0f} MiB | {more} |"


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-", dir=given.folder) as name:
        folder = Path(name)
        url = given.database_url or f"sqlite:///{folder / 'antiphon.db'}"
        load = os.getloadavg()[0]
        print(f"{given.conversations:,} conversations, {url.partition(':')[0]}; load before {load:.1f}\n")
        print("| | wall | CPU | largest process | |\n| --- | --- | --- | --- | --- |", flush=True)
        if given.february:
            _february(given.february, given.february_url or f"sqlite:///{folder / 'february.db'}", folder)
        if not given.filled:
            _year(given.conversations, url, folder)
        asyncio.run(_reports(url, folder, given.rounds))
        print(_command(url, folder, "replay").row("`antiphon replay`, states and facts"), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reports", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--conversations", type=int, default=50_000)
    parser.add_argument("--database-url", help="an empty database; SQLite in a temporary folder if none")
    parser.add_argument("--filled", action="store_true", help="the year is in that database already")
    parser.add_argument("--february", type=Path, help="bank_february_1999.ndjson.gz, to time its import, too")
    parser.add_argument("--february-url", help="another empty database, for that")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", help="where temporary files go")
    return parser.parse_args()


# -- import ---------------------------------------------------------------------------------------


def _february(given: Path, url: str, folder: Path, times: int = 6) -> None:
    """The real month, several times over under other names, for a start-up not to count."""
    file = folder / "february.ndjson"
    month = gzip.decompress(given.read_bytes())
    with file.open("wb") as out:
        for i in range(times):
            out.write(re.sub(rb'"(call|anon)-', rb'"\1-%d-' % i, month))
    cost = _command(url, folder, "import", str(file), "--source", "february")
    million = MILLION / (times * CALLS)
    more = f"{cost.wall_s * million:.0f} s a million calls, {cost.cpu_s * million:.0f} s of CPU"
    print(cost.row(f"import, February x {times}", more), flush=True)
    file.unlink()


def _year(conversations: int, url: str, folder: Path) -> None:
    file = folder / "year.ndjson"
    lines = _write(conversations, file)
    cost = _command(url, folder, "import", str(file), "--source", "year")
    wall, cpu = cost.wall_s / lines * 1e6, cost.cpu_s / lines * 1e6
    print(cost.row("import", f"{lines:,} lines, {wall:.1f} µs each, {cpu:.1f} of CPU"), flush=True)
    file.unlink()


def _write(conversations: int, file: Path) -> int:
    """How many lines."""
    lines = 0
    with file.open("wb") as out:
        for day in days(conversations):
            lines += day.count(b"\n")
            out.write(day)
    return lines


def _command(url: str, folder: Path, *words: str) -> Cost:
    """An `antiphon` command on the database."""
    own = {"ANTIPHON_DATABASE_URL": url, "ANTIPHON_CACHE_DIR": str(folder)}
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ANTIPHON_")
    } | own
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "antiphon", *words], env=environment, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"antiphon {words[0]} ended with {process.returncode}")
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


# -- reports --------------------------------------------------------------------------------------


async def _reports(url: str, folder: Path, rounds: int) -> None:
    database = open_database(url)
    reporting = Reporting(Store(database), facts_folder(url, str(folder)), processes=2)
    answers = Answers(reporting, lambda: (Settings(), {}), _now_ms)
    began, before = time.perf_counter(), _cpu_s()
    await reporting.refresh(_now_ms(), Settings())
    built = Cost(time.perf_counter() - began, _cpu_s() - before, _peak_mib())
    print(built.row("facts, from nothing or as they were kept"), flush=True)
    duck = Duck(await reporting.whole(_now_ms()))
    print("\n| report | rows | Antiphon | DuckDB | ratio | as JSON |\n| --- | --- | --- | --- | --- | --- |")
    for question in QUESTIONS:
        print(await _asked(answers, duck, question, rounds), flush=True)
    print("\n| | wall | CPU | largest process | |\n| --- | --- | --- | --- | --- |", flush=True)
    await reporting.close()
    await database.close()


async def _asked(answers: Answers, duck: Duck, question: Question, rounds: int) -> str:
    asked = Asked(
        kpis=question.kpis, since=str(question.from_ms), until=str(question.to_ms), by=question.by,
        interval=question.interval,
    )  # fmt: skip
    ours = dict(_values(question, await answers.answer(asked)))
    _compare(question, ours, duck.values(question, duck.ask(question, _now_ms())))
    took: dict[str, list[float]] = {"ours": [], "theirs": [], "json": []}
    for _ in range(rounds + 1):
        with _Clock(took["ours"]):
            await answers.columns(asked)
        with _Clock(took["theirs"]):
            duck.ask(question, _now_ms())
        with _Clock(took["json"]):
            await answers.file(asked, "json")
    mine, theirs, json = (statistics.median(times[1:]) for times in took.values())
    cells = (f"{len(ours):,}", f"{mine:.1f} ms", f"{theirs:.1f} ms", f"{mine / theirs:.2f}", f"{json:.0f} ms")
    return f"| {question.name} | {' | '.join(cells)} |"


def _values(question: Question, results: Any) -> Iterator[tuple[tuple[Any, ...], float]]:
    for one in results:
        if one.value is not None:
            yield (one.id, *one.group.values(), one.interval_start_ms), one.value


def _compare(question: Question, ours: Values, theirs: Values) -> None:
    odd = [
        key for key in ours.keys() | theirs.keys()
        if not math.isclose(ours.get(key, math.nan), theirs.get(key, math.nan), rel_tol=1e-9)
    ]  # fmt: skip
    if odd or not ours:
        some = [(key, ours.get(key), theirs.get(key)) for key in odd[:3]]
        raise SystemExit(f"{question.name}: {len(odd)} of {len(ours)} figures differ: {some}")


class _Clock:
    """Milliseconds of a block, appended to a list."""

    def __init__(self, to: list[float]) -> None:
        self._to = to

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._to.append((time.perf_counter() - self._began) * 1000)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _cpu_s() -> float:
    """Seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def _peak_mib() -> float:
    """The largest of this process and of those it has waited for."""
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(used) / 1024


if __name__ == "__main__":
    main()
