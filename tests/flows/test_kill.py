"""kill -9 in the middle of a chat: what was acknowledged is there, once, in order."""

import asyncio
import contextlib
import random
from typing import Any

from socketio.exceptions import SocketIOError

from tests.flows.conftest import Client, Server, cmid

SENT = 60
KILLS = 3


async def test_no_acknowledged_message_is_lost_doubled_or_reordered(sqlite_server: Server) -> None:
    chance = random.Random(7)
    visitor = await Client("/visitor").connect(sqlite_server.url, {"site": "default"})
    session = await visitor.until("session")
    c = (await visitor.ok("start", cmid=cmid(), text="first"))["conversation"]
    acked: dict[str, int] = {}
    kill_before = set(chance.sample(range(5, SENT), KILLS))
    for i in range(SENT):
        name = f"m{i}"
        sending = asyncio.create_task(_say(visitor, c, name))
        if i in kill_before:
            await asyncio.sleep(chance.random() * 0.01)
            await sqlite_server.kill()
            with contextlib.suppress(SocketIOError, TimeoutError):
                await sending
            visitor = await _again(sqlite_server, visitor, session["token"])
            sending = asyncio.create_task(_say(visitor, c, name))  # the same cmid, whatever became of it
        acked[name] = await sending
    page = await _patiently(visitor, "sync", conversation=c, after=0)
    said = [e for e in page["events"] if e["kind"] == "message" and e["actor"]["kind"] == "visitor"]
    assert [e["data"]["text"] for e in said] == ["first", *acked]
    assert [e["seq"] for e in said[1:]] == list(acked.values())
    assert [e["seq"] for e in page["events"]] == list(range(1, page["head"] + 1))
    await visitor.close()


async def _say(visitor: Client, conversation: str, name: str) -> int:
    answer = await _patiently(visitor, "say", conversation=conversation, cmid=name, text=name)
    seq: int = answer["seq"]
    return seq


async def _patiently(visitor: Client, event: str, **payload: Any) -> Any:
    """Asked again until it is answered, as slowly as we are told to."""
    while not (answer := await visitor.call(event, **payload))["ok"]:
        assert answer["error"]["retryable"], answer
        await asyncio.sleep((answer["error"].get("retry_after_ms") or 100) / 1000)
    return answer


async def _again(server: Server, before: Client, token: str) -> Client:
    with contextlib.suppress(SocketIOError):
        await before.close()
    await server.start()
    fresh = await Client("/visitor").connect(server.url, {"site": "default", "token": token})
    await fresh.until("session")
    return fresh


async def test_a_restart_keeps_the_queue_and_the_agents_chats(sqlite_server: Server) -> None:
    visitor = await Client("/visitor").connect(sqlite_server.url, {"site": "default"})
    token = (await visitor.until("session"))["token"]
    c = (await visitor.ok("start", cmid=cmid(), text="I need a person"))["conversation"]
    await visitor.ok("handoff", conversation=c, cmid=cmid())
    await sqlite_server.kill()
    visitor = await _again(sqlite_server, visitor, token)
    asked = await visitor.ok("handoff", conversation=c, cmid=cmid())
    assert asked["state"] == "queued"
    assert asked["queue"]["position"] == 1
    await visitor.close()


async def test_who_reopens_his_chat_after_a_restart_is_answered(sqlite_server: Server) -> None:
    visitor = await Client("/visitor").connect(sqlite_server.url, {"site": "default"})
    token = (await visitor.until("session"))["token"]
    c = (await visitor.ok("start", cmid=cmid(), text="How long does delivery take?"))["conversation"]
    await _bot_said(visitor)
    await visitor.ok("end", conversation=c, cmid=cmid())
    await sqlite_server.kill()
    visitor = await _again(sqlite_server, visitor, token)
    await visitor.ok("say", conversation=c, cmid=cmid(), text="hello again")
    await _bot_said(visitor)
    await visitor.close()


async def _bot_said(visitor: Client) -> None:
    """Something of its own, not the greeting."""
    said = {"actor": {"kind": "visitor"}, "data": {}}
    while said["actor"]["kind"] != "bot" or said["data"].get("auto"):
        said = await visitor.until("event", "message")
