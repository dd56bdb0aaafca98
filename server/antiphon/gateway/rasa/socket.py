"""Rasa's Socket.IO channel on the root namespace: session_request, user_uttered, bot_uttered.

The session id is the visitor's token: issued here, unguessable, bound to him. A client that
brings an id we do not know gets a new one.
"""

import json
from typing import Any

import structlog

from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.gateway import strict
from antiphon.gateway.hall import Hall
from antiphon.gateway.limits import Bucket
from antiphon.gateway.outbound import room_of
from antiphon.gateway.rasa.talk import Talk
from antiphon.gateway.rasa.uttered import next_question, uttered
from antiphon.gateway.seats import Seat
from antiphon.gateway.wire.server import Reply
from antiphon.journal.visitors import Visitor

log = structlog.get_logger("antiphon.rasa")

ROOT = "/"


class RasaSocket:
    """The handlers of `/`. Rasa's protocol has no answers; a refusal is a line in the log."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._talk = Talk(hall)

    async def answer(self, namespace: str, sid: str, body: str, reply: Reply) -> None:
        """One event of a Rasa client."""
        reply(await self._answer(sid, body))

    async def _answer(self, sid: str, body: str) -> dict[str, Any]:
        try:
            await self._run(sid, strict.loads(body))
        except strict.NotStrict as no:
            return {"ok": False, "error": {"code": "bad_request", "message": str(no)}}
        except Refused as no:
            log.info("rasa_refused", code=no.code)
            return {"ok": False, "error": {"code": no.code, "message": no.message}}
        except Exception:  # the edge: a fault becomes a line in the log
            log.exception("rasa_failed")
            return {"ok": False, "error": {"code": "internal", "message": "Something went wrong."}}
        return {"ok": True}

    def tell(self, event: Event) -> None:
        """A committed event, to the Rasa clients that follow its conversation."""
        room = room_of(event.stream)
        if not self._hall.server.where(room, (ROOT,)):
            return
        agent = event.data.get("agent") or event.actor.id
        name = self._hall.roster.name(agent) or event.actor.name
        for said in uttered(event, self._talk.site().locale, name):
            self._hall.server.post(ROOT, room, "bot_uttered", said)

    async def _run(self, sid: str, data: Any) -> None:
        if not isinstance(data, list) or not data:
            raise Refused("bad_request", "This is no event.")
        payload = data[1] if len(data) > 1 else {}
        if data[0] == "session_request":
            await self._session(sid, _text(payload, "session_id"))
        elif data[0] == "user_uttered":
            await self._utter(sid, payload if isinstance(payload, dict) else {"message": payload})
        else:
            raise Refused("bad_request", "There is no such event.")

    async def _session(self, sid: str, wanted: str | None) -> Seat:
        visitors, site = self._hall.directory.visitors, self._talk.site()
        known = await visitors.by_token(site.id, wanted) if wanted else None
        visitor, token = (known, wanted) if known and wanted else await visitors.create(site.id)
        seat = self._sit(sid, visitor, token)
        latest = await visitors.latest(visitor.id)
        if latest is not None:
            self._hall.server.join(ROOT, sid, room_of(latest))
        self._hall.server.post(ROOT, sid, "session_confirm", token)
        return seat

    def _sit(self, sid: str, visitor: Visitor, token: str) -> Seat:
        """A seat of its own for each session; the one before is given up."""
        before = self._hall.seats.leave(ROOT, sid)
        if before is not None and before.arrived:
            self._hall.presence.depart(before.person)
        limits = self._hall.settings.limits
        seat = Seat(
            sid=sid, namespace=ROOT, actor=Actor(kind="visitor", id=visitor.id), visitor=visitor.id,
            site=visitor.site, token=token, calls=Bucket(limits.visitor), hints=Bucket(limits.hints),
            arrived=True,
        )  # fmt: skip
        self._hall.seats.take(seat)
        self._hall.presence.arrive(seat.person)
        return seat

    async def _utter(self, sid: str, payload: dict[str, Any]) -> None:
        seat = self._hall.seats.get(ROOT, sid)
        session = _text(payload, "session_id")
        if seat is None or (session and session != seat.token):
            seat = await self._session(sid, session)
        if seat.calls.take():
            raise Refused("rate_limited", "Too fast.", retryable=True)
        visitor = await self._hall.directory.visitors.by_id(seat.visitor or "")
        if visitor is None:
            raise Refused("not_found", "There is no such visitor.")
        await self._learn(visitor, payload)
        done = await self._talk.say(visitor, payload.get("message"))
        self._hall.server.join(ROOT, sid, room_of(done.state.id))
        if any(event.kind == "survey_answered" for event in done.events):
            said = next_question(done.state, self._talk.site().locale)
            self._hall.server.post(ROOT, sid, "bot_uttered", said)

    async def _learn(self, visitor: Visitor, payload: dict[str, Any]) -> None:
        """A name or an address in the metadata (either spelling) is the visitor's own word."""
        meta = payload.get("metadata") or payload.get("customData") or {}
        if isinstance(meta, str):
            meta = _object(meta)
        told = {key: meta[key][:200] for key in ("name", "email") if isinstance(meta.get(key), str)}
        fresh = {key: text for key, text in told.items() if strict.unfit(text) is None}
        if fresh and not visitor.verified and any(getattr(visitor, k) != v for k, v in fresh.items()):
            await self._hall.directory.visitors.change(visitor.id, fresh)


def _text(payload: Any, key: str) -> str | None:
    value = payload.get(key) if isinstance(payload, dict) else None
    return value if isinstance(value, str) and 0 < len(value) <= 200 and strict.unfit(value) is None else None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
