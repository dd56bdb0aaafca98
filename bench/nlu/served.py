"""Antiphon with its bot as it is shipped, with rates that a load generator may exceed.

python bench/nlu/served.py PORT DATABASE_URL [ENCODER] → an agent's socket ticket, when the bot is ready

The site `default` has the bot, the site `people` has none.
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
LIMITS = Limits(visitor=FAST, user=FAST, joins=FAST, strangers=FAST, rest=FAST, hints=FAST, frames=FAST)
CHATS = 1_000  # that one agent may have


async def main(port: int, database_url: str, encoder: str = "") -> None:
    config = Config(database_url=database_url, port=port, bot="builtin", bot_encoder=encoder or None)
    async with open_node(config, limits=LIMITS) as node:
        agent = await node.directory.people.add(
            email=f"load-{uuid.uuid4().hex[:8]}@example.org", name="Load", role="agent",
            password_hash=await Passwords().hash("x" * 12),
        )  # fmt: skip
        people = replace(node.desk.rules.sites["default"], id="people", name="People", bot=False)
        await node.directory.places.put_site(people)
        await node.wire.reload()
        session = await node.directory.sessions.open(agent, "bench")
        login = await node.directory.sessions.of(session)
        assert login is not None
        ticket = await node.directory.sessions.ticket(login)
        await node.desk.set_status(ask.SetStatus(
            conversation=f"agent:{agent.id}", agent=agent.id, status="busy", max_concurrency=CHATS,
            queues=("support",),
        ))  # fmt: skip
        async with serving(node):
            print(ticket, flush=True)
            await asyncio.Event().wait()


logs.set_up("json", logging.ERROR)  # on standard error: nobody reads the other one any more
uvloop.run(main(int(sys.argv[1]), *sys.argv[2:]))
