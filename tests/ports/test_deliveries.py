"""What waits to be told outside: order, patience, and an end to it."""

import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from antiphon.domain.alerts import Rule
from antiphon.journal.alerts import Alerts, Firing
from antiphon.journal.deliveries import KEPT_MS, Deliveries, Parcel
from antiphon.journal.engine import Database, open_database
from antiphon.journal.migrate import migrate

START_MS = 1_800_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now_ms = START_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
async def database(fresh_database_url: str) -> AsyncIterator[Database]:
    one = open_database(fresh_database_url)
    await migrate(one)
    yield one
    await one.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(database: Database, clock: Clock) -> Deliveries:
    return Deliveries(database, clock, lambda: 1.0)


def parcel(seq: int, lane: str = "c1", target: str = "webhook:a") -> Parcel:
    return Parcel(target=target, lane=lane, kind="message", seq=seq, n=seq)


async def going(outbox: Deliveries, target: str = "webhook:a") -> list[int | None]:
    return [one.seq for one in await outbox.due(target, 10)]


async def test_of_each_lane_the_oldest_goes_first(outbox: Deliveries) -> None:
    await outbox.put([parcel(1), parcel(2), parcel(3, "c2"), parcel(4, "c1", "webhook:b")])
    assert await outbox.targets() in (["webhook:a", "webhook:b"], ["webhook:b", "webhook:a"])
    assert await outbox.targets(["webhook:b"]) == ["webhook:a"]
    assert await going(outbox) == [1, 3]
    [first, _] = await outbox.due("webhook:a", 10)
    await outbox.sent(first.id, 204)
    assert await going(outbox) == [2, 3]


async def test_an_event_is_put_once_for_a_target_however_often_it_is_read(outbox: Deliveries) -> None:
    for _ in range(3):
        await outbox.put([parcel(1), parcel(1, target="webhook:b")])
    await outbox.put([Parcel(target="webhook:a", lane=f"t{i}", kind="test", body="{}") for i in range(2)])
    assert await outbox.counts() == {("webhook:a", "waiting"): 3, ("webhook:b", "waiting"): 1}


async def test_who_fails_is_asked_ever_more_seldom_and_in_the_end_no_more(
    outbox: Deliveries, clock: Clock
) -> None:
    await outbox.put([parcel(1), parcel(2)])
    pauses_s, state = [], "waiting"
    while state == "waiting":
        [tried] = await outbox.due("webhook:a", 10)
        state = await outbox.failed(tried, "Answered 500.", 500)
        [now] = [one for one in await outbox.listed() if one.id == tried.id]
        if state == "waiting":
            pauses_s.append((now.due_ms - clock.now_ms) // 1000)
            assert await going(outbox) == []  # what came after it waits as well
            clock.now_ms = now.due_ms
    assert pauses_s[:4] == [5, 10, 20, 40]
    assert pauses_s == sorted(pauses_s)
    assert pauses_s[-1] == 6 * 3600
    assert 20 * 3600 < sum(pauses_s) < 48 * 3600
    assert [one.problem for one in await outbox.listed(state="dead")] == ["Answered 500."]
    assert await going(outbox) == [2]

    [dead] = await outbox.listed(state="dead")
    assert await outbox.again(dead.id)
    assert await going(outbox) == [1]
    assert not await outbox.again(999_999)


async def test_whatever_fails_each_event_is_taken_once_and_in_its_turn(
    outbox: Deliveries, clock: Clock
) -> None:
    """M14, by chance: events are read again, two targets fail now and then."""
    chance = random.Random(14)
    tries: Counter[int] = Counter()
    taken: dict[tuple[str, str], list[int | None]] = {}
    for seq in range(1, 11):
        for again in range(max(1, seq - chance.randrange(3)), seq + 1):
            await outbox.put([parcel(again, f"c{again % 2}", f"webhook:{name}") for name in "ab"])
        for target in await outbox.targets():
            for one in await outbox.due(target, 10):
                tries[one.id] += 1
                if chance.random() < 0.4:
                    await outbox.failed(one, "Answered 500.", 500)
                else:
                    await outbox.sent(one.id, 200)
                    taken.setdefault((target, one.lane), []).append(one.seq)
        clock.now_ms += 15_000
    kept = await outbox.listed()
    assert len({(one.target, one.seq) for one in kept}) == len(kept) == 20
    assert {one.id: one.attempts for one in kept if one.attempts} == tries
    for (target, lane), seqs in taken.items():
        mine = [one for one in kept if (one.target, one.lane) == (target, lane)]
        assert seqs == sorted(one.seq for one in mine if one.state == "sent")
        assert all(one.attempts >= 1 for one in mine if one.state == "sent")


async def test_chance_spreads_the_tries(database: Database, clock: Clock) -> None:
    hurried = Deliveries(database, clock, lambda: 0.0)
    await hurried.put([parcel(1)])
    [one] = await hurried.due("webhook:a", 1)
    await hurried.failed(one, "No answer in 5 s.")
    [waits] = await hurried.listed()
    assert waits.due_ms - clock.now_ms == 2_500


async def test_what_ended_long_ago_is_forgotten(outbox: Deliveries, clock: Clock) -> None:
    await outbox.put([parcel(1), parcel(2, "c2")])
    [first, _] = await outbox.due("webhook:a", 10)
    await outbox.sent(first.id)
    clock.now_ms += KEPT_MS["sent"] + 1
    await outbox.forget()
    assert [one.seq for one in await outbox.listed()] == [2]
    await outbox.forget("webhook:a")
    assert await outbox.listed() == []


async def test_two_nodes_fire_a_rule_once_and_tell_of_it_once(
    database: Database, outbox: Deliveries, clock: Clock
) -> None:
    alerts = Alerts(database, outbox)
    rule = Rule(id="r", name="Wait", kpi="longest_wait_now", comparison="at_least", threshold=90)

    def tell(firing: Firing) -> list[Parcel]:
        return [Parcel(target="mail", lane=f"alert:{firing.id}", kind="alert", body="{}")]

    first = await alerts.fire(rule, 91, clock(), tell)
    assert first is not None
    assert await alerts.fire(rule, 92, clock(), tell) is None
    assert [one.value for one in await alerts.open()] == [91]
    assert await alerts.resolve(first, 3, clock() + 5, tell)
    assert not await alerts.resolve(first, 2, clock() + 6, tell)
    assert await alerts.resolved_since(clock()) == {"r": clock() + 5}
    assert await alerts.resolved_since(clock() + 5) == {}
    assert await alerts.fire(rule, 95, clock() + 7, tell) is not None
    assert await outbox.counts() == {("mail", "waiting"): 3}
