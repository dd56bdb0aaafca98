"""Reports come from a process of their own: it answers, refuses, is stopped when too slow, and comes back."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from antiphon.domain.errors import Refused
from antiphon.journal.store import Store
from antiphon.metrics import Settings
from antiphon.metrics.answers import Answers, Asked
from antiphon.metrics.reporter import WAITING, Reporter
from antiphon.metrics.reporting import Reporting

from .test_warehouse import story, tell

NOW_MS = 1_800_000_000_000
ASKED = Asked(
    kpis=("conversations_started", "service_level"), since="2026-01-01", until="2026-02-01", interval="1d"
)


@pytest.fixture
async def reporter(fresh_database_url: str, store: Store, tmp_path: Path) -> AsyncIterator[Reporter]:
    await tell(store, story(1))
    one = Reporter(fresh_database_url, tmp_path / "facts")
    yield one
    await one.close()


def asking(back: Any) -> Answers:
    return Answers(back, lambda: (Settings(), {}), lambda: NOW_MS)


def pid_of(reporter: Reporter) -> int:
    assert reporter._apart.pid is not None
    return reporter._apart.pid


async def test_the_process_answers_as_one_does_here(reporter: Reporter, store: Store) -> None:
    apart, here = asking(reporter), asking(Reporting(store, None))
    assert await apart.answer(ASKED) == await here.answer(ASKED)
    for form in ("json", "csv"):
        assert await apart.file(ASKED, form) == await here.file(ASKED, form)
    assert (await apart.file(ASKED, "xlsx")).startswith(b"PK")
    assert await apart.behind(ASKED) == await here.behind(ASKED) != []
    assert await apart.patience(ASKED) == await here.patience(ASKED)
    assert os.sched_getscheduler(pid_of(reporter)) == os.SCHED_IDLE


async def test_it_sees_what_has_happened_since(reporter: Reporter, store: Store) -> None:
    before = msgspec.json.decode(await asking(reporter).file(ASKED, "json"))["results"]
    fresh = [replace(e, stream=f"new-{e.stream}") for e in story(1) if ":" not in e.stream]
    head = await store.head()
    await tell(store, [event.placed(head + i) for i, event in enumerate(fresh, 1)])
    after = msgspec.json.decode(await asking(reporter).file(ASKED, "json"))["results"]
    assert [line["n"] for line in after] == [2 * line["n"] for line in before]


async def test_what_is_refused_there_is_refused_here(reporter: Reporter) -> None:
    for wrong in ({"kpis": ("nonsense",)}, {"by": ("nonsense",)}, {"interval": "2h"}):
        with pytest.raises(Refused) as refused:
            await asking(reporter).answer(replace(ASKED, **wrong))
        assert refused.value.code == "bad_request"
    assert await asking(reporter).answer(ASKED)


async def test_killed_it_comes_back(reporter: Reporter) -> None:
    wanted = await asking(reporter).answer(ASKED)
    os.kill(pid_of(reporter), signal.SIGKILL)
    found = None
    while found is None:  # the first may be on its way when it dies
        with contextlib.suppress(Refused):
            found = await asking(reporter).answer(ASKED)
    assert found == wanted


async def test_what_takes_too_long_is_stopped(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    await asking(reporter).answer(ASKED)
    stuck, caught_up = pid_of(reporter), reporter._caught_up

    async def then_stop(said: object) -> object:
        answer = await caught_up(said)
        os.kill(stuck, signal.SIGSTOP)
        return answer

    monkeypatch.setattr(reporter, "_caught_up", then_stop)
    reporter._limit_s = 2
    with pytest.raises(Refused, match="too long") as refused:
        await asking(reporter).answer(ASKED)
    assert (refused.value.code, refused.value.retryable) == ("too_many", False)
    monkeypatch.undo()
    reporter._limit_s = 30
    assert await asking(reporter).answer(ASKED)
    assert pid_of(reporter) != stuck


async def test_who_does_not_even_read_on_is_stopped_and_may_be_asked_again(reporter: Reporter) -> None:
    await asking(reporter).answer(ASKED)
    stuck = pid_of(reporter)
    reporter._limit_s = 0.3
    os.kill(stuck, signal.SIGSTOP)
    with pytest.raises(Refused, match="being prepared") as refused:
        await asking(reporter).answer(ASKED)
    assert (refused.value.code, refused.value.retryable) == ("unavailable", True)
    reporter._limit_s = 30
    assert await asking(reporter).answer(ASKED)
    assert pid_of(reporter) != stuck


async def test_only_a_few_may_wait(reporter: Reporter) -> None:
    await asking(reporter).answer(ASKED)
    os.kill(pid_of(reporter), signal.SIGSTOP)
    waiting = [asyncio.create_task(asking(reporter).answer(ASKED)) for _ in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await asking(reporter).answer(ASKED)
    assert (refused.value.code, refused.value.retryable) == ("too_many", True)
    os.kill(pid_of(reporter), signal.SIGCONT)
    assert len({str(await task) for task in waiting}) == 1
    assert await asking(reporter).answer(ASKED)


async def test_who_went_away_is_not_waited_for(reporter: Reporter) -> None:
    await asking(reporter).answer(ASKED)
    os.kill(pid_of(reporter), signal.SIGSTOP)
    gone = [asyncio.create_task(asking(reporter).answer(ASKED)) for _ in range(3)]
    await asyncio.sleep(0.05)
    for task in gone:
        task.cancel()
    os.kill(pid_of(reporter), signal.SIGCONT)
    assert await asking(reporter).answer(ASKED)
    assert reporter._waiting == 0


async def test_the_process_ends_with_its_node(fresh_database_url: str, reporter: Reporter) -> None:
    await asking(reporter).answer(ASKED)
    process = reporter._apart._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # what is left when a node is killed: the pipe ends
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_an_idle_process_is_kept_fresh(
    reporter: Reporter, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.metrics.reporter.FRESH_S", 0.05)
    monkeypatch.setattr("antiphon.metrics.reporter._LONG", 1)
    head = await store.head()
    task = asyncio.create_task(reporter.keep_fresh(Settings, lambda: NOW_MS, lambda: head))
    async with asyncio.timeout(30):
        while not reporter._ready:  # noqa: ASYNC110 - nobody asks, so nobody is told
            await asyncio.sleep(0.05)
    task.cancel()
    assert await asking(reporter).answer(ASKED)
