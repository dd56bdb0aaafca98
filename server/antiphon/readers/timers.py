"""What happens because time passes: offers expire, the vanished are missed, the idle are closed.

Every deadline is read off the floor, so a restart forgets none.
"""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.agent import stream_of
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.rules import Queue, Site

AGENT_GRACE_MS = 60_000  # a lost socket makes an agent offline after this, back-dated (kpis.md W01)
VISITOR_BLINK_MS = 5_000  # a page change is no disconnection
SOCKET_CHANNELS = ("web",)  # channels whose visitors hold a socket while they are there


class Presence(Protocol):
    """Who is connected, anywhere."""

    def away_since_ms(self, kind: str, who: str) -> int | None:
        """None while connected; otherwise since when not (the node's start if never seen)."""
        ...


class Timers:
    """`look` does everything that is due."""

    def __init__(self, desk: Desk, presence: Presence) -> None:
        self._desk, self._presence = desk, presence

    @staticmethod
    def minds(event: Event) -> bool:
        """Only time matters here."""
        return False

    async def look(self) -> None:
        now_ms = self._desk.now_ms()
        for c in list(self._desk.floor.open.values()):
            for command in self._due(c, now_ms):
                await self._try(command)
            if self._idle(c, now_ms):
                await self._close(c)
        await self._lost_agents(now_ms)

    def _due(self, c: Conversation, now_ms: int) -> Iterator[ask.Command]:
        site, queue = self._site(c), self._desk.rules.queues.get(c.queue or "")
        for offer in c.offers:
            if offer.expires_ms <= now_ms:
                yield ask.ExpireOffer(conversation=c.id, agent=offer.agent)
        for wrapup in c.wrapups:
            if now_ms - wrapup.since_ms >= _wrapup_ms(queue):
                yield ask.Wrapup(conversation=c.id, agent=wrapup.agent, done=True)
        if c.connected and self._vanished(c, now_ms):
            yield ask.VisitorAway(conversation=c.id)
        if c.state == "queued" and _away_ms(c, now_ms) > site.disconnect_grace_s * 1000:
            yield ask.VisitorGone(conversation=c.id)  # a return just when the grace ends is in time (G16)

    def _vanished(self, c: Conversation, now_ms: int) -> bool:
        if c.state == "closed" or c.channel not in SOCKET_CHANNELS:
            return False
        since_ms = self._presence.away_since_ms("visitor", c.visitor)
        return since_ms is not None and now_ms - max(since_ms, c.started_at_ms) > VISITOR_BLINK_MS

    def _idle(self, c: Conversation, now_ms: int) -> bool:
        quiet_ms = now_ms - c.last_at_ms
        return c.state in ("bot", "active") and quiet_ms >= self._site(c).idle_close_s * 1000

    def _site(self, c: Conversation) -> Site:
        return self._desk.rules.sites.get(c.site) or Site(id=c.site, name=c.site, queue=c.queue or "")

    async def _close(self, c: Conversation) -> None:
        with contextlib.suppress(Refused):  # it may have moved on in the meantime
            await self._desk.end(c.id, reason="idle")

    async def _lost_agents(self, now_ms: int) -> None:
        floor = self._desk.floor
        for shift in list(floor.agents.values()):
            since_ms = self._presence.away_since_ms("agent", shift.agent)
            if since_ms is None or now_ms - since_ms < AGENT_GRACE_MS:
                continue
            if shift.status != "offline":
                await self._desk.set_status(
                    ask.SetStatus(
                        conversation=stream_of(shift.agent), agent=shift.agent, status="offline",
                        reason="connection_lost", max_concurrency=shift.max_concurrency,
                        queues=shift.queues, at_ms=since_ms,
                    )
                )  # fmt: skip
            for c in [*floor.of_agent(shift.agent), *floor.offers_to(shift.agent)]:
                if self._presence.away_since_ms("agent", shift.agent) is not None:  # not back meanwhile
                    await self._try(ask.LoseAgent(conversation=c.id, agent=shift.agent))

    async def _try(self, command: ask.Command) -> None:
        with contextlib.suppress(Refused):  # it may have moved on in the meantime
            await self._desk.handle(command)


def _wrapup_ms(queue: Queue | None) -> int:
    return (queue.wrapup_max_s if queue else 120) * 1000


def _away_ms(c: Conversation, now_ms: int) -> int:
    return 0 if c.away_since_ms is None else now_ms - c.away_since_ms
