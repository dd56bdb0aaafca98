"""Who may see and do what. "Not yours" and "does not exist" are the same answer.

visitor      his own conversations
agent        reads what waits in his queues, what he has or had, what he is offered;
             writes in what he has
supervisor   reads everything, writes notes everywhere
admin        as a supervisor, and sets things up
"""

from antiphon.desk import Desk
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.gateway.seats import Seat
from antiphon.gateway.views import Views
from antiphon.journal.people import User

RANK = {"agent": 1, "supervisor": 2, "admin": 3}


def at_least(user: User, role: str) -> bool:
    return RANK[user.role] >= RANK[role]


def no_such() -> Refused:
    return Refused("not_found", "There is no such conversation.", field="conversation")


class Access:
    """Finds a conversation for somebody, or says that there is none."""

    def __init__(self, desk: Desk, views: Views) -> None:
        self._desk = desk
        self._views = views

    async def visitors(self, seat: Seat, conversation: str) -> Conversation:
        """A visitor's own conversation."""
        return self.own(seat, await self._desk.state(conversation))

    def own(self, seat: Seat, c: Conversation | None) -> Conversation:
        """The same conversation, if it is this visitor's."""
        if c is None or c.visitor != seat.visitor:
            raise no_such()
        return c

    async def read(self, user: User, conversation: str) -> Conversation:
        """A conversation this user may read."""
        return self.readable(user, await self._desk.state(conversation))

    def readable(self, user: User, c: Conversation | None) -> Conversation:
        """The same conversation, if this user may read it."""
        if c is None or not self.may_read(user, c):
            raise no_such()
        return c

    async def write(self, user: User, conversation: str) -> Conversation:
        """A conversation this user may write notes, tags and flags into."""
        c = await self.read(user, conversation)
        if not (at_least(user, "supervisor") or engaged(c, user.id) or _last_word(c, user.id)):
            raise Refused("forbidden", "Take the conversation first.")
        return c

    def may_read(self, user: User, c: Conversation) -> bool:
        if at_least(user, "supervisor") or engaged(c, user.id) or c.offered_to(user.id):
            return True
        if user.id == c.last_agent or any(past.agent == user.id for past in c.handled):
            return True
        return c.queue is not None and c.queue in self._views.queues_of(user)


def engaged(c: Conversation, user: str) -> bool:
    """Has it, or still wraps it up."""
    return c.has(user) or any(wrapup.agent == user for wrapup in c.wrapups)


def _last_word(c: Conversation, user: str) -> bool:
    """It is over and he had it last: he may still set it in order."""
    return c.state == "closed" and c.last_agent == user
