"""What an agent may ask."""

from collections.abc import Mapping
from typing import Any

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.gateway import frames
from antiphon.gateway.access import engaged
from antiphon.gateway.calls import Handler, Quick
from antiphon.gateway.inbound.common import Common, Told, stored
from antiphon.gateway.outbound import room_of
from antiphon.gateway.seats import Seat
from antiphon.gateway.views import flags_of


class AgentDesk(Common):
    """The handlers of `/agent`."""

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "status": self.status, "accept": self.accept, "decline": self.decline, "say": self.say,
            "note": self.note, "typing": self.typing, "read": self.read, "sync": self.sync,
            "transfer": self.transfer, "leave": self.leave, "end": self.end, "wrapup": self.wrapup,
            "tag": self.tag, "flag": self.flag, "watch": self.watch, "unwatch": self.unwatch,
        }  # fmt: skip

    def quick(self) -> Mapping[str, Quick]:
        return {"say": self.say_now, "typing": self.typing_now, "read": self.read_now}

    async def status(self, seat: Seat, asked: frames.SetStatus) -> Mapping[str, Any]:
        shift = await self.desk.shift(seat.me.id)
        limit = asked.max_concurrency or (
            shift.max_concurrency if shift.since_ms else seat.me.max_concurrency
        )
        await self.desk.set_status(ask.SetStatus(
            conversation=f"agent:{seat.me.id}", actor=seat.actor, agent=seat.me.id, status=asked.status,
            reason=asked.reason, max_concurrency=limit, queues=self.hall.views.queues_of(seat.me),
        ))  # fmt: skip
        return {"agent": self.hall.views.me(seat.me)}

    async def accept(self, seat: Seat, asked: frames.OfConversation) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        await self.desk.handle(ask.Accept(conversation=c.id, actor=seat.actor, agent=seat.me.id))
        return await self._seen(seat, c.id)

    async def decline(self, seat: Seat, asked: frames.Decline) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        await self.desk.handle(
            ask.DeclineOffer(conversation=c.id, actor=seat.actor, agent=seat.me.id, reason=asked.reason)
        )
        return {}

    def say_now(self, seat: Seat, asked: frames.AgentSay, told: Told) -> bool:
        c = self.desk.at_hand(asked.conversation)
        if c is None or asked.canned:
            return False
        return self.at_once(_said(seat, self.check(seat, c), asked), told)

    async def say(self, seat: Seat, asked: frames.AgentSay) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        done = await self.desk.handle(_said(seat, c, asked))
        if asked.canned and not done.dup:
            await self.hall.directory.phrases.used(asked.canned)
        return stored(done)

    async def note(self, seat: Seat, asked: frames.WriteNote) -> Mapping[str, Any]:
        c = await self.hall.access.write(seat.me, asked.conversation)
        return stored(await self.desk.handle(
            ask.Note(conversation=c.id, actor=seat.actor, cmid=asked.cmid, text=asked.text)
        ))  # fmt: skip

    async def transfer(self, seat: Seat, asked: frames.Transfer) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        done = await self.desk.handle(ask.Transfer(
            conversation=c.id, actor=seat.actor, cmid=asked.cmid, agent=seat.me.id, to_queue=asked.to_queue,
            to_agent=self._colleague(seat, asked.to_agent), to_bot=self._bot(c, asked), warm=asked.warm,
            note=asked.note, offer_timeout_ms=self._offer_ms(c),
        ))  # fmt: skip
        return {"state": done.state.state}

    async def leave(self, seat: Seat, asked: frames.OfConversation) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        done = await self.desk.handle(ask.Leave(conversation=c.id, actor=seat.actor, agent=seat.me.id))
        return {"state": done.state.state}

    async def end(self, seat: Seat, asked: frames.AgentEnd) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        done = await self.desk.end(
            c.id, seat.actor, cmid=asked.cmid, resolved=asked.resolved, reason=asked.reason
        )
        return {"state": done.state.state}

    async def wrapup(self, seat: Seat, asked: frames.Wrapup) -> Mapping[str, Any]:
        c = await self.hall.access.write(seat.me, asked.conversation)
        await self.desk.handle(ask.Wrapup(
            conversation=c.id, actor=seat.actor, agent=seat.me.id, disposition=asked.disposition,
            tags=tuple(asked.tags) if asked.tags is not None else None, done=asked.done,
        ))  # fmt: skip
        return {}

    async def tag(self, seat: Seat, asked: frames.SetTags) -> Mapping[str, Any]:
        c = await self.hall.access.write(seat.me, asked.conversation)
        done = await self.desk.handle(
            ask.Tag(conversation=c.id, actor=seat.actor, tags=tuple(dict.fromkeys(asked.tags)))
        )
        return {"tags": list(done.state.tags)}

    async def flag(self, seat: Seat, asked: frames.SetFlag) -> Mapping[str, Any]:
        c = await self.hall.access.write(seat.me, asked.conversation)
        done = await self.desk.handle(
            ask.Flag(conversation=c.id, actor=seat.actor, flag=asked.flag, level=asked.level)
        )
        return {"flags": flags_of(done.state)}

    async def watch(self, seat: Seat, asked: frames.OfConversation) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        seat.watching.add(c.id)
        self.hall.server.join(seat.namespace, seat.sid, room_of(c.id))
        self.signals.send(seat, c.id, "presence", on=True)
        return await self._seen(seat, c.id)

    async def unwatch(self, seat: Seat, asked: frames.OfConversation) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        seat.watching.discard(c.id)
        self.signals.send(seat, c.id, "presence", on=False)
        if not engaged(c, seat.me.id):
            self.hall.server.part(seat.namespace, seat.sid, room_of(c.id))
        return {}

    async def _seen(self, seat: Seat, conversation: str) -> Mapping[str, Any]:
        return {"conversation": await self.hall.views.for_staff(conversation, seat.me.id)}

    def _colleague(self, seat: Seat, agent: str | None) -> str | None:
        if agent is None:
            return None
        known = self.hall.roster.get(agent)
        if known is None or known.disabled:
            raise Refused("not_found", "There is no such colleague.", field="to_agent")
        if agent == seat.me.id:
            raise Refused("bad_request", "You have it already.", field="to_agent")
        return agent

    def _bot(self, c: Conversation, asked: frames.Transfer) -> str | None:
        if not asked.to_bot:
            return None
        if self.hall.settings.bot is None or not self.desk.rules.sites[c.site].bot:
            raise Refused("conflict", "There is no bot here.", field="to_bot")
        return self.hall.settings.bot

    def _offer_ms(self, c: Conversation) -> int:
        queue = self.desk.rules.queues.get(c.queue or "")
        return (queue.offer_timeout_s if queue else 20) * 1000


def _said(seat: Seat, c: Conversation, asked: frames.AgentSay) -> ask.Say:
    return ask.Say(
        conversation=c.id, actor=seat.actor, cmid=asked.cmid, text=asked.text, canned_id=asked.canned
    )
