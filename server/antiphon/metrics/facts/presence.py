"""The visitor's coming and going (kpis.md G16). `leaves` holds the disconnects that were leaves."""

from antiphon.domain.events import Event
from antiphon.metrics.facts import turns, visits
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.facts.work import Work


def disconnected(w: Work, e: Event) -> None:
    """Called for effective leaves only."""
    leave(w, e.at_ms, silent=True)


def reconnected(w: Work, e: Event) -> None:
    w.away = False


def ended(w: Work, e: Event) -> None:
    leave(w, e.at_ms, silent=False)


def closed(w: Work, e: Event) -> None:
    """A close by the visitor is a leave even if nothing else said so."""
    if e.data.get("by") == "visitor":
        leave(w, e.at_ms, silent=False)


def leave(w: Work, at: int, *, silent: bool) -> None:
    """The visitor is gone since `at`; what he was waiting for ends there."""
    if w.away:
        return
    w.away, w.silent_leave = True, silent
    if w.state == "closed":
        return
    if w.visit is not None:
        visits.leave_queue(w, at, silent)
    visits.drop_offers(w, at)
    turns.given_up(w, at)
    if w.requested_at != NEVER and w.served_at == NEVER and w.left_at == NEVER:
        w.left_at = at
