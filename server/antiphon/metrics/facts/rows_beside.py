"""Rows of what is beside conversations: tickets, customers and their money, the world outside."""

from typing import NamedTuple


class Ticket(NamedTuple):
    """One ticket as it stands at `as_of`."""

    ticket: str
    created_at: int
    conversation: str  # the chat it came from, if any
    visitor: str
    customer: str
    queue: str
    first_queue: str  # where it began: whose promise holds (T07)
    agent: str
    channel: str
    priority: str
    topic: str
    spam: int
    by_agent: int
    merged: int  # a duplicate; the survivor counts
    replied_at: int
    due_at: int
    solved_at: int  # first
    status: str
    complaint_at: int
    escalated_at: int


class TicketStatus(NamedTuple):
    """A ticket's status from one change to the next."""

    ticket: str
    status: str
    from_at: int
    to_at: int


class TicketWait(NamedTuple):
    """A customer's wait for a public reply: the first one, or one to what he wrote later."""

    ticket: str
    k: int
    from_at: int
    to_at: int


class Solve(NamedTuple):
    """One leaving of the backlog, solved or merely closed."""

    ticket: str
    k: int
    at: int
    solved: int
    reopened_at: int
    next_at: int
    created_at: int
    first_at: int
    held_ms: int  # pending and on hold
    agent: str
    queue: str
    agents: int


class Action(NamedTuple):
    """A qualifying action of a person; one a quarter of an hour is enough to know the days."""

    conversation: str
    visitor: str
    customer: str
    at: int


class Session(NamedTuple):
    """One visit to the site."""

    visitor: str
    customer: str
    started_at: int
    ended_at: int
    page: str
    campaign: str
    device: str
    segment: str
    channel: str
    pages: int
    invited: int
    accepted: int
    converted: int
    actions: int
    logins: int
    spam: int


class Order(NamedTuple):
    """Money in, money back, or a goal reached; `order_at` is when the order itself was paid."""

    visitor: str
    customer: str
    at: int
    order_at: int
    kind: str
    order: str
    amount: float  # refunds are negative
    currency: str
    spam: int


class Signup(NamedTuple):
    """A new user."""

    visitor: str
    customer: str
    at: int
    activated_at: int
    segment: str
    campaign: str
    spam: int


class Membership(NamedTuple):
    """A customer's contract state from one change to the next."""

    visitor: str
    customer: str
    active: int
    plan: str
    worth: float  # recurring revenue
    from_at: int
    to_at: int
    spam: int


class Mention(NamedTuple):
    """Somebody spoke of a brand."""

    at: int
    network: str
    brand: str
    sentiment: str
    replied_at: int
    needs_reply: int
    language: str
    topic: str
    spam: int  # our own, reposted, or no person's


class Benchmark(NamedTuple):
    """Somebody else's number."""

    at: int
    metric: str
    competitor: str
    industry: str
    value: float | None
    date: str
    source: str
    matches: int
