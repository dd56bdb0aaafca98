"""Who a visitor is: by his token, by the shop's word, or as a stranger who gets a token."""

from collections.abc import Callable
from typing import Any

import msgspec

from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor
from antiphon.domain.rules import Site
from antiphon.gateway import frames
from antiphon.gateway.address import origin_of
from antiphon.gateway.auth import vouched
from antiphon.gateway.hall import Hall
from antiphon.gateway.limits import Bucket
from antiphon.gateway.outbound import room_of
from antiphon.gateway.seats import Seat
from antiphon.gateway.wire.engine import Came
from antiphon.journal.visitors import Visitor

RESUME_MS = 24 * 3_600_000  # a closed chat is shown again for a day: its survey may be answered


class Visiting:
    """Seats for visitors, and what they are told on sitting down."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def seat(
        self,
        sid: str,
        asked: frames.VisitorAuth,
        came: Came,
        *,
        stranger: Callable[[], float],
    ) -> Seat:
        """Raises `Refused`. `stranger` takes from the bucket of new visitors."""
        site = self._site(asked.site, came)
        verified = asked.identity is not None and vouched(site, asked.identity)
        visitor, token = await self._who(site, asked, came, stranger)
        if visitor.blocked:
            raise Refused("forbidden", "This chat is not open to you.")
        visitor = await self._update(visitor, asked, verified=verified)
        limits = self._hall.settings.limits
        return Seat(
            sid=sid, namespace="/visitor", actor=Actor(kind="visitor", id=visitor.id),
            calls=Bucket(limits.visitor), hints=Bucket(limits.hints),
            visitor=visitor.id, site=site.id, token=token, name=visitor.name,
            stranger=token != asked.token and asked.identity is None,
        )  # fmt: skip

    def _site(self, name: str, came: Came) -> Site:
        site = self._hall.desk.rules.sites.get(name)
        if site is None:
            raise Refused("not_found", "There is no such site.", field="site")
        own = origin_of(self._hall.settings.base_url or came.host_origin)
        allowed = {*site.origins, own, came.host_origin}
        if site.origins and came.origin is not None and came.origin not in allowed:
            raise Refused("forbidden", "This site may not be used from here.", field="site")
        return site

    async def _who(
        self, site: Site, asked: frames.VisitorAuth, came: Came, stranger: Callable[[], float]
    ) -> tuple[Visitor, str]:
        visitors = self._hall.directory.visitors
        known = await visitors.by_token(site.id, asked.token) if asked.token else None
        if known is not None and asked.token is not None and not self._somebody_else(known, asked):
            return known, asked.token
        missing_s = stranger()
        if missing_s:
            raise Refused(
                "rate_limited", "Too many new visitors from here.", retryable=True,
                retry_after_ms=int(missing_s * 1000) + 1,
            )  # fmt: skip
        return await visitors.create(site.id, locale=asked.locale, user_agent=came.agent)

    def _somebody_else(self, known: Visitor, asked: frames.VisitorAuth) -> bool:
        """The shop now names another person on the same device: he must not see the first one's chat."""
        return bool(known.external_id and asked.identity and asked.identity.id != known.external_id)

    async def _update(self, visitor: Visitor, asked: frames.VisitorAuth, *, verified: bool) -> Visitor:
        visitors = self._hall.directory.visitors
        changed: Visitor | None = visitor
        if asked.identity is not None:
            who = asked.identity
            changed = await visitors.identify(
                visitor.id, external_id=who.id, name=who.name, email=who.email, verified=verified
            )
        if asked.page is not None:
            page = {key: value for key, value in msgspec.to_builtins(asked.page).items() if value is not None}
            changed = await visitors.saw(visitor.id, page)
        if asked.locale and asked.locale != visitor.locale:
            changed = await visitors.change(visitor.id, {"locale": asked.locale})
        return changed or visitor

    async def session(self, seat: Seat) -> tuple[frames.VisitorSession, str | None]:
        """Rooms first, then the snapshot. Also the conversation that goes on."""
        hall = self._hall
        latest = None if seat.stranger else await hall.directory.visitors.latest(seat.visitor or "")
        c = await hall.desk.state(latest) if latest else None
        current = latest if c is not None and self._goes_on(c) else None
        if current is not None:
            hall.server.join(seat.namespace, seat.sid, room_of(current))
        told: dict[str, Any] = {"id": seat.visitor, "name": seat.name}
        session = frames.VisitorSession(
            visitor=told, token=seat.token or "", epoch=hall.desk.epoch,
            site=hall.views.site(hall.desk.rules.sites[seat.site or ""]),
            conversation=await hall.views.for_visitor(current) if current else None,
        )  # fmt: skip
        return session, current

    def _goes_on(self, c: Conversation) -> bool:
        """Open, or closed so lately that it is still on the visitor's screen."""
        return c.state != "closed" or self._hall.desk.now_ms() - (c.closed_at_ms or 0) < RESUME_MS
