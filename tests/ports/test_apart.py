"""A process of our own answers side by side, tells its failures apart from its end, and comes back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from antiphon.apart import Apart, Ended, Failed


@pytest.fixture
def heard() -> list[Any]:
    return []


@pytest.fixture
async def parrot(tmp_path: Path, heard: list[Any]) -> AsyncIterator[Apart]:
    one = Apart("tests.ports.parrot", ("polly", tmp_path / "note"), heard.append)
    yield one
    await one.close()


async def test_it_is_started_by_the_first_question(parrot: Apart) -> None:
    assert not parrot.runs
    assert await parrot.ask("hello") == "polly hello"
    assert parrot.runs


async def test_questions_are_answered_side_by_side(parrot: Apart) -> None:
    await parrot.ask("hello")
    slow = asyncio.create_task(parrot.ask(60.0))
    assert await parrot.ask("quick") == "polly quick"
    assert not slow.done()
    slow.cancel()
    long = "x" * 1_000_000
    assert await parrot.ask(long) == f"polly {long}"


async def test_many_that_come_at_once_start_one_process(parrot: Apart) -> None:
    pids = await asyncio.gather(*(parrot.ask(n) for n in range(20)))
    assert pids == [f"polly {n}" for n in range(20)]


async def test_a_failure_is_told_and_it_lives(parrot: Apart) -> None:
    with pytest.raises(Failed, match="no such word"):
        await parrot.ask("fail")
    pid = parrot.pid
    assert await parrot.ask("hello") == "polly hello"
    assert parrot.pid == pid


async def test_what_it_logs_we_log_and_what_it_tells_we_hear(
    parrot: Apart, heard: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    await parrot.ask("log")
    await parrot.ask("tell")
    assert heard == ["unasked"]
    assert [(r.name, r.message, vars(r)["word"]) for r in caplog.records if r.name == "parrot"] == [
        ("parrot", "heard", "log")
    ]


async def test_its_death_ends_every_question_and_the_next_one_starts_it_again(parrot: Apart) -> None:
    slow = asyncio.create_task(parrot.ask(60.0))
    await parrot.ask("hello")
    with pytest.raises(Ended):
        await parrot.ask("die")
    with pytest.raises(Ended):
        await slow
    assert await parrot.ask("again") == "polly again"


async def test_it_ends_in_order_or_at_once(parrot: Apart, tmp_path: Path) -> None:
    note = tmp_path / "note"
    await parrot.ask("hello")
    await parrot.close(at_once=True)
    assert not note.exists()
    await parrot.ask("hello")
    await parrot.close()
    assert note.read_text() == "ended in order"
    assert not parrot.runs


async def test_one_that_hangs_is_ended_all_the_same(
    parrot: Apart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("antiphon.apart.END_S", 0.1)
    await parrot.ask("hello")
    assert parrot.pid is not None
    os.kill(parrot.pid, signal.SIGSTOP)
    await parrot.close()
    assert not parrot.runs
    assert not (tmp_path / "note").exists()
