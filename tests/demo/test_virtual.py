"""The history is lawful, whatever the seed: nothing happens in it that a real desk would refuse."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.demo.history import History, calendar, play
from antiphon.demo.shop import RULES, TEAM
from antiphon.domain.conversation import Conversation, evolve, fold
from antiphon.domain.events import KINDS, Event
from antiphon.domain.floor import Floor
from antiphon.domain.moves import lawful

NOON_MS = 1_795_435_200_000  # 2026-11-23 12:00 UTC
SLOTS = {colleague.id: colleague.slots for colleague in TEAM}
DAY_MS = 86_400_000


def events(history: History) -> Iterator[Event]:
    return (event for append in history.journal for event in append.events)


def by_conversation(history: History) -> dict[str, list[Event]]:
    streams: dict[str, list[Event]] = defaultdict(list)
    for event in events(history):
        if ":" not in event.stream:
            streams[event.stream].append(event)
    return streams


@settings(max_examples=8)
@given(
    seed=st.integers(0, 2**32),
    now_ms=st.integers(NOON_MS, NOON_MS + DAY_MS),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"]),
)
def test_whatever_the_seed_the_history_is_lawful(seed: int, now_ms: int, zone: str) -> None:
    history = play(now_ms, zone, seed, days=1)
    check_order(history, now_ms)
    check_law(history)
    check_capacity(history)
    check_offers(history)
    assert all(c.state == "closed" and not c.wrapups for c in history.desk.conversations())


def check_order(history: History, now_ms: int) -> None:
    """In order of time, not of tomorrow, and every stream counts 1, 2, 3 …"""
    times = [event.at_ms for event in events(history)]
    assert times == sorted(times)
    assert not times or times[-1] < now_ms
    for stream, told in by_conversation(history).items():
        assert [event.n for event in told] == list(range(1, len(told) + 1)), stream
    for append in history.journal:
        own = [event.n for event in append.events if event.stream == append.stream]
        assert append.state is not None
        assert (own[0], own[-1]) == (append.expected + 1, append.state.n)


def check_law(history: History) -> None:
    kept = {c.id: c for c in history.desk.conversations()}
    for stream, told in by_conversation(history).items():
        c = Conversation(id=stream)
        for event in told:
            assert event.kind in KINDS
            assert lawful(c.state, event.kind), (c.state, event)
            c = evolve(c, event)
        assert c == kept[stream] == fold(stream, told)


def check_capacity(history: History) -> None:
    floor = Floor()
    for event in events(history):
        floor.apply(event)
        assert all(load <= SLOTS[agent] for agent, load in floor.loads().items())


def check_offers(history: History) -> None:
    """Nothing rings for ever, and nobody's console rings twice at once for one visitor."""
    for append in history.journal:
        offers = getattr(append.state, "offers", ())
        assert len(offers) <= 1
    made = [event for event in events(history) if event.kind == "offer_made"]
    final = {c.id: c for c in history.desk.conversations()}
    assert all(not final[event.stream].offers for event in made)
    timeout_ms = max(queue.offer_timeout_s for queue in RULES.queues.values()) * 1000
    assert all(event.data["expires_ms"] - event.at_ms <= timeout_ms for event in made)


def test_the_same_seed_tells_the_same_story() -> None:
    one, other, another = (play(NOON_MS, seed=seed, days=0) for seed in (7, 7, 8))
    assert one.journal == other.journal
    assert one.journal != another.journal


def test_it_is_a_believable_fortnight() -> None:
    history = play(NOON_MS + 5 * 3_600_000)
    kinds = Counter(event.kind for event in events(history))
    started = kinds["conversation_started"]
    assert 400 <= started <= 700
    assert 0.4 < kinds["handoff_requested"] / started < 0.85
    assert 0.02 < kinds["visitor_disconnected"] / started < 0.3
    assert kinds["reopened"]
    assert kinds["transferred"]
    assert kinds["complaint_flagged"]
    assert kinds["offer_expired"]
    waits, offered = accepted_waits(history)
    assert 0.7 < sum(wait <= 30_000 for wait in waits) / offered < 0.97
    answers = [event.data for event in events(history) if event.kind == "survey_answered"]
    scores = [data["score"] for data in answers if data["kind"] == "csat"]
    assert 0.7 < sum(score >= 4 for score in scores) / len(scores) < 0.95


def accepted_waits(history: History) -> tuple[list[int], int]:
    entered: dict[str, int] = {}
    waits, offered = [], 0
    for event in events(history):
        if event.kind == "queue_entered":
            entered[event.stream], offered = event.at_ms, offered + 1
        elif event.kind == "accepted" and event.stream in entered:
            waits.append(event.at_ms - entered.pop(event.stream))
    return waits, offered


def test_today_has_numbers_soon_after_midnight() -> None:
    half_past_midnight = NOON_MS + DAY_MS // 2 + 30 * 60_000
    today = calendar(half_past_midnight, "UTC")[-1]
    assert today.from_ms == half_past_midnight - 30 * 60_000
    assert 12 <= today.visitors <= 30
    evening = calendar(NOON_MS + 8 * 3_600_000, "UTC")[-1]
    assert evening.visitors == 120


def test_a_transcript_can_be_opened() -> None:
    history = play(NOON_MS, days=0)
    spoken = [event for event in events(history) if event.kind == "message"]
    assert all(event.words and event.words["text"] for event in spoken)
    assert {event.data["sender"] for event in spoken} == {"visitor", "bot", "agent"}
