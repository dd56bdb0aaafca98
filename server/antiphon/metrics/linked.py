"""Rows that need more than one stream: who came back, what is open, what flowed.

Identity: a customer's id, else the visitor's; a visitor who was a customer once is that customer (B09).
Spam is left out of what others are linked to, so it is nobody's repeat contact; it has rows of its own, to be
counted as excluded or, when asked for, in.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from antiphon.metrics.facts.rows import NEVER, Conversation, Episode, Leg, Visit
from antiphon.metrics.facts.rows_beside import Session, Solve, Ticket, TicketStatus
from antiphon.metrics.facts.tickets import SOLVED

SESSION_IDLE_MS = 1_800_000


class Identified(Protocol):
    """Anything that names a visitor and a customer."""

    @property
    def visitor(self) -> str: ...
    @property
    def customer(self) -> str: ...


class Contact(NamedTuple):
    """A conversation with its customer's last contact before it."""

    conversation: str
    started_at: int
    identified: int
    prior_closed_at: int  # -NEVER when there was none


class Case(NamedTuple):
    """A close with the contacts around it."""

    conversation: str
    k: int
    started_at: int
    closed_at: int
    resolved_at: int
    reopened_at: int
    next_closed_at: int
    queue: str
    agent: str
    handled_by: str
    topic: str
    identified: int
    prior_closed_at: int
    next_contact_at: int
    next_same_at: int  # the next contact about the same topic


class LegCase(NamedTuple):
    """A bot leg with the visitor's next request for a person."""

    conversation: str
    started_at: int
    ended_at: int
    bot: str
    handoff: int
    engaged: int
    next_request_at: int


class Issue(NamedTuple):
    """A stretch in which a conversation or ticket was open."""

    conversation: str
    queue: str
    agent: str
    from_at: int
    to_at: int
    since_at: int  # when it began, for its age


class Closing(NamedTuple):
    """An issue closed: a conversation's close, or that of a ticket no conversation stands behind (C18, "
    "C19)."""

    conversation: str
    ticket: str
    closed_at: int
    next_closed_at: int
    queue: str
    agent: str
    topic: str
    handled_by: str
    complaint_at: int
    escalated_at: int


class Routine(NamedTuple):
    """A close by people, with how many of their replies were nothing new (R10)."""

    conversation: str
    closed_at: int
    next_closed_at: int
    topic: str
    human_replies: int
    repeated: int


class Browse(NamedTuple):
    """A session and whether its visitor talked in it."""

    person: str
    started_at: int
    page: str
    campaign: str
    device: str
    segment: str
    channel: str
    chatted: int
    converted: int
    invited: int
    accepted: int
    pages: int
    bounced: int
    stayed_ms: int
    logins: int
    spam: int


class Flow(NamedTuple):
    """One step of the backlog: solved +1, created and reopened −1."""

    ticket: str
    at: int
    change: int


class People:
    """Who is who, and when each of them was in touch."""

    def __init__(self, conversations: Sequence[Conversation], tickets: Iterable[Ticket]) -> None:
        self.conversations = conversations
        self._conversations = [c for c in conversations if not c.spam and c.started_at < NEVER]
        self._tickets = [t for t in tickets if not t.spam]
        everybody: list[Conversation | Ticket] = [*self._conversations, *self._tickets]
        self._customer_of = {one.visitor: one.customer for one in everybody if one.visitor and one.customer}

    def of(self, one: Identified) -> str:
        """The person behind it; empty when nobody can know."""
        return one.customer or self._customer_of.get(one.visitor, one.visitor)

    def sessions(self) -> Mapping[str, list[int]]:
        """Starts of each person's conversations in order."""
        found: dict[str, list[int]] = {}
        for c in self._conversations:
            found.setdefault(self.of(c), []).append(c.started_at)
        return {who: sorted(starts) for who, starts in found.items()}

    def starts(self) -> Mapping[str, list[tuple[int, str]]]:
        """Contacts of each person in order: conversations and tickets on every channel."""
        found: dict[str, list[tuple[int, str]]] = {}
        for c in self._conversations:
            found.setdefault(self.of(c), []).append((c.started_at, c.conversation))
        for t in self._tickets:
            if not t.by_agent:
                found.setdefault(self.of(t), []).append((t.created_at, t.conversation or t.ticket))
        return {person: sorted(contacts) for person, contacts in found.items()}

    def topics(self) -> Mapping[str, str]:
        """What each contact was about, by the name it has in `starts`."""
        found = {t.conversation or t.ticket: t.topic for t in self._tickets}
        return found | {c.conversation: c.topic for c in self._conversations}

    def closes(self, episodes: Iterable[Episode]) -> Mapping[str, list[tuple[int, str]]]:
        """Closes of each person's conversations in order."""
        person = {c.conversation: self.of(c) for c in self._conversations}
        found: dict[str, list[tuple[int, str]]] = {}
        for one in episodes:
            if one.closed_at < NEVER and one.conversation in person:
                found.setdefault(person[one.conversation], []).append((one.closed_at, one.conversation))
        return {who: sorted(closes) for who, closes in found.items()}

    def requests(self, visits: Iterable[Visit]) -> Mapping[str, list[tuple[int, str]]]:
        """Each person's requests for a human: queue visits and tickets."""
        person = {c.conversation: self.of(c) for c in self._conversations}
        found: dict[str, list[tuple[int, str]]] = {}
        for visit in visits:
            if visit.conversation in person:
                asked = (visit.entered_at, visit.conversation)
                found.setdefault(person[visit.conversation], []).append(asked)
        for t in self._tickets:
            if not t.by_agent:
                found.setdefault(self.of(t), []).append((t.created_at, t.ticket))
        return {who: sorted(requests) for who, requests in found.items()}


def contacts(people: People, episodes: Iterable[Episode]) -> list[Contact]:
    """Every conversation with its customer's last close before it."""
    closes = people.closes(episodes)
    rows = []
    for c in people.conversations:
        who = people.of(c)
        prior = _last_before(closes.get(who, ()), c.started_at, c.conversation) if who else -NEVER
        rows.append(Contact(c.conversation, c.started_at, 1 if who else 0, prior))
    return rows


def cases(people: People, episodes: Sequence[Episode]) -> list[Case]:
    """Every close with the contacts before the conversation and after the close."""
    before = {one.conversation: one for one in contacts(people, episodes)}
    starts = people.starts()
    who = {c.conversation: people.of(c) for c in people.conversations}
    topics = people.topics()
    rows = []
    for e in episodes:
        contact = before.get(e.conversation)
        if e.closed_at == NEVER or contact is None:
            continue
        later = starts.get(who[e.conversation], ()) if contact.identified else ()
        same = [one for one in later if topics.get(one[1]) == e.topic] if e.topic else later
        rows.append(Case(
            e.conversation, e.k, e.started_at, e.closed_at, e.resolved_at, e.reopened_at, e.next_closed_at,
            e.queue, e.agent, e.handled_by, e.topic, contact.identified, contact.prior_closed_at,
            _first_after(later, e.closed_at, e.conversation), _first_after(same, e.closed_at, e.conversation),
        ))  # fmt: skip
    return rows


def leg_cases(people: People, legs: Iterable[Leg], visits: Iterable[Visit]) -> list[LegCase]:
    """Every bot leg with the same person's next request for a human, in whatever conversation."""
    requests = people.requests(visits)
    who = {c.conversation: people.of(c) for c in people.conversations}
    rows = []
    for leg in legs:
        asked = requests.get(who.get(leg.conversation) or leg.conversation, ())
        after = _first_after(asked, leg.ended_at, "")
        rows.append(LegCase(
            leg.conversation, leg.started_at, leg.ended_at, leg.bot, leg.handoff, leg.engaged, after,
        ))  # fmt: skip
    return rows


def _last_before(instants: Sequence[tuple[int, str]], at: int, but: str) -> int:
    for i in range(bisect_right(instants, (at, "\U0010ffff")) - 1, -1, -1):
        if instants[i][1] != but:
            return instants[i][0]
    return -NEVER


def _first_after(instants: Sequence[tuple[int, str]], at: int, but: str) -> int:
    for i in range(bisect_left(instants, (at, "")), len(instants)):
        if instants[i][1] != but:
            return instants[i][0]
    return NEVER


def issues(
    episodes: Iterable[Episode], tickets: Iterable[Ticket], statuses: Iterable[TicketStatus]
) -> list[Issue]:
    """What was open when; a ticket is silent while the chat it belongs to is open."""
    rows = [Issue(e.conversation, e.queue, e.agent, e.opened_at, e.closed_at, e.started_at) for e in episodes]
    chats: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        chats.setdefault(row.conversation, []).append((row.from_at, row.to_at))
    about = {t.ticket: t for t in tickets}
    for stretch in statuses:
        if stretch.status not in SOLVED:
            ticket = about[stretch.ticket]
            spans = [(stretch.from_at, stretch.to_at)]
            for chat in chats.get(ticket.conversation, ()):
                spans = [left for span in spans for left in _without(span, chat)]
            since = ticket.created_at
            rows += [Issue(ticket.ticket, ticket.queue, ticket.agent, a, b, since) for a, b in spans]
    return rows


def _without(span: tuple[int, int], hole: tuple[int, int]) -> list[tuple[int, int]]:
    pieces = ((span[0], min(span[1], hole[0])), (max(span[0], hole[1]), span[1]))
    return [(a, b) for a, b in pieces if a < b]


def flows(tickets: Iterable[Ticket], solves: Iterable[Solve]) -> list[Flow]:
    """Every step that made the backlog smaller or larger."""
    rows = [Flow(t.ticket, t.created_at, -1) for t in tickets]
    for one in solves:
        rows.append(Flow(one.ticket, one.at, 1))
        if one.reopened_at < NEVER:
            rows.append(Flow(one.ticket, one.reopened_at, -1))
    return rows


def browses(people: People, sessions: Iterable[Session]) -> list[Browse]:
    """Every session with its visitor's conversation, if one began in it."""
    starts = people.sessions()
    rows = []
    for s in sessions:
        who = people.of(s)
        chats = starts.get(who, ())
        i = bisect_left(chats, s.started_at)
        chatted = i < len(chats) and chats[i] <= s.ended_at + SESSION_IDLE_MS
        bounced = s.pages == 1 and not s.actions and not chatted
        rows.append(Browse(
            who, s.started_at, s.page, s.campaign, s.device, s.segment, s.channel, 1 if chatted else 0,
            s.converted, s.invited, s.accepted, s.pages, 1 if bounced else 0, s.ended_at - s.started_at,
            s.logins, s.spam,
        ))  # fmt: skip
    return rows


def closings(
    episodes: Iterable[Episode], tickets: Iterable[Ticket], solves: Iterable[Solve]
) -> list[Closing]:
    """Every close of an issue with its marks; a linked ticket is no issue of its own, but lends its marks."""
    about = {t.ticket: t for t in tickets}
    linked = {t.conversation: t for t in about.values() if t.conversation}
    rows = []
    for e in episodes:
        beside = linked.get(e.conversation)
        marks = (beside.complaint_at, beside.escalated_at) if beside else (NEVER, NEVER)
        rows.append(Closing(
            e.conversation, "", e.closed_at, e.next_closed_at, e.queue, e.agent, e.topic, e.handled_by,
            min(e.complaint_at, marks[0]), min(e.escalated_at, marks[1]),
        ))  # fmt: skip
    for one in solves:
        t = about[one.ticket]
        if not t.conversation and not t.merged:
            rows.append(Closing(
                "", one.ticket, one.at, one.next_at, one.queue, one.agent, t.topic, "human_only",
                t.complaint_at, t.escalated_at,
            ))  # fmt: skip
    return rows


_OFTEN = 3  # conversations in which the same words make a reply a near-duplicate


def routines(episodes: Iterable[Episode]) -> list[Routine]:
    """Every close by people; a reply is nothing new when it was canned or its words came up in others, "
    "too."""
    by_people = [e for e in episodes if e.handled_by in ("human_only", "bot_then_human")]
    said: dict[str, set[str]] = {}
    for e in by_people:
        for one in e.prints.split():
            said.setdefault(one, set()).add(e.conversation)
    return [
        Routine(
            e.conversation, e.closed_at, e.next_closed_at, e.topic, e.human_replies,
            e.canned + sum(len(said[one]) >= _OFTEN for one in e.prints.split()),
        )
        for e in by_people
    ]  # fmt: skip
