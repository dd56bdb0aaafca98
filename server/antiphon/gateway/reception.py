"""RECEPTION: who may sit down. Every connection to a namespace is allowed or refused here."""

import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from socketio.exceptions import ConnectionRefusedError as Refusal

from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor
from antiphon.gateway import errors, frames
from antiphon.gateway.access import at_least
from antiphon.gateway.address import is_loopback, origin_of
from antiphon.gateway.hall import Hall
from antiphon.gateway.limits import Bucket, Buckets
from antiphon.gateway.rasa.socket import ROOT
from antiphon.gateway.seats import Seat
from antiphon.gateway.visiting import Visiting

log = structlog.get_logger("antiphon.sockets")

RETRY_MS = 5_000  # who is sent away comes back over this time, not all at once


class Reception:
    """Connect handlers, one a namespace."""

    def __init__(self, hall: Hall, visiting: Visiting) -> None:
        self.hall = hall
        self._visiting = visiting
        self._joins = Bucket(hall.settings.limits.joins)
        self._strangers = Buckets(hall.settings.limits.strangers)

    def handler(self, namespace: str) -> Callable[..., Any]:
        """The library's connect handler of a namespace."""
        sits = {ROOT: self._rasa_client, "/visitor": self._visitor}
        return self._connecting(namespace, sits.get(namespace, self._user))

    def _connecting(self, namespace: str, connect: Callable[[str, str, Any], Any]) -> Callable[..., Any]:
        async def connecting(sid: str, environ: Mapping[str, Any], auth: Any) -> None:
            request_id = uuid.uuid4().hex[:16]
            try:
                self._allow()
                await connect(namespace, sid, auth)
            except Refused as no:
                raise Refusal(no.message, errors.shape(no, request_id)) from None
            except Exception:  # the edge: a fault becomes an answer and a line in the log
                log.exception("connect_failed", namespace=namespace, request_id=request_id)
                fault = Refused("unavailable", "This does not work just now. Try again.", retryable=True)
                raise Refusal(fault.message, errors.shape(fault, request_id)) from None

        return connecting

    def _allow(self) -> None:
        missing_s = self._joins.take()
        crowded = self.hall.server.joining > self.hall.settings.limits.joining
        if missing_s or crowded or self.hall.draining:
            retry_ms = int(missing_s * 1000) + random.randint(100, RETRY_MS)
            raise Refused("unavailable", "Too many at once.", retryable=True, retry_after_ms=retry_ms)

    async def _rasa_client(self, namespace: str, sid: str, auth: Any) -> None:
        """Anybody; who he is, his session says."""

    async def _visitor(self, namespace: str, sid: str, auth: Any) -> None:
        asked = errors.read(frames.VisitorAuth, auth)
        came = self.hall.server.came(namespace, sid)
        seat = await self._visiting.seat(
            sid, asked, came,
            stranger=lambda: 0.0 if is_loopback(came.address) else self._strangers.take(came.address),
        )  # fmt: skip
        self.hall.seats.take(seat)

    async def _user(self, namespace: str, sid: str, auth: Any) -> None:
        asked = errors.read(frames.TicketAuth, auth)
        self._own_page(sid, namespace)
        login = await self.hall.directory.sessions.redeem(asked.ticket)
        if login is None:
            raise Refused("unauthorized", "This ticket is used up or too old. Get a new one.")
        if namespace == "/supervisor" and not at_least(login.user, "supervisor"):
            raise Refused("forbidden", "This is for supervisors.")
        limits = self.hall.settings.limits
        self.hall.seats.take(Seat(
            sid=sid, namespace=namespace, actor=Actor(kind="agent", id=login.user.id, name=login.user.name),
            calls=Bucket(limits.user), hints=Bucket(limits.hints), user=login.user, session=login.session,
        ))  # fmt: skip

    def _own_page(self, sid: str, namespace: str) -> None:
        """Agents and supervisors connect from our own pages, or from no page at all."""
        came = self.hall.server.came(namespace, sid)
        base = self.hall.settings.base_url
        own = {came.host_origin} | ({origin_of(base)} if base else set())
        if came.origin is not None and came.origin not in own:
            raise Refused("forbidden", "Not from this page.")
