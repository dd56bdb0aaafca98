"""Antiphon as it is shipped, with rates that a load generator may exceed.

python bench/hotpath/serve.py PORT DATABASE_URL → prints an agent's socket tickets, a line each
"""

import asyncio
import sys

import uvloop

from antiphon.app import open_node, serving
from antiphon.config import Config
from antiphon.domain import commands as ask
from antiphon.gateway.auth import Passwords
from antiphon.gateway.limits import Limits, Rate

FAST = Rate(burst=1e9, per_s=1e9)
LIMITS = Limits(visitor=FAST, user=FAST, hints=FAST, frames=FAST, joins=FAST, strangers=FAST, rest=FAST)


async def main(port: int, database_url: str) -> None:
    config = Config(database_url=database_url, port=port, bot="none")
    async with open_node(config, limits=LIMITS) as node:
        people = node.directory.people
        agent = await people.add(
            email="load@example.org",
            name="Load",
            role="agent",
            password_hash=await Passwords().hash("x" * 12),
        )
        await node.wire.hall.roster.load()
        session = await node.directory.sessions.open(agent, "bench")
        login = await node.directory.sessions.of(session)
        assert login is not None
        ticket = await node.directory.sessions.ticket(login)
        await node.desk.set_status(ask.SetStatus(
            conversation=f"agent:{agent.id}", agent=agent.id, status="busy", max_concurrency=50,
            queues=("support",),
        ))  # fmt: skip
        async with serving(node):
            print(ticket, flush=True)
            await asyncio.Event().wait()


uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
