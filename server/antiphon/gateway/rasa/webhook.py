"""Rasa's REST channel: one message in, what was answered out.

`sender` is the client's own name for a person and all that it takes to go on: keep it
unguessable. A message to the bot waits for the bot; what agents wrote since the last call
comes with the next.
"""

import asyncio
import hashlib
import hmac
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.gateway.hall import Hall
from antiphon.gateway.limits import Buckets
from antiphon.gateway.rasa.talk import Talk
from antiphon.gateway.rasa.uttered import for_rest, next_question, uttered
from antiphon.gateway.rest.body import Body, read_body, refusal
from antiphon.journal.visitors import Visitor

PATH = "/webhooks/rest/webhook"
WAIT_S = 12.0  # a bot that has not answered by then has handed over or will not answer


class Message(Body, frozen=True):
    """What Rasa's clients post."""

    sender: Annotated[str, Meta(min_length=1, max_length=200)]
    message: Annotated[str, Meta(min_length=1, max_length=4000)]
    metadata: dict[str, Any] | None = None
    input_channel: Annotated[str, Meta(max_length=80)] | None = None


class RasaWebhook:
    """`tell` hears every committed event of this node."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._talk = Talk(hall)
        self._waiting: dict[tuple[str, int], asyncio.Future[None]] = {}
        self._told: dict[str, int] = {}
        self._rates = Buckets(hall.settings.limits.visitor)
        self._strangers = Buckets(hall.settings.limits.strangers)

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(PATH, self._post)
        app.router.add_options(PATH, self._options)
        app.router.add_get("/webhooks/rest/", self._alive)

    def tell(self, event: Event) -> None:
        """The bot has dealt with the message it answers; the rest of its answer is in the same batch."""
        if event.cause is None or event.kind not in ("message", "handoff_requested", "closed"):
            return
        waiting = self._waiting.get((event.stream, event.cause))
        if waiting is not None:
            asyncio.get_running_loop().call_soon(_done, waiting)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await read_body(Message, request, self._hall.settings.limits.body_bytes)
            said = await self._answer(body, self._hall.proxies.peer(request))
        except Refused as no:
            return self._shared(request, refusal(no, "rest"))
        except web.HTTPException as no:
            return self._shared(request, refusal(Refused("bad_request", no.reason), "rest", no.status))
        if request.query.get("stream") == "true":
            lines = b"".join(msgspec.json.encode(one) + b"\n" for one in said)
            return self._shared(request, web.Response(body=lines, content_type="application/json"))
        answer = web.Response(body=msgspec.json.encode(said), content_type="application/json")
        return self._shared(request, answer)

    async def _answer(self, body: Message, address: str) -> list[dict[str, Any]]:
        if self._rates.take(body.sender):
            raise Refused("rate_limited", "Too fast. Wait a little.", retryable=True)
        visitor = await self._visitor(body.sender, address)
        before = await self._hall.directory.visitors.latest(visitor.id)
        after = self._told.get(before or "", None)
        done = await self._talk.say(visitor, body.message)
        mine = next((e.n for e in done.events if e.kind == "message"), 0)
        if mine and done.state.state == "bot":
            await self._bot(done.state.id, mine)
        if any(event.kind == "survey_answered" for event in done.events):
            said = [next_question(done.state, self._talk.site().locale)]
        else:
            said = await self._since(done.state.id, after if after is not None else mine)
        return [for_rest(one, body.sender) for one in said]

    async def _bot(self, conversation: str, message: int) -> None:
        """Wait until the bot has answered this message, or for long enough."""
        key = (conversation, message)
        self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            c = await self._hall.desk.state(conversation)
            if c is not None and c.state == "bot" and c.answered < message:
                async with asyncio.timeout(WAIT_S):
                    await self._waiting[key]
        except TimeoutError:
            pass
        finally:
            del self._waiting[key]

    async def _since(self, conversation: str, n: int) -> list[dict[str, Any]]:
        """All that was said to the visitor after event `n`, and note that it was told."""
        history = await self._hall.desk.history(conversation, n)
        if history:
            self._told[conversation] = history[-1].n
        locale, name = self._talk.site().locale, self._hall.roster.name
        return [
            said
            for event in history
            for said in uttered(event, locale, name(event.data.get("agent")) or event.actor.name)
        ]

    async def _visitor(self, sender: str, address: str) -> Visitor:
        """The person a client calls `sender`."""
        visitors, site = self._hall.directory.visitors, self._talk.site()
        named = hmac.new(self._hall.settings.secret, f"rest\0{sender}".encode(), hashlib.sha256)
        known = await visitors.by_token(site.id, named.hexdigest())
        if known is not None:
            return known
        if self._strangers.take(address):
            raise Refused("rate_limited", "Too many new visitors from here.", retryable=True)
        return (await visitors.create(site.id, token=named.hexdigest()))[0]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _options(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(status=204)
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        return self._shared(request, response)

    def _shared(self, request: web.Request, response: web.Response) -> web.Response:
        """A page of the site's origins may read the answer."""
        origin, origins = request.headers.get("Origin"), self._talk.site().origins
        if origin is not None and (not origins or origin in origins):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
        return response


def _done(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
