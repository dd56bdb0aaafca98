"""The bot's actions through the real doors: hours, the line, a call back; and their server dies in a form."""

import asyncio
import os
import re
import signal
import time
from pathlib import Path

import aiohttp

from antiphon.bots.action_server import GUARD
from antiphon.readers.bot import LIMIT_S
from tests.flows.conftest import ADMIN, Client, Rest, Server, cmid

AGAIN_S = 40  # a new action server on a busy machine


async def met(server: Server, text: str) -> tuple[Client, str]:
    visitor = await Client("/visitor").connect(server.url, {"site": "default"})
    await visitor.until("session")
    return visitor, (await visitor.ok("start", cmid=cmid(), text=text))["conversation"]


async def heard(visitor: Client, words: str) -> str:
    """The bot's next message that has these words in it."""
    while True:
        event = await visitor.until("event", "message")
        if event["actor"]["kind"] == "bot" and words in (event["data"].get("text") or ""):
            return str(event["data"]["text"])


async def says(visitor: Client, conversation: str, text: str, then: str) -> str:
    await visitor.ok("say", conversation=conversation, cmid=cmid(), text=text)
    return await heard(visitor, then)


async def test_hours_the_line_and_a_call_back(running: Server, http: aiohttp.ClientSession) -> None:
    visitor, conversation = await met(running, "when are you open")
    await heard(visitor, "The shop on Mill Lane")
    await heard(visitor, "Here in the chat you reach us around the clock")
    await says(visitor, conversation, "how long is the queue", "Nobody of our team is at the desk")
    await says(visitor, conversation, "call me back please", "What is your name?")
    await says(visitor, conversation, "Ann Lee", "On which number")
    await says(visitor, conversation, "+44 20 7946 0958", "When suits you?")
    await says(visitor, conversation, "tomorrow morning", "what is it about?")
    told = await says(visitor, conversation, "my monstera looks sad", "Your ticket is number")
    number = re.findall(r"CB-[A-Z2-7]{4}-[A-Z2-7]{4}", told)[0]
    admin = await Rest.login(http, running.url, *ADMIN)
    whole = await admin.ask("GET", f"/api/tickets/{number}")
    assert whole["ticket"]["subject"] == "Call Ann Lee back on +442079460958, tomorrow morning"
    assert whole["ticket"]["conversation"] == conversation
    assert "About: my monstera looks sad" in whole["events"][0]["data"]["text"]
    await visitor.close()


async def test_the_action_server_is_killed_in_the_middle_of_a_form(
    running: Server, http: aiohttp.ClientSession
) -> None:
    visitor, conversation = await met(running, "where is my order")
    await heard(visitor, "What is your order number?")
    os.killpg(_action_server(running), signal.SIGKILL)
    began = time.monotonic()
    await says(visitor, conversation, "MG-1042", "I'm sorry, something on our side is not working just now")
    await visitor.until("event", "handoff_requested")
    assert time.monotonic() - began < LIMIT_S
    admin = await Rest.login(http, running.url, *ADMIN)
    events = (await admin.ask("GET", f"/api/conversations/{conversation}/events"))["events"]
    [handoff] = [event["data"] for event in events if event["kind"] == "handoff_requested"]
    assert handoff["reason"] == "failure"
    assert re.search(r"^Failed: (?:the|no) action server", handoff["summary"], re.MULTILINE)
    await visitor.close()
    async with asyncio.timeout(AGAIN_S):
        while not await _found(running):  # noqa: ASYNC110 - another process starts when it starts
            await asyncio.sleep(0.5)


async def _found(server: Server) -> bool:
    """A new visitor asks for his order: is it found?"""
    visitor, _ = await met(server, "where is order MG-1043")
    answer = await heard(visitor, " ")  # the greeting
    while answer.startswith("Hello"):
        answer = await heard(visitor, " ")
    await visitor.close()
    return "is being packed" in answer


def _action_server(server: Server) -> int:
    """The process group of the server's action server, known by what it was told."""
    told = os.fsencode(f"ANTIPHON_API_URL={server.url}")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(GUARD) in command and told in environment:
            return int(folder.name)
    raise AssertionError("the server has started no action server")
