"""The load generator against a real server: what it says is what happened."""

import asyncio
import json

import pytest
from click.testing import CliRunner

from antiphon.cli import main
from antiphon.load.line import Line, Refused
from antiphon.load.talk import Chats
from tests.gateway.house import PASSWORD, House, cmid


async def _in_chat(house: House) -> tuple[Line, str]:
    line = await Line.open(house.url, "/visitor", {"site": "default"}, deflate=True)
    begun = await line.ask("start", {"cmid": cmid(), "text": "hello"})
    return line, begun["conversation"]


async def _agent(house: House) -> Line:
    _, answer = await house.rest("POST", "/api/socket-ticket", "ann")
    return await Line.open(house.url, "/agent", {"ticket": answer["ticket"]})


async def test_every_message_that_was_sent_by_the_clock_is_counted_once(house: House) -> None:
    visitor, conversation = await _in_chat(house)
    agent = await _agent(house)
    assert (await agent.ask("accept", {"conversation": conversation}))["ok"]
    before = await house.stored(conversation)
    figures = await Chats([(visitor, conversation)], [agent]).open_loop(1.0, 12)
    assert (figures.done, figures.refused, figures.missing) == (12, 0, 0)
    assert len(figures.latency_ms) == 12
    assert 0 < figures.percentile(0.5) <= figures.percentile(1.0)
    assert await house.stored(conversation) == before + 12


async def test_a_closed_loop_keeps_its_window_and_what_is_refused_is_said(house: House) -> None:
    visitor, conversation = await _in_chat(house)
    agent = await _agent(house)
    await agent.ask("accept", {"conversation": conversation})
    before = await house.stored(conversation)
    figures = await Chats([(visitor, conversation)], [agent]).closed_loop(0.5, 3)
    assert figures.done > 3
    assert (figures.missing, figures.refused) == (0, 0)
    assert await house.stored(conversation) == before + figures.done
    strange = await Chats([(visitor, "not-his")], [agent]).open_loop(0.5, 10)
    assert (strange.done, strange.refused, strange.missing) == (0, 5, 0)


async def test_who_is_refused_is_told_why(house: House) -> None:
    with pytest.raises(Refused, match="There is no such site"):
        await Line.open(house.url, "/visitor", {"site": "nowhere"})


async def test_a_line_that_is_cut_is_gone_for_the_server_too(house: House) -> None:
    gone = asyncio.Event()
    line = await Line.open(house.url, "/visitor", {"site": "default"})
    line.lost = gone.set
    line.cut()
    await asyncio.wait_for(gone.wait(), 5)


async def test_the_command_measures_a_server_with_an_agent(house: House) -> None:
    await house.token("ann")
    words = ["bench", "load", house.url, "--chats", "2", "--seconds", "1", "--idle", "3"]
    asked = [*words, "--agent", "ann@example.org"]
    told = await asyncio.to_thread(CliRunner().invoke, main, asked, input=f"{PASSWORD}\n")
    assert told.exit_code == 0, told.output
    assert "4 messages at 4/s, 0 refused, 0 missing; p50" in told.output


async def test_the_command_says_in_one_line_what_is_wrong(house: House) -> None:
    nobody = await asyncio.to_thread(CliRunner().invoke, main, ["bench", "load", "http://127.0.0.1:9"])
    assert nobody.exit_code == 1
    assert nobody.output.startswith("Error: http://127.0.0.1:9:")
    greedy = await asyncio.to_thread(CliRunner().invoke, main, ["bench", "load", house.url, "--rate", "1000"])
    assert greedy.exit_code == 2


def test_reports_are_timed(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_DATABASE_URL", f"sqlite:///{tmp_path}/timed.db")
    told = CliRunner().invoke(main, ["bench", "reports", "--days", "2"])
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert len(lines) == 4
    assert all(" ms " in line for line in lines), json.dumps(lines)
