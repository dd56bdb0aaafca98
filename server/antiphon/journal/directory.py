"""THE DIRECTORY: who and what exists (history is the journal's).

    people    users          sessions  log-ins, tickets      visitors  strangers and customers
    keys      programmes     tickets   what is answered later
    places    sites, queues  phrases   canned answers        audit     who changed what
    goals     what a number shall be    alerts   rules and firings
    archive   finding conversations     webhooks · outbox   who outside is told of what
    dropped   what the bot need not learn

One object per database; every method is one short transaction.
"""

import random
import time
from collections.abc import Callable

from antiphon.domain.rules import Rules
from antiphon.journal.alerts import Alerts
from antiphon.journal.archive import Archive
from antiphon.journal.deliveries import Deliveries
from antiphon.journal.dropped import Dropped
from antiphon.journal.engine import Database
from antiphon.journal.goals import Goals
from antiphon.journal.keys import Keys
from antiphon.journal.people import People
from antiphon.journal.places import AuditLog, Phrases, Places
from antiphon.journal.sessions import Sessions
from antiphon.journal.tickets import Tickets
from antiphon.journal.visitors import Visitors
from antiphon.journal.webhooks import Webhooks


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
        self.keys = Keys(database, now_ms)
        self.audit = AuditLog(database, now_ms)
        self.goals = Goals(database)
        self.outbox = Deliveries(database, now_ms, random.random)
        self.alerts = Alerts(database, self.outbox)
        self.webhooks = Webhooks(database, self.outbox)
        self.tickets = Tickets(database)
        self.dropped = Dropped(database, now_ms)

    async def rules(self) -> Rules:
        """Queues, sites and their hours, as the domain reads them."""
        return await self.places.rules()
