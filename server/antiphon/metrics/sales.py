"""Money and deals beside conversations (kpis.md B06, B13, B14). Attribution is last touch, in full.

An order is attributed to its buyer's last engaged conversation (somebody replied) that was begun before the
payment and active within the window; a refund follows its order, on its own date. It was assisted by every
such conversation: by whom or where they were had, it counts in full for each. Money without a known rate is
left out (G26).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from antiphon.metrics import calendar
from antiphon.metrics.facts.rows import Conversation
from antiphon.metrics.facts.rows_beside import Order
from antiphon.metrics.linked import People
from antiphon.metrics.question import Question


class Sale(NamedTuple):
    """One movement of money with the conversation it is credited to."""

    person: str
    conversation: str  # empty: unattributed
    at: int
    kind: str
    amount: float
    touched_ms: int  # from the conversation's last activity to the payment; -1 when there was none
    deal_ms: int  # from the person's first contact to his first order; -1 for other orders


class Assist(NamedTuple):
    """One movement of money beside one engaged conversation of the window before the payment."""

    sale: int  # the same for all assists of one movement
    conversation: str
    at: int
    kind: str
    amount: float


def sales(
    orders: Sequence[Order], conversations: Iterable[Conversation], people: People, q: Question
) -> list[Sale]:
    """Every order and refund in our own currency, with the last engaged conversation before it."""
    touches = _touches(conversations, people)
    first_order: dict[str, int] = {}
    for order in sorted(orders, key=lambda o: o.at):
        if order.kind == "order_paid":
            first_order.setdefault(people.of(order), order.at)
    return [_sale(order, worth, people.of(order), touches, first_order) for order, worth in _moved(orders, q)]


def assists(
    orders: Sequence[Order], conversations: Iterable[Conversation], people: People, q: Question
) -> list[Assist]:
    """Every order and refund once for each conversation that assisted it."""
    touches = _touches(conversations, people)
    return [
        Assist(number, c.conversation, order.at, order.kind, worth)
        for number, (order, worth) in enumerate(_moved(orders, q))
        for c in _engaged(_before(order, people.of(order), touches))
        if order.order_at - c.last_at <= q.attribution_window_ms
    ]


def _touches(conversations: Iterable[Conversation], people: People) -> Mapping[str, list[Conversation]]:
    touches: dict[str, list[Conversation]] = {}
    for c in conversations:
        if not c.spam:
            touches.setdefault(people.of(c), []).append(c)
    return touches


def _moved(orders: Sequence[Order], q: Question) -> Iterator[tuple[Order, float]]:
    """Money paid or given back, with what it is worth to us."""
    for order in orders:
        day = calendar.local(order.at, q.zone).date().isoformat()
        worth = q.settings.worth(order.amount, order.currency, day)
        if order.kind != "goal_reached" and worth is not None and not order.spam:
            yield order, worth


def _before(order: Order, who: str, touches: Mapping[str, list[Conversation]]) -> list[Conversation]:
    return [c for c in touches.get(who, ()) if c.started_at <= order.order_at] if who else []


def _engaged(conversations: Iterable[Conversation]) -> list[Conversation]:
    return [c for c in conversations if c.handled_by != "nobody"]


def _sale(
    order: Order,
    worth: float,
    who: str,
    touches: Mapping[str, list[Conversation]],
    first_order: Mapping[str, int],
) -> Sale:
    mine = _before(order, who, touches)
    last = max(
        _engaged(mine),
        key=lambda c: (min(c.last_at, order.order_at), c.started_at, c.conversation),
        default=None,
    )
    touched = max(0, order.order_at - last.last_at) if last else -1
    deal = order.kind == "order_paid" and first_order.get(who) == order.at and bool(mine)
    deal_ms = order.at - min(c.started_at for c in mine) if deal else -1
    return Sale(who, last.conversation if last else "", order.at, order.kind, worth, touched, deal_ms)
