"""WELCOME: what everybody is told on sitting down. Rooms first, then what there is."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import structlog

from antiphon.domain.events import Event
from antiphon.gateway import frames
from antiphon.gateway.access import engaged
from antiphon.gateway.hall import Hall
from antiphon.gateway.outbound import room_of, user_room
from antiphon.gateway.pulse import Pulse
from antiphon.gateway.rasa.socket import ROOT
from antiphon.gateway.seats import Seat
from antiphon.gateway.visiting import Visiting

log = structlog.get_logger("antiphon.sockets")


class Welcome:
    """`welcome` runs once a socket has joined its namespace, before anything else it says is heard."""

    def __init__(self, hall: Hall, pulse: Pulse, visiting: Visiting) -> None:
        self.hall, self.pulse = hall, pulse
        self._visiting = visiting

    async def welcome(self, namespace: str, sid: str) -> None:
        """Just joined: rooms first, then what there is, so that nothing falls between."""
        seat = self.hall.seats.get(namespace, sid)
        if seat is None or namespace == ROOT:
            return
        try:
            await {"/visitor": self._greet_visitor, "/agent": self._greet_agent}.get(
                namespace, self._greet_supervisor
            )(seat)
        except Exception:  # the edge: without its greeting a client is of no use; let it come again
            log.exception("welcome_failed", namespace=namespace)
            self.hall.server.drop(sid, namespace, "welcome failed")

    async def _greet_visitor(self, seat: Seat) -> None:
        session, conversation = await self._visiting.session(seat)
        self.hall.server.post(seat.namespace, seat.sid, "session", session)
        self._arrive(seat)
        if conversation is not None:
            self._head(seat, conversation, session.conversation.head if session.conversation else 0)

    async def _greet_agent(self, seat: Seat) -> None:
        server, views, floor, me = self.hall.server, self.hall.views, self.hall.desk.floor, seat.me.id
        server.allow_bytes(seat.sid, seat.namespace, self.hall.settings.limits.queue_bytes_user)
        server.join(seat.namespace, seat.sid, user_room(me))
        mine = [c for c in floor.of_agent(me) if engaged(c, me)]
        for c in mine:
            server.join(seat.namespace, seat.sid, room_of(c.id))
        snapshots = [found for c in mine if (found := await views.for_staff(c.id, me))]
        canned = await self.hall.directory.phrases.of(me)
        server.post(seat.namespace, seat.sid, "session", frames.AgentSession(
            agent=views.me(seat.me), site=self._site(), conversations=snapshots,
            queue=await self.pulse.queue_frame(views.queues_of(seat.me)),
            offers=[self._offer_frame(c.id, me) for c in floor.offers_to(me)], agents=views.colleagues(),
            canned=[asdict(answer) for answer in canned],
            epoch=self.hall.desk.epoch,
        ))  # fmt: skip
        self._arrive(seat)
        for found in snapshots:
            self._head(seat, found.id, found.head)

    async def _greet_supervisor(self, seat: Seat) -> None:
        server = self.hall.server
        server.allow_bytes(seat.sid, seat.namespace, self.hall.settings.limits.queue_bytes_user)
        server.join(seat.namespace, seat.sid, user_room(seat.me.id))
        server.join(seat.namespace, seat.sid, "board")
        server.post(seat.namespace, seat.sid, "board", await self.pulse.whole_board())

    def _arrive(self, seat: Seat) -> None:
        seat.arrived = True
        self.hall.presence.arrive(seat.person)

    def _head(self, seat: Seat, conversation: str, head: int) -> None:
        frame = frames.Head(conversation=conversation, head=head, epoch=self.hall.desk.epoch)
        self.hall.server.post(seat.namespace, seat.sid, "head", frame)

    def _site(self) -> dict[str, Any]:
        """What the console must know of the sites: their names and how it looks."""
        sites = self.hall.desk.rules.sites
        first = next(iter(sites.values()))
        return {
            "id": first.id, "name": first.name, "locale": first.locale, "version": self.hall.settings.version,
            "bot": self.hall.settings.bot, "demo": self.hall.settings.demo,
            "sites": [{"id": site.id, "name": site.name} for site in sites.values()],
        }  # fmt: skip

    # -- offers -----------------------------------------------------------------------------------

    def offer(self, event: Event) -> Mapping[str, Any]:
        expires_in_ms = (event.data.get("expires_ms") or event.at_ms) - self.hall.desk.now_ms()
        return self._offer_body(event.stream, event.data.get("queue"), expires_in_ms)

    def _offer_frame(self, conversation: str, agent: str) -> frames.Offer:
        c = self.hall.desk.floor.open[conversation]
        offer = c.offered_to(agent)
        left_ms = (offer.expires_ms if offer else 0) - self.hall.desk.now_ms()
        return frames.Offer(**self._offer_body(conversation, c.queue, left_ms))

    def _offer_body(self, conversation: str, queue: str | None, expires_in_ms: int) -> dict[str, Any]:
        c = self.hall.desk.floor.open.get(conversation)
        now_ms = self.hall.desk.now_ms()
        known = self.hall.desk.rules.queues.get(queue or "")
        return {
            "conversation": conversation, "queue": queue, "expires_in_ms": max(0, expires_in_ms),
            "waiting_ms": now_ms - (c.queued_at_ms or now_ms) if c else 0,
            "summary": {
                **self.pulse.known_of(c), "queue_name": known.name if known else queue,
                "site": c.site if c else None, "page": c.page if c else None,
                "language": c.language if c else None,
                "reason": ((c.handoff or {}).get("reason")) if c else None,
            },
        }  # fmt: skip
