"""One customer's (or anonymous visitor's) history outside conversations → sessions, money, states, sign-ups.

A session ends after 30 minutes without anything, whatever the clock of the day says (B04). Money is in the
tenant's currency as it came; a refund is money back on its own date and follows its order.
"""

from collections.abc import Sequence
from typing import NamedTuple

from antiphon.domain.events import Event
from antiphon.metrics.facts.book import Book
from antiphon.metrics.facts.conversation import known
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import NEVER, Answer, Asked
from antiphon.metrics.facts.rows_beside import Action, Membership, Order, Session, Signup

_IDLE_MS = 1_800_000
_QUALIFYING = frozenset({"login", "order_paid", "goal_reached"})
_SEEN = _QUALIFYING | {
    "visit_started",
    "page_view",
    "invitation_shown",
    "invitation_accepted",
    "order_refunded",
}
_GOALS = frozenset({"order_paid", "goal_reached"})


class CustomerFacts(NamedTuple):
    """All rows of one customer; the field names are the names of the tables."""

    session: tuple[Session, ...]
    order: tuple[Order, ...]
    signup: tuple[Signup, ...]
    membership: tuple[Membership, ...]
    action: tuple[Action, ...]
    asked: tuple[Asked, ...]
    answer: tuple[Answer, ...]


def fold_customer(events: Sequence[Event], as_of_ms: int) -> CustomerFacts | None:
    """The rows of one customer as they were known at `as_of_ms`."""
    events = known(events, as_of_ms)
    if not events:
        return None
    who = _who(events)
    book = Book(events[0].stream, returns=True)
    spam = _is_spam(events)
    for event in events:
        if event.kind == "survey_offered":
            book.offered(event, "", "", "")
        elif event.kind == "survey_answered":
            book.answered(event, "", "", "", "")
    actions = {
        e.at_ms // 900_000: Action("", *who, e.at_ms)
        for e in reversed(events)
        if e.kind in _QUALIFYING and not spam
    }
    return CustomerFacts(
        _sessions(events, who, spam), _orders(events, who, spam), _signups(events, who, spam),
        _memberships(events, who, spam),
        tuple(actions.values()), tuple(book.asked), tuple(book.answers),
    )  # fmt: skip


_Who = tuple[str, str]  # visitor, customer


def _who(events: Sequence[Event]) -> _Who:
    """Ids by what the events say; else by the name of the stream."""
    visitor = next((text(e.data["visitor"]) for e in events if e.data.get("visitor")), "")
    customer = next((text(e.data["customer"]) for e in events if e.data.get("customer")), "")
    return (visitor, customer) if visitor or customer else ("", events[0].stream.partition(":")[2])


def _is_spam(events: Sequence[Event]) -> int:
    """As flagged last (G21)."""
    spam = 0
    for event in events:
        spam = {"spam_flagged": 1, "spam_cleared": 0}.get(event.kind, spam)
    return spam


def _sessions(events: Sequence[Event], who: _Who, spam: int) -> tuple[Session, ...]:
    """Cut where a visit starts or half an hour passes."""
    groups: list[list[Event]] = []
    for event in events:
        if event.kind in _SEEN:
            fresh = not groups or event.at_ms - groups[-1][-1].at_ms > _IDLE_MS
            if fresh or event.kind == "visit_started":
                groups.append([])
            groups[-1].append(event)
    return tuple([_session(group, who, spam) for group in groups])


def _session(group: list[Event], who: _Who, spam: int) -> Session:
    first, kinds = group[0], [event.kind for event in group]
    d = first.data
    pages = kinds.count("page_view") or (1 if "visit_started" in kinds else 0)
    return Session(
        *who, first.at_ms, group[-1].at_ms, text(d.get("page")).partition("?")[0], text(d.get("campaign")),
        text(d.get("device")), text(d.get("segment")), text(d.get("channel")), pages,
        1 if "invitation_shown" in kinds else 0, 1 if "invitation_accepted" in kinds else 0,
        1 if any(kind in _GOALS for kind in kinds) else 0,
        sum(kind not in ("visit_started", "page_view", "invitation_shown") for kind in kinds),
        kinds.count("login"), spam,
    )  # fmt: skip


def _orders(events: Sequence[Event], who: _Who, spam: int) -> tuple[Order, ...]:
    rows: list[Order] = []
    paid: dict[str, int] = {}
    for event in events:
        amount = event.data.get("amount")
        worth = amount if isinstance(amount, int | float) else 0
        order, currency = text(event.data.get("order")), text(event.data.get("currency"))
        if event.kind in _GOALS:
            paid[order] = event.at_ms
            rows.append(Order(*who, event.at_ms, event.at_ms, event.kind, order, worth, currency, spam))
        elif event.kind == "order_refunded":
            since = paid.get(order, max(paid.values(), default=event.at_ms))
            rows.append(Order(*who, event.at_ms, since, event.kind, order, -worth, currency, spam))
    return tuple(rows)


def _signups(events: Sequence[Event], who: _Who, spam: int) -> tuple[Signup, ...]:
    signed = next((event for event in events if event.kind == "signed_up"), None)
    if signed is None:
        return ()
    activated = next((e.at_ms for e in events if e.kind == "activated" and e.at_ms >= signed.at_ms), NEVER)
    d = signed.data
    return (Signup(*who, signed.at_ms, activated, text(d.get("segment")), text(d.get("campaign")), spam),)


def _memberships(events: Sequence[Event], who: _Who, spam: int) -> tuple[Membership, ...]:
    rows: list[Membership] = []
    for event in events:
        if event.kind == "customer_state":
            if rows:
                rows[-1] = rows[-1]._replace(to_at=event.at_ms)
            amount = event.data.get("amount")
            active, plan = (1 if event.data.get("active") else 0), text(event.data.get("plan"))
            worth = amount if isinstance(amount, int | float) else 0
            rows.append(Membership(*who, active, plan, worth, event.at_ms, NEVER, spam))
    return tuple(rows)
