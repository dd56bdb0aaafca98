"""A real Rasa server as the bot, over its REST channel.

Rasa keeps its own tracker; we keep nothing. A hand-off is whatever message carries `custom.handoff` (see
`conventions`). The sender id is the conversation's, which is unguessable: Rasa's REST channel has no
authentication, so the server belongs on loopback or a private network. Any failure is `BotFailed`.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from antiphon.bots.about import About
from antiphon.bots.actions import Breaker, Clock, bounded
from antiphon.bots.conventions import Marks, department_of, read_marks, reason_of
from antiphon.bots.mood import is_fed_up
from antiphon.bots.port import BotFailed, Handoff, Outcome, QuickReply, Reply, Turn
from antiphon.bots.wish import wants_person

ANSWER_S = 10.0
ANSWER_BYTES = 262_144
OPENING = "/greet"
MESSAGES = 20
TEXT_CHARS = 4_000
SENT_ON_REQUEST = "Of course. I'll get a person for you."
SENT_AT_ONCE = "I'm sorry this has been so trying. I'll get a person for you right away."


class RasaBot:
    name = "rasa"

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        clock: Clock,
        *,
        opening: str = OPENING,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._opening = opening
        self._limit = aiohttp.ClientTimeout(total=answer_s)
        self._breaker = Breaker(clock)

    async def start(self) -> None:
        """Nothing to start: Rasa may come up after us."""

    async def close(self) -> None:
        """The session belongs to whoever made it."""

    def describe(self) -> str:
        return f"The bot is the Rasa server at {self._url}."

    def about(self) -> About:
        return About(says=self.describe())

    async def run(self) -> None:
        """Nothing to look after: Rasa trains and reloads by itself."""

    def look(self) -> None:
        """Nothing to look at: the project is Rasa's."""

    async def reply(self, turn: Turn) -> Outcome:
        if granted := _granted(turn.text):
            return granted
        self._breaker.check("the Rasa server")
        try:
            messages = await self._ask(turn)
        except BotFailed:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return _outcome(messages, turn)

    async def _ask(self, turn: Turn) -> list[Mapping[str, Any]]:
        said = {
            "sender": turn.conversation,
            "message": self._opening if turn.start else turn.text,
            "metadata": {**turn.metadata, "locale": turn.locale},
        }
        headers = {"Content-Type": "application/json"}
        address, body = f"{self._url}/webhooks/rest/webhook", msgspec.json.encode(said)
        try:
            async with self._http.post(address, data=body, headers=headers, timeout=self._limit) as answer:
                if answer.status != 200:
                    raise BotFailed(f"the Rasa server answered {answer.status}")
                return _messages(await bounded(answer, ANSWER_BYTES))
        except TimeoutError as slow:
            raise BotFailed(f"the Rasa server did not answer in {self._limit.total} s") from slow
        except aiohttp.ClientError as away:
            raise BotFailed(f"the Rasa server is not to be reached ({type(away).__name__})") from away


def _granted(text: str) -> Outcome | None:
    """A person at once, before Rasa is asked: for who wants one, and for who has lost his temper."""
    if text.startswith("/"):
        return None
    if wants_person(text):
        asked = Handoff(reason="asked", by="visitor", summary=f"Asked: “{text[:200]}”")
        return Outcome(replies=(Reply(text=SENT_ON_REQUEST),), handoff=asked)
    if is_fed_up(text):
        angry = Handoff(reason="sentiment", by="rule", summary=f"Said last: “{text[:200]}”")
        return Outcome(replies=(Reply(text=SENT_AT_ONCE),), handoff=angry)
    return None


def _messages(body: bytes) -> list[Mapping[str, Any]]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError as broken:
        raise BotFailed("the Rasa server's answer is not JSON") from broken
    if not isinstance(found, list) or not all(isinstance(message, dict) for message in found):
        raise BotFailed("the Rasa server's answer is no list of messages")
    return found[:MESSAGES]


def _outcome(messages: list[Mapping[str, Any]], turn: Turn) -> Outcome:
    marks = [read_marks(_custom(message)) for message in messages]
    confirms = [mark.confirm for mark in marks if mark.confirm is not None]
    replies = [_reply(message, mark, turn.start) for message, mark in zip(messages, marks, strict=True)]
    return Outcome(
        ticket=next((mark.ticket for mark in marks if mark.ticket is not None), None),
        replies=tuple(reply for reply in replies if reply is not None),
        handoff=next((_handoff(mark.handoff, turn) for mark in marks if mark.handoff is not None), None),
        confirm=confirms[-1] if confirms else None,
        end=any(mark.end for mark in marks),
    )


def _custom(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    custom = message.get("custom")
    return custom if isinstance(custom, Mapping) else None


def _reply(message: Mapping[str, Any], marks: Marks, auto: bool) -> Reply | None:
    buttons = [button for button in message.get("buttons") or [] if isinstance(button, dict)]
    reply = Reply(
        text=str(message.get("text") or "")[:TEXT_CHARS],
        quick_replies=tuple(_quick_reply(button) for button in buttons),
        image=message.get("image"),
        custom=marks.rest or None,
        auto=auto,
    )
    return reply if reply.text or reply.quick_replies or reply.image or reply.custom else None


def _quick_reply(button: Mapping[str, Any]) -> QuickReply:
    title = str(button.get("title", ""))[:200]
    return QuickReply(title=title, payload=str(button.get("payload") or title)[:1_000])


def _handoff(mark: Mapping[str, Any], turn: Turn) -> Handoff:
    reason = reason_of(mark)
    return Handoff(
        reason=reason,
        by="visitor" if reason == "asked" else "bot",
        department=department_of(mark),
        summary=str(mark.get("summary") or f"Asked last: “{turn.text[:200]}”"),
    )
