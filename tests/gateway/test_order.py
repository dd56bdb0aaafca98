"""Sent without waiting for answers, stored in the order sent, whatever fails in between."""

import asyncio
from typing import Any

import pytest

from antiphon.gateway.order import KEPT, PATIENCE_S, Order
from antiphon.journal.store import Append, Store
from tests.gateway.house import House, Line, cmid

OVERTAKEN = "Send first what failed before this."


def failing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The first commit that has this text in it fails."""
    append, left = Store.append, [1]

    async def sometimes(store: Store, wanted: list[Append]) -> Any:
        if left and any((e.words or {}).get("text") == text for one in wanted for e in one.events):
            left.pop()
            raise OSError("gone")
        return await append(store, wanted)

    monkeypatch.setattr(Store, "append", sometimes)


async def pipelined(line: Line, says: list[dict[str, str]]) -> list[dict[str, Any]]:
    return await asyncio.gather(*(line.ask("say", say) for say in says))


async def test_what_is_sent_after_a_failure_waits_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, c = await house.chat()
    says = [{"conversation": c, "cmid": cmid(), "text": f"{n}"} for n in range(6)]
    assert (await visitor.ask("say", says[0]))["ok"]
    failing(monkeypatch, "1")
    left = says[1:]
    refused: list[str] = []
    while left:
        answers = await pipelined(visitor, left)
        no = [one["error"] for one in answers if not one["ok"]]
        assert all(error["retryable"] for error in no)
        refused += [error["message"] for error in no]
        left = [say for say, one in zip(left, answers, strict=True) if not one["ok"]]
    assert refused
    stored = [e.words["text"] for e in await house.node.desk.history(c) if e.cmid and e.words]
    assert stored == [say["text"] for say in says]


async def test_only_the_same_conversation_waits_and_only_new_words(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, c = await house.chat()
    stored = {"conversation": c, "cmid": cmid(), "text": "stored"}
    await visitor.ok("say", stored)
    failing(monkeypatch, "fails")
    fails = {"conversation": c, "cmid": cmid(), "text": "fails"}
    assert (await visitor.refused("say", fails))["code"] == "unavailable"
    overtakes = {"conversation": c, "cmid": cmid(), "text": "overtakes"}
    error = await visitor.refused("say", overtakes)
    assert (error["message"], error["retryable"]) == (OVERTAKEN, True)
    await visitor.ok("sync", {"conversation": c, "after": 0})
    other, d = await house.chat()
    await other.ok("say", {"conversation": d, "cmid": cmid(), "text": "not concerned"})
    assert "dup" not in await visitor.ok("say", fails)
    await visitor.ok("say", overtakes)
    await visitor.ok("say", {"conversation": c, "cmid": cmid(), "text": "in its turn"})


def test_who_never_repeats_it_may_go_on_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    order = Order()
    order.note("c", "m1", 1, failed=True)
    order.note("c", "m2", 2, failed=True)
    assert (order.first("c", 3), order.first("d", 3)) == ("m1", None)
    now[0] += PATIENCE_S
    assert order.first("c", 3) is None
    order.note("c", "m2", 4, failed=True)
    assert order.first("c", 5) == "m2"
    order.note("c", "m2", 6, failed=False)
    assert order.first("c", 7) is None


def test_what_was_asked_before_a_failure_does_not_wait_for_it() -> None:
    """The later one was refused at once, for its rate; the earlier ones were still under way."""
    order = Order()
    order.note("c", "m7", 7, failed=True)
    assert order.first("c", 6) is None
    order.note("c", "m6", 6, failed=False)
    assert order.first("c", 8) == "m7"
    order.note("c", "m5", 5, failed=True)  # and one of them fails after all
    assert [order.first("c", n) for n in (4, 5, 8)] == [None, "m5", "m5"]
    order.note("c", "m5", 9, failed=True)  # again: it keeps its place
    assert order.first("c", 8) == "m5"


def test_what_was_held_back_keeps_its_place_too() -> None:
    """Else the third would be stored before the second, when the first has come."""
    order = Order()
    order.note("c", "m1", 1, failed=True)
    order.note("c", "m2", 2, failed=True)
    order.note("c", "m1", 3, failed=False)
    assert order.first("c", 5) == "m2"
    order.note("c", "m2", 4, failed=False)
    assert order.first("c", 5) is None


def test_who_only_fails_fills_nothing() -> None:
    order = Order()
    for n in range(10 * KEPT):
        order.note("c", f"m{n}", n, failed=True)
        order.note(f"c{n}", "m", n, failed=True)
    assert len(order._failed) <= KEPT
    assert all(len(mine) <= KEPT for mine in order._failed.values())


def test_who_never_repeats_anything_is_held_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was held back waits no longer than what it waits for."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    order = Order()
    for n in range(1, 5):
        order.note("c", f"m{n}", n, failed=True)
        now[0] += PATIENCE_S / 4
    assert order.first("c", 9) is None
