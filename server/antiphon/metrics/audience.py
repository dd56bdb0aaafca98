"""People over a period: who stayed, who came back, who bought, who works here. Rows made for one question.

Rules:
1. A person is a customer's id, else a visitor's; whoever was both is the customer (B09).
2. Days are local days of the report's zone (B10); counts of people never add up over days.
3. The rows' column `at` is the question's first instant: they exist for that question only.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from antiphon.metrics import calendar
from antiphon.metrics.facts.conversation import MISSED
from antiphon.metrics.facts.rows import NEVER, Answer, Conversation, Employment
from antiphon.metrics.facts.rows_beside import Action, Membership, Order, Session, Signup
from antiphon.metrics.linked import People
from antiphon.metrics.question import Question

_DAYS = (1, 7, 30)


class Retained(NamedTuple):
    """A customer who was active at the period's start."""

    person: str
    at: int
    plan: str
    contacted: str  # yes | no: a conversation in the period
    last_csat: str  # his last rating before the period's end; empty without one
    kept: int
    worth: float
    worth_kept: float


class UserDay(NamedTuple):
    """A person who acted in the thirty local days that end with the period's last."""

    person: str
    at: int
    today: int
    this_week: int
    days: int


class Newcomer(NamedTuple):
    """A person first seen in the period, and whether he came back on day n, or later."""

    person: str
    at: int
    segment: str
    campaign: str
    helped: int
    d1: int
    d7: int
    d30: int
    d1_later: int
    d7_later: int
    d30_later: int
    d1_over_at: int
    d7_over_at: int
    d30_over_at: int


class Prospect(NamedTuple):
    """A person who was on the site or in a chat in the period."""

    person: str
    at: int
    chatted: int
    served: int
    missed: int
    handled_by: str  # of the first chat in the period, as the rest
    agent: str
    queue: str
    page: str
    topic: str
    converted: int
    mature_at: int


class Staff(NamedTuple):
    """A person who worked here at some time in the period."""

    agent: str
    at: int
    at_start: int
    at_end: int
    left: int
    left_voluntarily: int
    tenure_ms: int


def retained(
    memberships: Sequence[Membership], orders: Iterable[Order], conversations: Iterable[Conversation],
    answers: Iterable[Answer], people: People, q: Question,
) -> list[Retained]:  # fmt: skip
    """Active by contract where states are known, else by an order within the window."""
    talked, rated = _in_touch(conversations, answers, people, q)
    before = _active(memberships, orders, people, q, q.from_ms)
    after = _active(memberships, orders, people, q, q.until_ms)
    return [
        Retained(
            who,
            q.from_ms,
            plan,
            "yes" if who in talked else "no",
            rated.get(who, ""),
            1 if who in after else 0,
            worth,
            min(worth, after[who][1]) if who in after else 0,
        )
        for who, (plan, worth) in before.items()
    ]


def _in_touch(
    conversations: Iterable[Conversation], answers: Iterable[Answer], people: People, q: Question
) -> tuple[set[str], Mapping[str, str]]:
    """Who had a conversation in the period, and what each last rated one."""
    who = {c.conversation: people.of(c) for c in conversations if not c.spam}
    talked = {
        who[c.conversation] for c in conversations
        if c.conversation in who and q.from_ms <= c.started_at < q.until_ms
    }  # fmt: skip
    rated: dict[str, tuple[int, float]] = {}
    for one in answers:
        if one.kind == "csat" and one.at < q.until_ms and one.conversation in who:
            rated[who[one.conversation]] = max(
                rated.get(who[one.conversation], (0, 0.0)), (one.at, one.score)
            )
    return talked, {person: f"{score:g}" for person, (_, score) in rated.items()}


def _active(
    memberships: Sequence[Membership], orders: Iterable[Order], people: People, q: Question, at: int
) -> Mapping[str, tuple[str, float]]:
    if memberships:
        live = (m for m in memberships if m.active and not m.spam and m.from_at < at <= m.to_at)
        return {people.of(m): (m.plan, m.worth) for m in live}
    since = at - q.active_customer_window_ms
    recent = (o for o in orders if o.kind == "order_paid" and not o.spam and since <= o.at < at)
    return {people.of(o): ("", 0.0) for o in recent}


def user_days(actions: Iterable[Action], people: People, q: Question, zone: ZoneInfo) -> list[UserDay]:
    """Distinct local days of each person's actions, up to the period's last day."""
    last = calendar.local(q.until_ms - 1, zone).date()
    seen: dict[str, set[int]] = {}
    for action in actions:
        if action.at < q.until_ms:
            ago = (last - calendar.local(action.at, zone).date()).days
            if ago < 30:
                seen.setdefault(people.of(action), set()).add(ago)
    return [
        UserDay(who, q.from_ms, 1 if 0 in ago else 0, 1 if min(ago) < 7 else 0, len(ago))
        for who, ago in seen.items()
        if who
    ]


def newcomers(
    signups: Sequence[Signup], actions: Sequence[Action], people: People, q: Question, zone: ZoneInfo
) -> list[Newcomer]:
    """Sign-ups of the period; without any sign-up, whoever was first seen in it."""
    days: dict[str, set[date]] = {}
    first: dict[str, Signup] = {}
    for action in sorted(actions, key=lambda a: a.at):
        who = people.of(action)
        days.setdefault(who, set()).add(calendar.local(action.at, zone).date())
        if not signups:
            first.setdefault(who, Signup(action.visitor, action.customer, action.at, NEVER, "", "", 0))
    helped = {people.of(action) for action in actions if action.conversation}
    for signup in sorted(signups, key=lambda s: (s.at, s)):
        first.setdefault(people.of(signup), signup)
    return [
        _newcomer(who, one, days.get(who, set()), 1 if who in helped else 0, zone)
        for who, one in first.items()
        if who and q.from_ms <= one.at < q.to_ms and not one.spam
    ]


def _newcomer(who: str, one: Signup, days: set[date], helped: int, zone: ZoneInfo) -> Newcomer:
    zero = calendar.local(one.at, zone).date()
    on = [1 if zero + timedelta(days=n) in days else 0 for n in _DAYS]
    later = [1 if any(day >= zero + timedelta(days=n) for day in days) else 0 for n in _DAYS]
    over = [calendar.day_start(zero + timedelta(days=n + 1), zone) for n in _DAYS]
    return Newcomer(who, one.at, one.segment, one.campaign, helped, *on, *later, *over)


def prospects(
    conversations: Iterable[Conversation], sessions: Iterable[Session], orders: Iterable[Order],
    people: People,
    q: Question,
) -> list[Prospect]:  # fmt: skip
    """Everybody seen in the period; converted when a goal followed the chat, or the first sight, in the "
    "window."""
    began: dict[str, int] = {}
    chat: dict[str, list[Conversation]] = {}
    for c in conversations:
        if q.from_ms <= c.started_at < q.to_ms and not c.spam and (who := people.of(c)):
            chat.setdefault(who, []).append(c)
    for s in sessions:
        if q.from_ms <= s.started_at < q.to_ms and not s.spam and (who := people.of(s)):
            began[who] = min(began.get(who, NEVER), s.started_at)
    goals: dict[str, list[int]] = {}
    for order in orders:
        if order.kind != "order_refunded" and not order.spam:
            goals.setdefault(people.of(order), []).append(order.at)
    return [
        _prospect(who, chat.get(who, []), began, goals.get(who, []), q) for who in chat.keys() | began.keys()
    ]


def _prospect(
    who: str, chats: list[Conversation], began: Mapping[str, int], goals: list[int], q: Question
) -> Prospect:
    starts = [c.started_at for c in chats] or [began[who]]
    window = q.attribution_window_ms
    converted = any(start <= goal <= start + window for start in starts for goal in goals)
    served = any(c.handled_by != "nobody" for c in chats)
    missed = not served and any(c.outcome in MISSED for c in chats)
    first = min(chats, key=lambda c: (c.started_at, c.conversation), default=None)
    segments = (first.handled_by, first.agent, first.queue, first.page, first.topic) if first else ("",) * 5
    return Prospect(
        who, q.from_ms, 1 if chats else 0, 1 if served else 0, 1 if missed else 0, *segments,
        1 if converted else 0, max(starts) + window,
    )  # fmt: skip


def staff(employments: Iterable[Employment], q: Question) -> list[Staff]:
    """Who was employed at the start, at the end, and who left between."""
    spells: dict[str, list[Employment]] = {}
    for one in employments:
        if one.from_at < q.until_ms and one.to_at >= q.from_ms:
            spells.setdefault(one.agent, []).append(one)
    rows = []
    for agent, mine in spells.items():
        leaving = [one for one in mine if q.from_ms <= one.to_at < q.to_ms]
        tenure = max(min(one.to_at, q.now_ms) - one.from_at for one in mine)
        rows.append(Staff(
            agent, q.from_ms, _employed(mine, q.from_ms), _employed(mine, q.until_ms), len(leaving),
            sum(one.voluntary for one in leaving), tenure,
        ))  # fmt: skip
    return rows


def _employed(spells: Iterable[Employment], at: int) -> int:
    return 1 if any(one.from_at < at <= one.to_at for one in spells) else 0
