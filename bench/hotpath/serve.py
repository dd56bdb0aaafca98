"""Antiphon as it is shipped, with rates that a load generator may exceed.

python bench/hotpath/serve.py PORT DATABASE_URL [REDIS_URL [guarded]] → an agent's socket tickets
"""

import asyncio
import logging
import sys
import uuid
from dataclasses import replace

import uvloop

from antiphon.app import open_node, serving
from antiphon.cli import logs
from antiphon.config import Config
from antiphon.domain import commands as ask
from antiphon.gateway.auth import Passwords
from antiphon.gateway.limits import Limits, Rate

FAST = Rate(burst=1e9, per_s=1e9)
GUARDED = Limits(visitor=FAST, user=FAST, joins=FAST, strangers=FAST, rest=FAST)
LIMITS = replace(GUARDED, hints=FAST, frames=FAST)
TICKETS = 8


async def main(port: int, database_url: str, redis_url: str = "", pace: str = "") -> None:
    config = Config(database_url=database_url, redis_url=redis_url or None, port=port, bot="none")
    async with open_node(config, limits=GUARDED if pace == "guarded" else LIMITS) as node:
        agent = await node.directory.people.add(
            email=f"load-{uuid.uuid4().hex[:8]}@example.org", name="Load", role="agent",
            password_hash=await Passwords().hash("x" * 12),
        )  # fmt: skip
        await node.wire.hall.roster.load()
        session = await node.directory.sessions.open(agent, "bench")
        login = await node.directory.sessions.of(session)
        assert login is not None
        tickets = [await node.directory.sessions.ticket(login) for _ in range(TICKETS)]
        await node.desk.set_status(ask.SetStatus(
            conversation=f"agent:{agent.id}", agent=agent.id, status="busy", max_concurrency=50,
            queues=("support",),
        ))  # fmt: skip
        async with serving(node):
            print(*tickets, flush=True)
            await asyncio.Event().wait()


logs.set_up("json", logging.ERROR)  # on standard error: nobody reads the other one any more
uvloop.run(main(int(sys.argv[1]), *sys.argv[2:]))
