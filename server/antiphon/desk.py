"""THE DOOR. `Desk.handle(command)` is the only thing that writes facts.

Load the state, `decide`, hand the events to the one committer, answer when they are durable.
Rules:
1. A command with a `cmid` is obeyed once; a repeat gets the first answer (`dup`), also after a
   restart and on any node. The same cmid with other content is a `conflict`.
2. Commands of one conversation are decided in the order they came, each on the outcome of the
   one before, without waiting for its commit.
3. Who loses the race for a stream to another node reloads and decides again.
4. The caller is answered after the commit and never waits for a broadcast.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from antiphon.domain import agent as shifts
from antiphon.domain import commands as ask
from antiphon.domain import customer as customers
from antiphon.domain import surveys
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation, evolve
from antiphon.domain.customer import Customer
from antiphon.domain.decide import decide
from antiphon.domain.errors import Refused
from antiphon.domain.events import SYSTEM, Actor, Event
from antiphon.domain.floor import Floor
from antiphon.domain.rules import Rules
from antiphon.journal.committer import Committer
from antiphon.journal.store import Append, Store
from antiphon.journal.tables import conversations

CACHED = 20_000  # folded conversations kept in memory
RETRIES = 5  # lost races before giving up

Key = tuple[str, str | None, str]  # actor kind, actor id, cmid

_MAIN_KINDS = {
    ask.Start: "conversation_started",
    ask.Say: "message",
    ask.Note: "message",
    ask.RequestHandoff: "handoff_requested",
    ask.End: "closed",
    ask.Transfer: "transferred",
    ask.Rate: "survey_answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The state after the command and the events it made; none when it was so already.

    `state` is the conversation's; a command of another stream (`Track`) leaves it to nobody.
    """

    state: Conversation
    events: tuple[Event, ...] = ()
    dup: bool = False

    @property
    def event(self) -> Event | None:
        """The event that carries the command's cmid, else the last one."""
        named = (event for event in self.events if event.cmid)
        return next(named, self.events[-1] if self.events else None)


@dataclass(slots=True)
class _Entry:
    """A cached conversation: its state as decided so far, and every cmid ever obeyed."""

    state: Any
    cmids: dict[Key, int]
    waiting: dict[Key, asyncio.Future[tuple[Event, ...] | None]] = field(default_factory=dict)


class Desk:
    """One a node. `floor` is kept by the caller from the same journal."""

    def __init__(
        self, store: Store, committer: Committer, floor: Floor, rules: Rules, epoch: str,
        now_ms: Callable[[], int],
    ) -> None:  # fmt: skip
        self.store, self.floor, self.rules, self.epoch, self.now_ms = store, floor, rules, epoch, now_ms
        self._committer = committer
        self._cache: OrderedDict[str, _Entry] = OrderedDict()
        self._loading: dict[str, asyncio.Task[_Entry]] = {}

    # -- asking -----------------------------------------------------------------------------------

    async def handle(self, command: ask.Command) -> Done:
        """Obey a command. Raises `Refused`; `unavailable` means that the outcome is not known."""
        for _ in range(RETRIES):
            entry = await self._entry(command.conversation)
            repeated = await self._repeated(entry, command)
            if repeated:
                return repeated
            now_ms = max(self.now_ms(), entry.state.last_at_ms)
            events = self._decide(entry.state, command, now_ms)
            if not events:
                return Done(state=entry.state)
            committed = await self._commit(entry, command, events)
            if committed:
                placed, state = committed
                return Done(state=state, events=placed)
        raise Refused("unavailable", "Too many are changing this at once. Try again.", retryable=True)

    async def set_status(self, command: ask.SetStatus) -> Shift:
        """Change an agent's presence. Returns the shift as it then is."""
        stream = shifts.stream_of(command.agent)
        for _ in range(RETRIES):
            entry = await self._entry(stream)
            events = shifts.decide(entry.state, command, self.now_ms())
            if not events or await self._commit(entry, command, events):
                return _as_shift(entry.state)
        raise Refused("unavailable", "Too many are changing this at once. Try again.", retryable=True)

    async def end(
        self, conversation: str, actor: Actor = SYSTEM, *, cmid: str | None = None, resolved: bool = False,
        reason: str | None = None,
    ) -> Done:  # fmt: skip
        """Close a conversation, with the survey that applies and wrap-up for its agents."""
        c = await self.state(conversation)
        if c is None:
            raise Refused("not_found", "There is no such conversation.")
        queue = self.rules.queues.get(c.queue or "")
        return await self.handle(
            ask.End(
                conversation=conversation, actor=actor, cmid=cmid, resolved=resolved, reason=reason,
                survey=surveys.survey_id(c), questions=await self._questions(c),
                wrapup=queue is None or queue.wrapup_max_s > 0,
            )
        )  # fmt: skip

    # -- reading ----------------------------------------------------------------------------------

    async def state(self, conversation: str) -> Conversation | None:
        """The folded conversation, or None if there is none."""
        if not conversation or ":" in conversation:
            return None
        entry = await self._entry(conversation)
        c: Conversation = entry.state
        return c if c.n else None

    async def shift(self, agent: str) -> Shift:
        """The agent's shift; offline if he was never there."""
        entry = await self._entry(shifts.stream_of(agent))
        return _as_shift(entry.state)

    async def history(self, stream: str, after: int = 0, limit: int | None = None) -> list[Event]:
        """Committed events with `n > after`, in order, words included."""
        return await self.store.history(stream, after, limit)

    async def last(self, stream: str, limit: int = 50) -> list[Event]:
        return await self.store.last(stream, limit)

    def follow(self, events: Sequence[Event]) -> None:
        """Events of the journal (a `Tail` listener): what other nodes did reaches the cache."""
        for event in events:
            entry = self._cache.get(event.stream)
            if entry is None or event.n <= entry.state.n:
                continue
            if event.n != entry.state.n + 1:
                self._forget(event.stream, entry)
                continue
            entry.state = _evolve(entry.state, event)
            if event.cmid:
                entry.cmids[(event.actor.kind, event.actor.id, event.cmid)] = event.n

    # -- inside -----------------------------------------------------------------------------------

    async def _entry(self, stream: str) -> _Entry:
        entry = self._cache.get(stream)
        if entry is not None:
            self._cache.move_to_end(stream)
            return entry
        loading = self._loading.get(stream)
        if loading is None:
            loading = self._loading[stream] = asyncio.create_task(self._load(stream))
            loading.add_done_callback(lambda _: self._loading.pop(stream, None))
        return await asyncio.shield(loading)

    async def _load(self, stream: str) -> _Entry:
        state: Conversation | Shift | Customer
        try:
            cmids = await self.store.cmids(stream)
            if stream.startswith("agent:"):
                state = await self.store.shift(stream) or Shift(agent=stream[6:])
            elif stream.startswith("customer:"):
                state = Customer(stream=stream, n=await self.store.length(stream))
            else:
                state = await self.store.conversation(stream) or Conversation(id=stream)
        except Exception as error:
            raise _unavailable() from error
        entry = self._cache[stream] = _Entry(state=state, cmids=cmids)
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return entry

    async def _repeated(self, entry: _Entry, command: ask.Command) -> Done | None:
        """The first answer to a command that was obeyed before; None if it is new."""
        key = _key(command)
        if key is None:
            return None
        first = entry.waiting.get(key)
        if first is not None:
            await asyncio.wait([first])
            if first.cancelled() or first.exception() or not first.result():
                raise _unavailable()
        n = entry.cmids.get(key)
        if n is None:
            return None
        found = await self.store.history(command.conversation, n - 1, 1)
        if not found or not _same(command, found[0]):
            raise Refused("conflict", "This cmid was used before for something else.", field="cmid")
        return Done(state=entry.state, events=tuple(found), dup=True)

    async def _commit(
        self, entry: _Entry, command: ask.Command, events: list[Event]
    ) -> tuple[tuple[Event, ...], Any] | None:
        """Durable events and the state after them, or None when another node was first.

        Until the commit the entry is ahead of the database; if it fails the entry is forgotten.
        """
        stream, before = command.conversation, entry.state
        numbered = tuple(_numbered(stream, before.n, events))
        after = before
        for event in numbered:
            after = _evolve(after, event) if event.stream == stream else after
        entry.state = after
        put = self._committer.put(Append(stream=stream, expected=before.n, events=numbered, state=after))
        key = _key(command)
        if key:
            entry.waiting[key] = put
            entry.cmids[key] = next((event.n for event in numbered if event.cmid), numbered[0].n)
        try:
            placed = await put
        except Exception as error:
            self._forget(stream, entry)
            raise _unavailable() from error
        finally:
            if key:
                entry.waiting.pop(key, None)
        if placed is None:
            self._forget(stream, entry)
            return None
        return placed, after

    def _decide(self, state: Any, command: ask.Command, now_ms: int) -> list[Event]:
        if isinstance(command, ask.Track):
            return customers.decide(state, command, now_ms)
        return decide(state, self._estimated(command), now_ms, self.rules)

    def _forget(self, stream: str, entry: _Entry) -> None:
        if self._cache.get(stream) is entry:
            del self._cache[stream]

    def _estimated(self, command: ask.Command) -> ask.Command:
        """What the visitor is told of the wait is written down with the queue entry (KPI Q16)."""
        if isinstance(command, ask.RequestHandoff):
            place = len(self.floor.waiting(command.queue)) + 1
            return replace(command, estimate_s=self.floor.estimate_at(command.queue, place))
        if isinstance(command, ask.BotAnswer) and command.handoff:
            handoff = self._estimated(command.handoff)
            assert isinstance(handoff, ask.RequestHandoff)
            return replace(command, handoff=handoff)
        return command

    async def _questions(self, c: Conversation) -> tuple[Any, ...]:
        site = self.rules.sites.get(c.site)
        if site is None:
            return ()
        mine = await self.store.conversations(
            conversations.c.visitor == c.visitor, order=conversations.c.started_at_ms.desc(), limit=50
        )
        asked = [s.offered_ms for s in (other.survey for other in mine) if s and "nps" in s.kinds]
        return surveys.questions(
            site.surveys, c.language, last_nps_ms=max(asked, default=None), now_ms=self.now_ms()
        )


def _key(command: ask.Command) -> Key | None:
    return (command.actor.kind, command.actor.id, command.cmid) if command.cmid else None


def _numbered(stream: str, n: int, events: list[Event]) -> list[Event]:
    """The stream's own events count on; an event of another stream opens it."""
    numbered = []
    for event in events:
        own = event.stream == stream
        n += own
        numbered.append(event.numbered(n if own else 1))
    return numbered


def _evolve(state: Any, event: Event) -> Any:
    for kind, fold in _FOLDS:
        if isinstance(state, kind):
            return fold(state, event)
    raise TypeError(f"no fold for {type(state).__name__}")


_FOLDS: tuple[tuple[type, Callable[[Any, Event], Any]], ...] = (
    (Conversation, evolve),
    (Shift, shifts.evolve),
    (Customer, customers.evolve),
)


def _same(command: ask.Command, event: Event) -> bool:
    """Did the same command make this event?"""
    if event.kind != _MAIN_KINDS.get(type(command), event.kind):
        return False
    words = event.words or {}
    if isinstance(command, ask.Say | ask.Note):
        payload = command.payload if isinstance(command, ask.Say) else None
        return (words.get("text") or "") == command.text and words.get("payload") == payload
    if isinstance(command, ask.Rate):
        return event.data.get("score") == command.answers.get(event.data["kind"])
    return True


def _as_shift(state: Any) -> Shift:
    assert isinstance(state, Shift)
    return state


def _unavailable() -> Refused:
    return Refused("unavailable", "This could not be saved just now. Try again.", retryable=True)
