"""The real thing: rasa-sdk in a process of its own, started, killed, started again, and gone at the end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from antiphon.bots import action_server
from antiphon.bots.action_server import ActionServerProcess, environment
from antiphon.bots.actions import ActionServer
from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.port import MemoryTrackers
from tests.bots.conftest import Chat, texts

UP_S = 30


@pytest.fixture(scope="module")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def group(pid: int) -> set[int]:
    """The processes of a process group, by the kernel's own table."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


async def gone(pid: int) -> None:
    async with asyncio.timeout(UP_S):
        while group(pid):  # noqa: ASYNC110 - the processes are nobody's children: there is no event to await
            await asyncio.sleep(0.05)


async def test_the_bot_runs_its_actions_and_survives_their_death(
    http: aiohttp.ClientSession, cache: Path
) -> None:
    server = ActionServerProcess(http)
    actions = ActionServer(http, server.webhook, lambda: 0)
    bot = BuiltinBot(default_project(), actions, MemoryTrackers(), cache, server)
    await bot.start()
    try:
        chat = Chat(bot)
        assert "being packed" in texts(await chat.says("where is MG-1043"))[0]
        assert server.available
        assert bot.describe().endswith("intents).")
        killed = server.pid
        assert killed
        await chat.says("/restart", "where is my order")
        os.killpg(killed, signal.SIGKILL)
        await gone(killed)
        outcome = await chat.says("MG-1043")
        assert outcome.handoff
        assert outcome.handoff.reason == "failure"
        await _started_anew(server, killed)
        again = Chat(bot, conversation="visitor-2")
        assert "being packed" in texts(await again.says("where is MG-1043"))[0]
        last = server.pid
        assert last
    finally:
        await bot.close()
    await gone(last)


async def test_one_that_hangs_is_given_up_and_started_anew(
    http: aiohttp.ClientSession, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_server, "HEALTH_EVERY_S", 0.2)
    monkeypatch.setattr(action_server, "HEALTH_S", 0.5)
    monkeypatch.setattr(action_server, "END_S", 0.5)
    server = ActionServerProcess(http)
    actions = ActionServer(http, server.webhook, lambda: 0, call_s=1.0)
    bot = BuiltinBot(default_project(), actions, MemoryTrackers(), cache, server)
    await bot.start()
    try:
        chat = Chat(bot)
        await chat.says("call me back")
        assert "On which number" in texts(await chat.says("Ann Lee"))[0]
        hanging = server.pid
        assert hanging
        os.killpg(hanging, signal.SIGSTOP)
        outcome = await chat.says("020 7946 0958")
        assert outcome.handoff
        assert outcome.handoff.reason == "failure"
        assert "Failed: the action server did not answer validate_callback_form" in outcome.handoff.summary
        await _started_anew(server, hanging)
        await gone(hanging)
        again = Chat(bot, conversation="visitor-2")
        assert "On which number" in texts(await again.says("call me back", "Ann Lee"))[-1]
        last = server.pid
        assert last
    finally:
        await bot.close()
    await gone(last)


async def _started_anew(server: ActionServerProcess, before: int) -> None:
    async with asyncio.timeout(UP_S):
        while server.pid in (None, before):  # noqa: ASYNC110 - its death is noticed when it is noticed
            await asyncio.sleep(0.05)
        await server.wait_until_up()


async def test_it_ends_with_us_even_when_we_are_killed(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(
        "import asyncio, aiohttp\n"
        "from antiphon.bots.action_server import ActionServerProcess, environment\n"
        "async def main():\n"
        "    async with aiohttp.ClientSession() as http:\n"
        "        server = ActionServerProcess(http)\n"
        "        await server.start()\n"
        "        print(server.pid, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    shelves = [str(Path(__file__).parents[2] / shelf) for shelf in ("server", "bot")]
    owner = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(shelves)},
    )
    assert owner.stdout
    pid = 0
    async with asyncio.timeout(UP_S):
        while not pid:
            line = (await owner.stdout.readline()).strip()
            pid = int(line) if line.isdigit() else 0
    assert group(pid)
    owner.kill()
    await owner.wait()
    await gone(pid)


def test_actions_are_not_told_our_secrets() -> None:
    ours = {"PATH": "/bin", "ANTIPHON_SECRET": "s", "ANTIPHON_DATABASE_URL": "d", "ANTIPHON_SHOP_URL": "u"}
    told = {"ANTIPHON_API_URL": "http://here"}
    assert environment(ours, told) == {
        "PATH": "/bin",
        "ANTIPHON_SHOP_URL": "u",
        "ANTIPHON_API_URL": "http://here",
        "SANIC_HOST": "127.0.0.1",
    }


async def test_what_is_not_installed_is_said_in_a_sentence(http: aiohttp.ClientSession) -> None:
    server = ActionServerProcess(http, package="no_such_package.actions")
    await server.start()
    assert not server.available
    assert server.webhook() is None
    assert (
        server.notice
        == "Custom actions are off: no_such_package is not installed (pip install antiphon[actions])."
    )
    await server.close()
