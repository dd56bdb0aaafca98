"""What a customer did on the shop's pages. Nothing is folded but the count."""

from dataclasses import dataclass, replace

from antiphon.domain.commands import Track
from antiphon.domain.events import Event

ORDERS = ("order", "order_paid", "purchase")  # names under which a shop reports a sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`n` is the number of the stream's last event."""

    stream: str
    n: int = 0
    last_at_ms: int = 0


def evolve(customer: Customer, event: Event) -> Customer:
    return replace(customer, n=event.n, last_at_ms=max(customer.last_at_ms, event.at_ms))


def decide(customer: Customer, command: Track, now_ms: int) -> list[Event]:
    """A sale with its amount, or a goal reached."""
    data = {
        "visitor": command.visitor, "name": command.name, "amount": command.value,
        "currency": command.currency, "page": command.page,
    }  # fmt: skip
    sold = command.name in ORDERS and command.value is not None
    return [
        Event(
            kind="order_paid" if sold else "goal_reached", stream=customer.stream, at_ms=now_ms,
            actor=command.actor, data={k: v for k, v in data.items() if v is not None}, cmid=command.cmid,
        )
    ]  # fmt: skip
