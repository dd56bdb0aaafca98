"""Brings conversations back to the floor that were reopened after it had forgotten them."""

import asyncio
import logging

from antiphon.desk import Desk

log = logging.getLogger(__name__)

LOOK_S = 0.5  # how late a visitor who comes back after a restart may be noticed


async def bring_back(desk: Desk) -> None:
    """The loop; every node keeps its own floor whole."""
    while True:
        await asyncio.sleep(LOOK_S)
        for conversation in list(desk.floor.missing):
            try:
                c = await desk.state(conversation)
                if c is not None:
                    desk.floor.put(c)
            except Exception:  # a loop's edge: it is still missing, and looked for again
                log.exception("cannot bring a conversation back to the floor")
