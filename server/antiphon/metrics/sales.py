"""Money and deals beside conversations (kpis.md B06, B13, B14). Attribution is last touch, in full.

An order is attributed to its buyer's last engaged conversation (somebody replied) that was begun before the
payment and active within the window; a refund follows its order, on its own date. Money without a known rate
is left out (G26).
"""

from collections.abc import Iterable, Mapping, Sequence
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


def sales(
    orders: Sequence[Order], conversations: Iterable[Conversation], people: People, q: Question
) -> list[Sale]:
    """Every order and refund in our own currency, with the last engaged conversation before it."""
    touches: dict[str, list[Conversation]] = {}
    for c in conversations:
        if not c.spam:
            touches.setdefault(people.of(c), []).append(c)
    first_order: dict[str, int] = {}
    for order in sorted(orders, key=lambda o: o.at):
        if order.kind == "order_paid":
            first_order.setdefault(people.of(order), order.at)
    rows = []
    for order in orders:
        day = calendar.local(order.at, q.zone).date().isoformat()
        worth = q.settings.worth(order.amount, order.currency, day)
        if order.kind != "goal_reached" and worth is not None and not order.spam:
            rows.append(_sale(order, worth, people.of(order), touches, first_order))
    return rows


def _sale(
    order: Order,
    worth: float,
    who: str,
    touches: Mapping[str, list[Conversation]],
    first_order: Mapping[str, int],
) -> Sale:
    mine = [c for c in touches.get(who, ()) if c.started_at <= order.order_at] if who else []
    engaged = [c for c in mine if c.handled_by != "nobody"]
    last = max(engaged, key=lambda c: (min(c.last_at, order.order_at), c.started_at), default=None)
    touched = max(0, order.order_at - last.last_at) if last else -1
    deal = order.kind == "order_paid" and first_order.get(who) == order.at and bool(mine)
    deal_ms = order.at - min(c.started_at for c in mine) if deal else -1
    return Sale(who, last.conversation if last else "", order.at, order.kind, worth, touched, deal_ms)
