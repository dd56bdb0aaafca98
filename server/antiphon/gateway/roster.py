"""Names and faces of the people who work here, kept at hand so that nobody waits for them."""

from collections.abc import Iterable

from antiphon.gateway.frames import Person
from antiphon.journal.people import People, User


class Roster:
    """All users in memory. `load` again after a change; other nodes are told by a signal."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._users: dict[str, User] = {}

    async def load(self) -> None:
        self._users = {user.id: user for user in await self._people.all()}

    def all(self) -> Iterable[User]:
        return self._users.values()

    def get(self, user: str | None) -> User | None:
        return self._users.get(user or "")

    def name(self, user: str | None) -> str | None:
        known = self.get(user)
        return known.name if known else None

    def person(self, user: str) -> Person:
        """What others may know of him; an imported id without a user is its own name."""
        known = self.get(user)
        return Person(id=user, name=known.name, avatar=known.avatar) if known else Person(id=user, name=user)
