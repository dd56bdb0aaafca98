"""Offers waiting visitors to agents. Whose turn it is says `domain.routing`."""

from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.domain.routing import offers


class Router:
    """`look` makes every offer that can be made now."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @staticmethod
    def minds(event: Event) -> bool:
        """Words alone free no slot and join no queue."""
        return event.kind != "message"

    async def look(self) -> None:
        for conversation, agent in list(offers(self._desk.floor, self._desk.now_ms())):
            try:
                await self._offer(conversation, agent)
            except Refused:
                continue  # somebody was quicker; the floor will say what is left

    async def _offer(self, c: Conversation, agent: str) -> None:
        queue = self._desk.rules.queues.get(c.queue or "")
        if queue and queue.auto_accept:
            actor = Actor(kind="agent", id=agent)
            await self._desk.handle(ask.Accept(conversation=c.id, actor=actor, agent=agent, auto=True))
            return
        timeout_ms = (queue.offer_timeout_s if queue else 20) * 1000
        await self._desk.handle(ask.MakeOffer(conversation=c.id, agent=agent, timeout_ms=timeout_ms))
