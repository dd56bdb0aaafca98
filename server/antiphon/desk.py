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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from antiphon import failpoints
from antiphon.domain import agent as shifts
from antiphon.domain import commands as ask
from antiphon.domain import customer as customers
from antiphon.domain import surveys
from antiphon.domain import ticket as tickets
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation, evolve
from antiphon.domain.customer import Customer
from antiphon.domain.decide import decide
from antiphon.domain.errors import Refused
from antiphon.domain.events import SYSTEM, Actor, Event
from antiphon.domain.floor import Floor
from antiphon.domain.repeat import same
from antiphon.domain.rules import Rules
from antiphon.domain.ticket import Ticket
from antiphon.journal.codec import State
from antiphon.journal.committer import Committer
from antiphon.journal.store import Append, Basis, Store
from antiphon.journal.tables import conversations

CACHED = 20_000  # folded conversations kept in memory
RETRIES = 5  # lost races before giving up

Key = tuple[str, str | None, str]  # actor kind, actor id, cmid


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
    waiting: dict[Key | None, asyncio.Future[tuple[Event, ...] | None]] = field(default_factory=dict)
    basis: Basis = field(default_factory=Basis)


Told = Callable[[Done | Refused | None], None]


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
            if failpoints.ARMED:
                await failpoints.reach("before_decide")
            entry = await self._entry(command.conversation)
            repeated = await self._repeated(entry, command)
            if repeated:
                return repeated
            now_ms = max(self.now_ms(), entry.state.last_at_ms)
            events = self._decide(entry.state, command, now_ms)
            if failpoints.ARMED:
                failpoints.strike("after_decide")
            if not events:
                return Done(state=entry.state)
            committed = await self._commit(entry, command, events)
            if committed:
                placed, state = committed
                return Done(state=state, events=placed)
        raise Refused("unavailable", "Too many are changing this at once. Try again.", retryable=True)

    def at_once(self, command: ask.Command, told: Told) -> bool:
        """The same without waiting, where all that it takes is at hand: `told` is called after the commit.

        False: not begun, `handle` it. Raises `Refused` as `handle` does; `told(None)` means that another
        node was first, and that it is to be handled anew.
        """
        entry, key = self._cache.get(command.conversation), _key(command)
        if entry is None or key is None or key in entry.cmids or failpoints.ARMED:
            return False
        self._cache.move_to_end(command.conversation)
        events = self._decide(entry.state, command, max(self.now_ms(), entry.state.last_at_ms))
        if not events:
            return False
        self._put(entry, command, key, events, told)
        return True

    async def set_status(self, command: ask.SetStatus) -> Shift:
        """Change an agent's presence. Returns the shift as it then is."""
        return await self.of_agent(command)

    async def of_agent(self, command: ask.SetStatus | ask.PlanShift | ask.Employ) -> Shift:
        """Change an agent's presence, roster or employment. Returns the shift as it then is."""
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

    def at_hand(self, conversation: str) -> Conversation | None:
        """The folded conversation if nothing has to be read for it."""
        entry = self._cache.get(conversation)
        c = entry.state if entry is not None else None
        return c if isinstance(c, Conversation) and c.n else None

    async def ticket(self, ticket: str) -> Ticket | None:
        """The folded ticket, or None if there is none."""
        entry = await self._entry(f"{tickets.PREFIX}{ticket}")
        found: Ticket = entry.state
        return found if found.n else None

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
        state: State
        try:
            if stream.startswith("agent:"):
                state = await self._shift(stream)
            elif stream.startswith("customer:"):
                state = Customer(stream=stream, n=await self.store.length(stream))
            elif stream.startswith(tickets.PREFIX):
                state = await self._ticket(stream)
            else:
                state = await self.store.conversation(stream) or Conversation(id=stream)
            # After the state: what another node commits in between is then known as a repeat, or the
            # state is too old and the commit is refused. The other way round it would be stored twice.
            cmids = await self.store.cmids(stream)
        except Exception as error:
            raise _unavailable() from error
        entry = self._cache[stream] = _Entry(state=state, cmids=cmids)
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return entry

    async def _shift(self, stream: str) -> Shift:
        """As it was folded last, and past what an import has put behind it since."""
        shift = await self.store.shift(stream) or Shift(agent=stream[6:])
        for event in await self.store.history(stream, shift.n):
            shift = shifts.evolve(shift, event)
        return shift

    async def _ticket(self, stream: str) -> Ticket:
        """Folded anew: a ticket is short."""
        return tickets.fold(stream, await self.store.history(stream))

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
        if not found or not same(command, found[0]):
            raise Refused("conflict", "This cmid was used before for something else.", field="cmid")
        return Done(state=entry.state, events=tuple(found), dup=True)

    async def _commit(
        self, entry: _Entry, command: ask.Command, events: list[Event]
    ) -> tuple[tuple[Event, ...], Any] | None:
        """Durable events and the state after them, or None when another node was first.

        Until the commit the entry is ahead of the database; if it fails the entry is forgotten.
        """
        stream, key = command.conversation, _key(command)
        put, after = self._put(entry, command, key, events)
        try:
            placed = await put
        except Exception as error:
            self._forget(stream, entry)
            raise _unavailable() from error
        finally:
            entry.waiting.pop(key, None)
        if placed is None:
            self._forget(stream, entry)
            return None
        return placed, after

    def _put(
        self, entry: _Entry, command: ask.Command, key: Key | None, events: list[Event],
        told: Told | None = None,
    ) -> tuple[asyncio.Future[tuple[Event, ...] | None], Any]:  # fmt: skip
        """Hand the events to the committer; the state as it will be."""
        stream, before = command.conversation, entry.state
        numbered = tuple(_numbered(stream, before.n, events))
        after = before
        for event in numbered:
            after = _evolve(after, event) if event.stream == stream else after
        entry.state = after
        put = self._committer.put(
            Append(stream=stream, expected=before.n, events=numbered, state=after, basis=entry.basis),
            partial(self._tell, entry, stream, key, after, told) if told else None,
        )
        if key:
            entry.waiting[key] = put
            entry.cmids[key] = next((event.n for event in numbered if event.cmid), numbered[0].n)
        return put, after

    def _tell(
        self, entry: _Entry, stream: str, key: Key | None, after: Any, told: Told,
        put: asyncio.Future[tuple[Event, ...] | None],
    ) -> None:  # fmt: skip
        """What became of a command that was obeyed at once."""
        entry.waiting.pop(key, None)
        if put.cancelled() or put.exception():
            self._forget(stream, entry)
            told(_unavailable())
            return
        placed = put.result()
        if placed is None:
            self._forget(stream, entry)
            told(None)
        else:
            told(Done(state=after, events=placed))

    def _decide(self, state: Any, command: ask.Command, now_ms: int) -> list[Event]:
        if isinstance(command, ask.Track):
            return customers.decide(state, command, now_ms)
        if isinstance(command, tickets.TicketCommand):
            return tickets.decide(state, command, now_ms, self.rules.queues)
        return decide(state, self._estimated(command), now_ms, self.rules)

    def _forget(self, stream: str, entry: _Entry) -> None:
        if self._cache.get(stream) is entry:
            del self._cache[stream]

    def _estimated(self, command: ask.Command) -> ask.Command:
        """What the visitor is told of the wait is written down with the queue entry (KPI Q16)."""
        if isinstance(command, ask.RequestHandoff):
            place = self.floor.queued(command.queue) + 1
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
    return _FOLDS[type(state)](state, event)


_FOLDS: Mapping[type, Callable[[Any, Event], Any]] = {
    Conversation: evolve, Shift: shifts.evolve, Customer: customers.evolve, Ticket: tickets.evolve,
}  # fmt: skip


def _as_shift(state: Any) -> Shift:
    assert isinstance(state, Shift)
    return state


def _unavailable() -> Refused:
    return Refused("unavailable", "This could not be saved just now. Try again.", retryable=True)
