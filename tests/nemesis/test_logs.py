"""What a server logs: JSON facts with ids, also when everything goes wrong; never what somebody wrote."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.flows.conftest import ADMIN, Client, Rest, cmid
from tests.nemesis.rig import rigged
from tests.zygote import Zygote

SECRET = "my-secret-words"
NAMED = {"id": f"{SECRET}-id", "name": f"{SECRET} name", "email": f"{SECRET}@example.org"}
PAGE = {"url": f"https://shop.example/{SECRET}", "title": SECRET}


@pytest.mark.timeout(300)
async def test_logs_are_facts_with_ids_and_without_words(tmp_path: Path, postgres_url: str) -> None:
    """`postgres_url` only says that services are there; the rig makes its own database."""
    assert postgres_url
    async with AsyncExitStack() as stack:
        zygote = await Zygote().start()
        stack.push_async_callback(zygote.close)
        rig = await stack.enter_async_context(rigged("postgresql", tmp_path, zygote))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        [node] = rig.nodes
        admin = await Rest.login(http, node.url, *ADMIN)
        ann = await admin.hire("Ann")
        agent = await Client("/agent").connect(node.url, {"ticket": await ann.ticket()})
        visitor = await Client("/visitor").connect(
            node.url, {"site": "default", "identity": NAMED, "page": PAGE}
        )
        begun = await visitor.ok("start", cmid=cmid(), text=SECRET, pre_chat={"name": SECRET})
        c = begun["conversation"]
        await agent.ok("accept", conversation=c)
        assert rig.database
        request_ids = []
        for trouble in (rig.database.heal, rig.database.cut):
            trouble()
            for event, payload in (
                ("say", {"conversation": c, "cmid": cmid(), "text": SECRET}),
                ("page", PAGE), ("typing", {"conversation": c, "on": True, "draft": SECRET}),
                ("say", {"conversation": c, "cmid": SECRET * 9, "text": SECRET}), (SECRET, {"text": SECRET}),
            ):  # fmt: skip
                answer = await visitor.call(event, **payload)
                request_ids += (
                    [] if answer["ok"] else [(answer["error"]["code"], answer["error"]["request_id"])]
                )
            await agent.call("note", conversation=c, cmid=cmid(), text=SECRET)
            async with http.post(f"{node.url}/api/login", json={"email": SECRET, "password": SECRET}):
                pass
        rig.database.heal()
        await asyncio.gather(visitor.close(), agent.close())
        await node.stop()
    lines = node.log.read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert {"event", "level", "logger", "timestamp"} <= set.intersection(*(set(entry) for entry in entries))
    assert [line for line in lines if SECRET in line] == []
    logged = {entry.get("request_id") for entry in entries}
    failed = [one for code, one in request_ids if code in ("unavailable", "internal")]
    assert failed
    assert set(failed) <= logged, "who reports an error's id is found in the log"
