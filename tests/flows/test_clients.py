"""The contract, kept by the two official clients: python-socketio's and socket.io-client for Node."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp

from tests.flows.conftest import ADMIN, Client, Rest, Server, cmid

NODE = Path(__file__).with_name("official_client.mjs")


async def test_a_chat_with_python_socketio(running: Server, http: aiohttp.ClientSession) -> None:
    admin = await Rest.login(http, running.url, *ADMIN)
    ann = await admin.hire("Ann")
    agent = await Client("/agent").connect(running.url, {"ticket": await ann.ticket()})
    me = await agent.until("session")
    await agent.ok("status", status="online", max_concurrency=2)
    visitor = await Client("/visitor").connect(
        running.url, {"site": "default", "page": {"url": "https://shop.example/"}}
    )
    session = await visitor.until("session")
    assert len(session["token"]) >= 22
    begun = await visitor.ok("start", cmid="start-1", text="Hello")
    c = begun["conversation"]
    again = await visitor.ok("start", cmid="start-1", text="Hello")
    assert again["conversation"] == c
    asked = await visitor.ok("handoff", conversation=c, cmid=cmid())
    assert asked["state"] in ("queued", "active")
    offer = await agent.until("offer")
    assert (offer["conversation"], offer["queue"]) == (c, "support")
    assert offer["expires_in_ms"] > 0
    await agent.ok("accept", conversation=c)
    accepted = await visitor.until("event", "accepted")
    assert accepted["actor"]["name"] == "Ann"
    said = await agent.ok("say", conversation=c, cmid=cmid(), text="How can I help?")
    heard = await visitor.until("event", "message")
    assert (heard["seq"], heard["data"]["text"]) == (said["seq"], "How can I help?")
    await agent.ok("note", conversation=c, cmid=cmid(), text="a regular")
    assert (await visitor.until("event"))["kind"] == "hidden"
    answer = await visitor.ok("say", conversation=c, cmid="m1", text="Where is it?")
    repeat = await visitor.ok("say", conversation=c, cmid="m1", text="Where is it?")
    assert repeat == {**answer, "dup": True}
    await agent.ok("end", conversation=c, cmid=cmid(), resolved=True)
    shown = await visitor.until("event", "survey_offered")
    assert [q["kind"] for q in shown["data"]["questions"]] == ["csat", "nps"]
    await visitor.ok(
        "rate", conversation=c, survey=shown["data"]["survey"], cmid=cmid(),
        answers={"csat": 5, "nps": 9, "comment": "Lovely"},
    )  # fmt: skip
    await agent.ok("wrapup", conversation=c, done=True, disposition="answered", tags=["delivery"])
    page = await visitor.ok("sync", conversation=c, after=0)
    assert [e["seq"] for e in page["events"]] == list(range(1, page["head"] + 1))
    whole = await agent.ok("sync", conversation=c, after=0)
    assert "hidden" not in {e["kind"] for e in whole["events"]}
    assert me["agent"]["name"] == "Ann"
    await asyncio.gather(visitor.close(), agent.close())


async def test_a_returning_visitor_needs_only_his_token(running: Server) -> None:
    first = await Client("/visitor").connect(running.url, {"site": "default"})
    session = await first.until("session")
    c = (await first.ok("start", cmid=cmid(), text="Remember me"))["conversation"]
    await first.close()
    back = await Client("/visitor").connect(running.url, {"site": "default", "token": session["token"]})
    again = await back.until("session")
    assert again["visitor"]["id"] == session["visitor"]["id"]
    assert again["conversation"]["id"] == c
    texts = [e["data"].get("text") for e in again["conversation"]["events"] if e["kind"] == "message"]
    assert "Remember me" in texts
    await back.close()


async def test_the_same_story_with_the_official_node_client(
    running: Server, http: aiohttp.ClientSession
) -> None:
    admin = await Rest.login(http, running.url, *ADMIN)
    nora = await admin.hire("Nora")
    told = await _node(running.url, await nora.ticket())
    assert told["done"], told
    assert told["visitor_texts"] == ["Glad to help", "Thanks ✓ 你好"]
    assert told["seqs"] == list(range(1, len(told["seqs"]) + 1))
    assert told["dup"] is True
    assert told["refused"]["error"]["code"] == "bad_request"


async def _node(url: str, ticket: str) -> Any:
    process = await asyncio.create_subprocess_exec(
        "node", str(NODE), url, ticket, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(40):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)
