"""What a supervisor may ask besides what an agent may."""

from collections.abc import Mapping
from typing import Any

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.gateway import frames
from antiphon.gateway.calls import Handler, Quick
from antiphon.gateway.inbound.agent import AgentDesk
from antiphon.gateway.inbound.common import stored
from antiphon.gateway.seats import Seat
from antiphon.journal.people import User


class SupervisorDesk(AgentDesk):
    """The handlers of `/supervisor`."""

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "watch": self.watch, "unwatch": self.unwatch, "sync": self.sync, "whisper": self.whisper,
            "join": self.join, "take_over": self.take_over, "assign": self.assign,
            "set_status": self.set_status,
        }  # fmt: skip

    def quick(self) -> Mapping[str, Quick]:
        return {}

    async def whisper(self, seat: Seat, asked: frames.WriteNote) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        return stored(await self.desk.handle(
            ask.Note(conversation=c.id, actor=seat.actor, cmid=asked.cmid, text=asked.text, whisper=True)
        ))  # fmt: skip

    async def join(self, seat: Seat, asked: frames.OfConversation) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        return await self._moved(ask.Join(conversation=c.id, actor=seat.actor, agent=seat.me.id))

    async def take_over(self, seat: Seat, asked: frames.OfConversation) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        return await self._moved(ask.TakeOver(
            conversation=c.id, actor=seat.actor, agent=seat.me.id, queue=self._queue(c),
        ))  # fmt: skip

    async def assign(self, seat: Seat, asked: frames.Assign) -> Mapping[str, Any]:
        c = await self.find(seat, asked.conversation)
        if (asked.agent is None) == (asked.queue is None):
            raise Refused("bad_request", "Name an agent or a queue.", field="agent")
        if asked.agent is not None:
            self._user(asked.agent)
        return await self._moved(
            ask.Assign(conversation=c.id, actor=seat.actor, agent=asked.agent, queue=asked.queue)
        )

    async def set_status(self, seat: Seat, asked: frames.SetAgentStatus) -> Mapping[str, Any]:
        user = self._user(asked.agent)
        shift = await self.desk.shift(user.id)
        await self.desk.set_status(ask.SetStatus(
            conversation=f"agent:{user.id}", actor=seat.actor, agent=user.id, status=asked.status,
            reason=asked.reason, queues=self.hall.views.queues_of(user),
            max_concurrency=shift.max_concurrency if shift.since_ms else user.max_concurrency,
        ))  # fmt: skip
        return {"agent": self.hall.views.me(user)}

    async def _moved(self, command: ask.Command) -> Mapping[str, Any]:
        return {"state": (await self.desk.handle(command)).state.state}

    def _queue(self, c: Conversation) -> str:
        return c.queue or self.desk.rules.queue_of(c.site, c.department).id

    def _user(self, agent: str) -> User:
        user = self.hall.roster.get(agent)
        if user is None or user.disabled:
            raise Refused("not_found", "There is no such agent.", field="agent")
        return user
