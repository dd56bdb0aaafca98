"""A ticket's life: what may be asked of it, and that the numbers see the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain import ticket as tickets
from antiphon.domain.errors import Refused
from antiphon.domain.events import KINDS, Actor, Event
from antiphon.domain.ticket import Change, Open, Reply, Ticket, TicketCommand
from antiphon.metrics.facts.tickets import fold_ticket

QUEUES = {"support": None, "billing": None}
ANN = Actor(kind="agent", id="ann")
AT = {"conversation": "ticket:t1", "actor": ANN}
OPEN = Open(subject="Refund", text="Where is it?", queue="support", **AT)  # type: ignore[arg-type]  # the two of AT

_change = st.builds(
    Change, conversation=st.just("ticket:t1"), actor=st.just(ANN),
    status=st.none() | st.sampled_from(["new", "open", "pending", "on_hold", "solved", "closed"]),
    priority=st.none() | st.sampled_from(["low", "urgent"]), agent=st.none() | st.just("bob"),
    queue=st.none() | st.sampled_from([*QUEUES]), unassign=st.booleans(),
)  # fmt: skip
_reply = st.builds(
    Reply, conversation=st.just("ticket:t1"), actor=st.just(ANN), text=st.just("Soon."), public=st.booleans()
)


def played(*commands: TicketCommand) -> tuple[Ticket, list[Event]]:
    """The ticket and its events; what is refused changes nothing."""
    ticket, history, now_ms = Ticket(stream="ticket:t1"), list[Event](), 1_000
    for command in commands:
        now_ms += 1_000
        try:
            made = tickets.decide(ticket, command, now_ms, QUEUES)
        except Refused:
            continue
        for event in made:
            history.append(event.numbered(len(history) + 1))
            ticket = tickets.evolve(ticket, history[-1])
    return ticket, history


def change(**fields: Any) -> Change:
    return Change(conversation="ticket:t1", actor=ANN, **fields)


def reply(public: bool = True) -> Reply:
    return Reply(conversation="ticket:t1", actor=ANN, text="On its way.", public=public)


def test_from_new_to_solved_and_back() -> None:
    ticket, history = played(OPEN, reply(), change(status="solved"), change(status="pending"))
    assert [event.kind for event in history] == [
        "ticket_created", "ticket_replied", "ticket_status_changed", "ticket_status_changed",
        "ticket_reopened", "ticket_status_changed",
    ]  # fmt: skip
    assert (ticket.status, ticket.replied_at_ms, ticket.queue) == ("pending", 3_000, "support")
    assert history[0].words == {"subject": "Refund", "text": "Where is it?"}
    assert "text" not in history[0].data


def test_a_note_is_no_answer() -> None:
    ticket, _ = played(OPEN, reply(public=False))
    assert (ticket.status, ticket.replied_at_ms) == ("new", None)


@given(st.lists(_change | _reply, max_size=12), _change)
def test_what_is_so_already_makes_no_event(commands: list[Change | Reply], last: Change) -> None:
    assert played(OPEN, *commands, last) == played(OPEN, *commands, last, last)


@given(st.lists(_change | _reply, max_size=12))
def test_the_facts_see_the_same_ticket(commands: list[Change | Reply]) -> None:
    ticket, history = played(OPEN, *commands)
    facts = fold_ticket(history, 10**9)
    assert facts is not None
    [row] = facts.ticket
    assert row.status == ticket.status
    assert row.priority == (ticket.priority or "")
    assert (row.replied_at if row.replied_at < 10**12 else None) == ticket.replied_at_ms
    assert tickets.fold("ticket:t1", history) == ticket
    for event in history:
        known = KINDS[event.kind].fields
        assert event.data.keys() <= known.keys()
        assert all(known[name].words for name in event.words or {})


@pytest.mark.parametrize(
    ("commands", "last", "code"),
    [
        ([], reply(), "not_found"),
        ([OPEN], OPEN, "conflict"),
        ([OPEN], change(queue="nowhere"), "not_found"),
        ([OPEN, change(status="closed")], reply(), "closed"),
    ],
)
def test_what_cannot_be_done_is_refused(
    commands: list[TicketCommand], last: TicketCommand, code: str
) -> None:
    ticket, _ = played(*commands)
    with pytest.raises(Refused) as no:
        tickets.decide(ticket, last, 9_000, QUEUES)
    assert no.value.code == code
