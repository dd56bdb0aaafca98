"""What a visitor may ask."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.gateway import frames
from antiphon.gateway.auth import conversation_id, public_page
from antiphon.gateway.calls import Handler, Quick
from antiphon.gateway.inbound.common import Common, Told, stored
from antiphon.gateway.render import Audience
from antiphon.gateway.seats import Seat
from antiphon.gateway.views import survey_card
from antiphon.journal.visitors import Visitor

_PHONE = re.compile(r"\b(Mobile|Android|iPhone)\b")
_TABLET = re.compile(r"\b(iPad|Tablet)\b")


class VisitorDesk(Common):
    """The handlers of `/visitor`."""

    audience: Audience = "visitor"

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "start": self.start, "say": self.say, "sync": self.sync, "handoff": self.handoff,
            "leave_message": self.leave_message, "end": self.end, "rate": self.rate,
            "typing": self.typing, "read": self.read, "page": self.page, "track": self.track,
        }  # fmt: skip

    def quick(self) -> Mapping[str, Quick]:
        return {"say": self.say_now, "typing": self.typing_now, "read": self.read_now}

    def check(self, seat: Seat, c: Conversation) -> Conversation:
        return self.hall.access.own(seat, c)

    async def find(self, seat: Seat, conversation: str) -> Conversation:
        return await self.hall.access.visitors(seat, conversation)

    async def start(self, seat: Seat, asked: frames.VisitorStart) -> Mapping[str, Any]:
        visitor = await self._known(seat)
        conversation = conversation_id(self.hall.settings.secret, visitor.id, asked.cmid)
        before = await self.hall.directory.visitors.conversations(visitor.id, 1)
        if before and before[0] != conversation:
            await self._refuse_second(before[0])
        site = self.desk.rules.sites[seat.site or ""]
        if asked.pre_chat:
            await self._introduced(visitor, asked.pre_chat)
        done = await self.desk.handle(ask.Start(
            conversation=conversation, actor=seat.actor, cmid=asked.cmid, visitor=visitor.id, site=site.id,
            queue=self.desk.rules.queue_of(site.id, asked.department).id,
            bot=self.hall.settings.bot if site.bot else None, text=asked.text, department=asked.department,
            facts=_facts(visitor, returning=bool(before) and before[0] != conversation),
            pre_chat=asked.pre_chat,
        ))  # fmt: skip
        snapshot = await self.hall.views.for_visitor(conversation)
        head = snapshot.head if snapshot else 0
        return {
            "conversation": conversation, "seq": head, "state": done.state.state, "snapshot": snapshot,
        }  # fmt: skip

    async def say(self, seat: Seat, asked: frames.VisitorSay) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        return stored(await self.desk.handle(_said(seat, c, asked)))

    def say_now(self, seat: Seat, asked: frames.VisitorSay, told: Told) -> bool:
        c = self.desk.at_hand(asked.conversation)
        return c is not None and self.at_once(_said(seat, self.check(seat, c), asked), told)

    async def handoff(self, seat: Seat, asked: frames.VisitorHandoff) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        queue = self.desk.rules.queue_of(c.site, asked.department or c.department)
        done = await self.desk.handle(
            ask.RequestHandoff(conversation=c.id, actor=seat.actor, cmid=asked.cmid, queue=queue.id)
        )
        return {"state": done.state.state, "queue": self.hall.views.place(done.state)}

    async def leave_message(self, seat: Seat, asked: frames.VisitorLeaveMessage) -> Mapping[str, Any]:
        """The words first, then out of the queue; each may be repeated."""
        c = await self.find(seat, asked.conversation)
        if asked.email:
            await self._introduced(await self._known(seat), {"email": asked.email})
        if asked.text:
            await self.desk.handle(
                ask.Say(conversation=c.id, actor=seat.actor, cmid=asked.cmid, text=asked.text)
            )
        done = await self.desk.handle(
            ask.Divert(conversation=c.id, actor=seat.actor, reason="visitor_choice")
        )
        return {"state": done.state.state}

    async def end(self, seat: Seat, asked: frames.VisitorEnd) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        done = await self.desk.end(c.id, seat.actor, cmid=asked.cmid)
        return {"state": done.state.state, "survey": survey_card(done.state)}

    async def rate(self, seat: Seat, asked: frames.VisitorRate) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        answers = msgspec.to_builtins(asked.answers)
        comment = answers.pop("comment", None)
        done = await self.desk.handle(ask.Rate(
            conversation=c.id, actor=seat.actor, cmid=asked.cmid, survey=asked.survey,
            answers=answers, comment=comment or None,
        ))  # fmt: skip
        return {"survey": survey_card(done.state), **({"dup": True} if done.dup else {})}

    async def page(self, seat: Seat, asked: frames.Page) -> Mapping[str, Any]:
        page = {key: value for key, value in msgspec.to_builtins(asked).items() if value is not None}
        await self.hall.directory.visitors.saw(seat.visitor or "", page)
        return {}

    async def track(self, seat: Seat, asked: frames.Track) -> Mapping[str, Any]:
        visitor = await self._known(seat)
        page = public_page(visitor.page)
        await self.desk.handle(ask.Track(
            conversation=f"customer:{visitor.id}", actor=seat.actor, cmid=asked.cmid, visitor=visitor.id,
            name=asked.name, value=asked.value, currency=asked.currency, page=page,
        ))  # fmt: skip
        return {}

    async def _known(self, seat: Seat) -> Visitor:
        visitor = await self.hall.directory.visitors.by_id(seat.visitor or "")
        if visitor is None or visitor.blocked:
            raise Refused("forbidden", "This chat is not open to you.")
        return visitor

    async def _refuse_second(self, latest: str) -> None:
        """One open conversation a visitor: a second window is told of the first one's."""
        c = await self.desk.state(latest)
        if c is not None and c.state != "closed":
            raise Refused("conflict", "You have a conversation already.", conversation=latest)

    async def _introduced(self, visitor: Visitor, told: Mapping[str, str]) -> None:
        """Name and e-mail as the visitor gives them; what the shop vouched for stays."""
        known = {key: told[key] for key in ("name", "email") if told.get(key)}
        if known and not visitor.verified:
            await self.hall.directory.visitors.change(visitor.id, known)


def _said(seat: Seat, c: Conversation, asked: frames.VisitorSay) -> ask.Say:
    if asked.attachments:
        raise Refused("bad_request", "Files are not taken here.", field="attachments")
    if (asked.text is None) == (asked.quick_reply is None):
        raise Refused("bad_request", "Send a text or a quick reply.", field="text")
    pressed = asked.quick_reply
    return ask.Say(
        conversation=c.id, actor=seat.actor, cmid=asked.cmid,
        text=pressed.title if pressed else asked.text or "", payload=pressed.payload if pressed else None,
    )  # fmt: skip


def _facts(visitor: Visitor, *, returning: bool) -> dict[str, Any]:
    """What is written down of a visitor when he starts: nothing that names him."""
    facts = {
        "page": public_page(visitor.page), "language": (visitor.locale or "").split("-")[0].lower() or None,
        "segment": visitor.attributes.get("segment"), "device": device(visitor.user_agent),
        "returning": returning or None, "customer": visitor.external_id if visitor.verified else None,
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value is not None}


def device(user_agent: str | None) -> str | None:
    """desktop, phone or tablet."""
    if not user_agent:
        return None
    if _TABLET.search(user_agent):
        return "tablet"
    return "phone" if _PHONE.search(user_agent) else "desktop"
