"""THE DIRECTORY: who and what exists (history is the journal's).

    people    users          sessions  log-ins, tickets      visitors  strangers and customers
    places    sites, queues  phrases   canned answers        audit     who changed what
    archive   finding conversations

One object per database; every method is one short transaction.
"""

import time
from collections.abc import Callable

from antiphon.domain.rules import Rules
from antiphon.journal.archive import Archive
from antiphon.journal.engine import Database
from antiphon.journal.people import People
from antiphon.journal.places import AuditLog, Phrases, Places
from antiphon.journal.sessions import Sessions
from antiphon.journal.visitors import Visitors


def wall_ms() -> int:
    """UTC milliseconds by this machine's clock."""
    return time.time_ns() // 1_000_000


class Directory:
    """Everything the desk knows that is not history."""

    def __init__(self, database: Database, now_ms: Callable[[], int] = wall_ms) -> None:
        self.people = People(database, now_ms)
        self.sessions = Sessions(database, self.people, now_ms)
        self.visitors = Visitors(database, now_ms)
        self.places = Places(database)
        self.phrases = Phrases(database)
        self.archive = Archive(database)
        self.audit = AuditLog(database, now_ms)

    async def rules(self) -> Rules:
        """Queues, sites and their hours, as the domain reads them."""
        return await self.places.rules()
