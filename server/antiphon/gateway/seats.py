"""Who sits at this node's sockets. One seat a socket and namespace; gone with the socket."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from antiphon.domain.events import Actor
from antiphon.gateway.limits import Bucket
from antiphon.gateway.order import Order
from antiphon.journal.people import User


@dataclass(slots=True, kw_only=True, eq=False)
class Seat:
    """A visitor (`visitor`, `site`) or a user (`user`, `session`), already known to be himself."""

    sid: str
    namespace: str
    actor: Actor
    calls: Bucket
    hints: Bucket
    visitor: str | None = None
    site: str | None = None
    token: str | None = None
    user: User | None = None
    session: str | None = None
    name: str | None = None  # a visitor's, as he came
    stranger: bool = False  # made just now: there is nothing of his to read
    arrived: bool = False  # counted as present
    watching: set[str] = field(default_factory=set)
    asked: int = 0  # how much was asked
    order: Order | None = None  # nothing has failed yet

    @property
    def person(self) -> tuple[str, str]:
        """Presence counts people, not sockets."""
        return ("visitor", self.visitor) if self.visitor else ("agent", self.me.id)

    @property
    def me(self) -> User:
        """The user; only asked where the namespace has no visitors."""
        if self.user is None:
            raise LookupError("a visitor's seat has no user")
        return self.user


class Seats:
    """All seats of this node, by socket and by person."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, str], Seat] = {}
        self._people: dict[tuple[str, str], dict[tuple[str, str], Seat]] = {}

    def take(self, seat: Seat) -> None:
        key = (seat.namespace, seat.sid)
        self._all[key] = seat
        self._people.setdefault(seat.person, {})[key] = seat

    def leave(self, namespace: str, sid: str) -> Seat | None:
        seat = self._all.pop((namespace, sid), None)
        if seat is not None:
            his = self._people[seat.person]
            del his[namespace, sid]
            if not his:
                del self._people[seat.person]
        return seat

    def get(self, namespace: str, sid: str) -> Seat | None:
        return self._all.get((namespace, sid))

    def of_visitor(self, visitor: str) -> list[Seat]:
        return list(self._people.get(("visitor", visitor), {}).values())

    def of_user(self, user: str, namespace: str | None = None) -> list[Seat]:
        his = self._people.get(("agent", user), {}).values()
        return [seat for seat in his if namespace in (None, seat.namespace)]

    def users(self, namespace: str | None = None) -> Iterator[Seat]:
        """Seats of agents and supervisors, in one namespace or in all."""
        for (kind, _), his in list(self._people.items()):
            if kind == "agent":
                yield from [seat for seat in his.values() if namespace in (None, seat.namespace)]

    def __len__(self) -> int:
        return len(self._all)
