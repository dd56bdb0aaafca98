"""What a Rasa client says, turned into our commands. Shared by its socket and its webhook."""

import json
import secrets
from typing import Any

import msgspec

from antiphon.desk import Done
from antiphon.domain import commands as ask
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor
from antiphon.domain.rules import Site
from antiphon.gateway import errors, frames
from antiphon.gateway.auth import conversation_id
from antiphon.gateway.hall import Hall
from antiphon.gateway.rasa.uttered import RATE
from antiphon.journal.visitors import Visitor

CHANNEL = "rasa"


class Uttered(frames.In, frozen=True):
    """The part of `user_uttered` and of the webhook's body that is looked at."""

    message: frames.Text


class Rating(frames.In, frozen=True):
    """What a pressed score stands for."""

    survey: frames.Id
    csat: int | None = None
    nps: int | None = None
    ces: int | None = None
    fcr: int | None = None


class Talk:
    """A visitor's next word, wherever his conversation stands."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def site(self) -> Site:
        """Rasa clients name no site: the default one, or the first."""
        sites = self._hall.desk.rules.sites
        return sites.get("default") or next(iter(sites.values()))

    async def say(self, visitor: Visitor, message: Any) -> Done:
        """Start, go on, or rate. Raises `Refused`."""
        text = errors.read(Uttered, {"message": message}, ("message",)).message
        if visitor.blocked:
            raise Refused("forbidden", "This chat is not open to you.")
        actor, latest = Actor(kind="visitor", id=visitor.id), await self._latest(visitor)
        if text.startswith(RATE) and latest is not None:
            return await self._rate(latest, actor, text)
        if latest is not None:
            try:
                return await self._hall.desk.handle(
                    ask.Say(conversation=latest, actor=actor, cmid=secrets.token_hex(16), text=text)
                )
            except Refused as no:
                if no.code != "closed":
                    raise
        return await self._start(visitor, actor, text)

    async def _latest(self, visitor: Visitor) -> str | None:
        return await self._hall.directory.visitors.latest(visitor.id)

    async def _start(self, visitor: Visitor, actor: Actor, text: str) -> Done:
        site, cmid = self.site(), secrets.token_hex(16)
        return await self._hall.desk.handle(ask.Start(
            conversation=conversation_id(self._hall.settings.secret, visitor.id, cmid), actor=actor,
            cmid=cmid, visitor=visitor.id, site=site.id, channel=CHANNEL, text=text,
            queue=self._hall.desk.rules.queue_of(site.id, None).id,
            bot=self._hall.settings.bot if site.bot else None,
        ))  # fmt: skip

    async def _rate(self, conversation: str, actor: Actor, text: str) -> Done:
        try:
            pressed = msgspec.convert(json.loads(text.removeprefix(RATE)), Rating)
        except (ValueError, msgspec.ValidationError):
            raise Refused("bad_request", "This is no rating.") from None
        given = {kind: score for kind, score in msgspec.to_builtins(pressed).items() if score is not None}
        survey = given.pop("survey")
        for kind, score in given.items():
            on_scale(kind, score)
        return await self._hall.desk.handle(ask.Rate(
            conversation=conversation, actor=actor, cmid=secrets.token_hex(16), survey=survey, answers=given,
        ))  # fmt: skip


def on_scale(kind: str, score: int) -> None:
    """Is the score on its scale? Raises `Refused`."""
    errors.read(frames.Answers, {kind: score})
