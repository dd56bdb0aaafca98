"""History comes in: whole, in order, once, whatever else the file holds; on SQLite and on PostgreSQL."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from antiphon.domain.events import Event
from antiphon.journal.archive import Archive, Search
from antiphon.journal.importer import SMALL, Importer, Report
from antiphon.journal.lines import MAX_LINE, BadLine, line_of, parse
from antiphon.journal.store import Store
from tests.ports.conftest import office

GOLDEN = Path(__file__).parents[1] / "golden"
TINY = 200  # bytes of a block: two or three lines


def line(at_ms: int, event: str, conversation: str | None = "c", **fields: Any) -> bytes:
    where = {"conversation": conversation} if conversation else {}
    return json.dumps({"ts": at_ms, "event": event, **where, **fields}).encode() + b"\n"


def started(at_ms: int, conversation: str, **fields: Any) -> bytes:
    return line(at_ms, "conversation_started", conversation, visitor="v", **fields)


async def brought(
    store: Store, text: bytes | Iterable[bytes], source: str = "old", block: int = TINY
) -> Report:
    parts = [text] if isinstance(text, bytes) else text
    async with Importer(store, source, block) as importer:
        for part in parts:
            await importer.feed(part)
    return importer.report


async def stored(store: Store, stream: str) -> list[tuple[int, str, int]]:
    return [(event.n, event.kind, event.at_ms) for event in await store.history(stream)]


async def journal(store: Store) -> list[Event]:
    return await store.read_after(0, 100_000)


async def test_the_same_whatever_the_blocks_were(store: Store) -> None:
    text = (GOLDEN / "tl2.ndjson").read_bytes()
    whole = await brought(store, text, block=1 << 20)
    events = {(e.stream, e.n, e.kind, e.at_ms, json.dumps(dict(e.data))) for e in await journal(store)}
    again = await brought(store, [text[at : at + 7] for at in range(0, len(text), 7)], block=TINY)
    assert (again.accepted, again.repeated) == (0, whole.accepted)
    other = await brought(store, (text[:1000], text[1000:]), source="other", block=TINY)
    assert other.accepted == whole.accepted == len(text.splitlines())
    renamed = {
        (e.stream.removeprefix("other~"), e.n, e.kind, e.at_ms, json.dumps(dict(e.data)))
        for e in await journal(store) if e.stream.startswith("other~")
    }  # fmt: skip
    assert renamed == {one for one in events if ":" not in one[0]}


async def test_positions_follow_time_and_the_file(store: Store) -> None:
    text = (
        started(5, "a")
        + line(7, "message", "a", sender="bot")
        + started(6, "b")
        + line(6, "closed", "b", by="bot")
    )
    await brought(store, text, block=1 << 20)
    events = await journal(store)
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [(e.stream, e.n, e.kind) for e in events] == [
        ("a", 1, "conversation_started"), ("b", 1, "conversation_started"), ("b", 2, "closed"),
        ("a", 2, "message"),
    ]  # fmt: skip
    assert (events[3].actor.kind, events[3].imported) == ("bot", True)


async def test_another_process_reads_what_is_large(store: Store) -> None:
    text = b"".join(
        started(at, f"c{at}") + line(at, "closed", f"c{at}", by="system") for at in range(SMALL // 100)
    )
    report = await brought(store, text + b"{}\n", block=SMALL)
    count = len(text.splitlines())
    assert (report.accepted, report.refused) == (count, 1)
    assert report.rejected == [{"line": count + 1, "error": "there is no event `None`"}]
    assert await store.head() == count


async def test_bad_lines_are_numbered_over_all_blocks_and_the_good_ones_kept(store: Store) -> None:
    good = [started(n, f"c{n}") for n in range(6)]
    bad = [
        b"not json\n", b"\n", b'{"ts":1,"event":"closed","conversation":"c1"}\n',
        b'{"ts":"1","event":"closed"}\n', b"x" * (MAX_LINE * 3) + b"\n", b'{"ts":1,"event":"mesage"}\n',
        line(1, "message", "a\0b", sender="bot"), line(1, "message", "c", sender="cat"),
    ]  # fmt: skip
    lines = [one for pair in zip([*good, b"", b""], bad, strict=True) for one in pair if one]
    report = await brought(store, b"".join(lines))
    assert report.accepted == len(good)
    told = {one["line"]: one["error"] for one in report.rejected}
    expected = [lines.index(one) + 1 for one in bad if one != b"\n"]
    assert sorted(told) == expected
    assert [told[at] for at in expected[1:]] == [
        "`by` is missing", "`ts` must be UTC milliseconds, a whole number", f"longer than {MAX_LINE} bytes",
        "there is no event `mesage`; did you mean `message`?",
        "`conversation` must be text of at most 200 characters",
        "`sender` must be one of visitor, bot, agent",
    ]  # fmt: skip
    assert await store.head() == len(good)


async def test_a_line_without_an_end_is_read_too(store: Store) -> None:
    report = await brought(store, started(1, "c") + line(2, "closed", by="agent").rstrip())
    assert report.accepted == 2
    report = await brought(store, b"x" * 1000, source="never ends")
    assert (report.accepted, report.refused) == (0, 1)
    assert (await brought(store, b"", source="empty")).refused == 0


async def test_an_id_makes_a_line_idempotent_wherever_it_stands(store: Store) -> None:
    first = (
        started(1, "c", id="a")
        + line(2, "message", sender="bot", id="b")
        + line(2, "message", sender="bot", id="b")
    )
    report = await brought(store, first)
    assert (report.accepted, report.repeated) == (2, 1)
    report = await brought(
        store, line(0, "tagged", value="x", id="new") + first + line(9, "closed", by="bot", id=7)
    )
    assert (report.accepted, report.repeated) == (2, 3)
    assert [kind for _, kind, _ in await stored(store, "c")] == [
        "conversation_started", "message", "tagged", "closed"
    ]  # fmt: skip


async def test_a_longer_file_brings_only_what_is_new(store: Store) -> None:
    first = started(1, "c") + line(2, "message", sender="visitor")
    await brought(store, first)
    more = (
        first + line(3, "queue_entered", queue="sales", reason="new") + line(3, "message", sender="visitor")
    )
    report = await brought(store, more + line(4, "accepted", agent="ann") + line(5, "closed", by="agent"))
    assert (report.accepted, report.repeated) == (4, 2)
    assert [n for n, _, _ in await stored(store, "c")] == [1, 2, 3, 4, 5, 6]
    [talk] = (await Archive(store.database).search(Search(queue="sales", agent="ann"))).conversations
    assert (talk.state, talk.started_at_ms, talk.closed_at_ms, talk.last_agent) == ("closed", 1, 5, "ann")


async def test_a_taken_name_gets_the_source_in_front(store: Store) -> None:
    await brought(store, started(1, "c"), source="mine")
    ticket = line(3, "ticket_created", ticket="t", conversation="c")
    report = await brought(store, started(2, "c") + ticket + line(4, "closed", by="bot"), source="theirs")
    assert report.accepted == 3
    assert await stored(store, "c") == [(1, "conversation_started", 1)]
    assert await stored(store, "theirs~c") == [(1, "conversation_started", 2), (2, "closed", 4)]
    [opened] = await store.history("ticket:t")
    assert opened.data["conversation"] == "theirs~c"


async def test_names_that_do_not_fit_are_kept_apart(store: Store) -> None:
    long = ["x" * 190 + str(n) for n in range(2)]
    text = b"".join(started(n, name) for n, name in enumerate([*long, "a:b"]))
    assert (await brought(store, text)).accepted == 3
    assert (await brought(store, text, source="a:" + "s" * 70)).accepted == 3
    streams = {event.stream for event in await journal(store)}
    assert len(streams) == 6
    assert all(":" not in name and len(name) <= 80 for name in streams)
    far = line(1, "accepted", agent="a" * 300) + line(1, "queue_entered", queue="q" * 300, reason="new")
    assert (await brought(store, started(0, "far") + far, source="far")).accepted == 4 - 1


async def test_what_the_vocabulary_does_not_know_is_kept_with_the_words(store: Store) -> None:
    await brought(
        store,
        started(1, "c", mood={"a": [1, None]}, page=None) + line(2, "message", sender="visitor", text="Hi"),
    )
    first, second = await store.history("c")
    assert (first.words, first.data) == ({"mood": {"a": [1, None]}}, {"visitor": "v"})
    assert (second.words, second.data) == ({"text": "Hi"}, {"sender": "visitor"})


async def test_history_of_an_agent_who_works_here_goes_on_where_his_own_ends(database_url: str) -> None:
    async with office(database_url) as here:
        status = line(1, "agent_status", None, agent="ann", status="online")
        await brought(here.store, status, source="one")
        assert (await brought(here.store, status + status, source="two")).accepted == 2
        assert [n for n, _, _ in await stored(here.store, "agent:ann")] == [1, 2, 3]


async def test_a_line_may_say_who_did_it(store: Store) -> None:
    bob = {"kind": "agent", "id": "bob"}
    handed = line(2, "transferred", to_queue="q", actor=bob) + line(
        3, "transferred", to_queue="q", actor="Bob"
    )
    await brought(store, started(1, "c") + handed)
    _, known, other = await store.history("c")
    assert (known.actor.kind, known.actor.id, known.words) == ("agent", "bob", None)
    assert (other.actor.kind, other.words) == ("system", {"actor": "Bob"})
    assert [line_of(event)["actor"] for event in (known, other)] == [bob, "Bob"]


async def test_imported_conversations_are_found(store: Store) -> None:
    tagged = line(2, "tagged", "c", tags=["gold"])
    await brought(store, started(1, "c") + tagged + started(3, "d") + line(4, "closed", "d", by="bot"))
    archive = Archive(store.database)
    assert [c.id for c in (await archive.search(Search(state=["closed"]))).conversations] == ["d"]
    assert [c.id for c in (await archive.search(Search())).conversations] == ["d", "c"]
    assert await archive.tags() is not None


LONG = "x" * 20_001


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ('"event":"message"', "`sender` is missing"),
        ('"event":"queue_entered","queue":5', "`queue` must be text"),
        ('"event":"queue_entered","priority":true', "`priority` must be a whole number"),
        (r'"event":"message","sender":"bot","text":"\u0000"', "`text` is too long or holds a NUL"),
        (f'"event":"message","sender":"bot","intent":"{LONG}"', "`intent` is too long or holds a NUL"),
        ('"event":"message","sender":"cat"', "`sender` must be one of visitor, bot, agent"),
        ('"event":"agent_status","status":"online"', "`agent` is missing"),
        ('"event":"closed","by":"bot"', "`conversation` is missing"),
        (
            '"event":"closed","by":"bot","conversation":5',
            "`conversation` must be text of at most 200 characters",
        ),
        ('"event":"closed","by":"bot","conversation":"c","id":1.5', "`id` must be text or a whole number"),
        ('"ts":-1,"event":"closed"', "`ts` must be UTC milliseconds, a whole number"),
        ('"ts":true,"event":"closed"', "`ts` must be UTC milliseconds, a whole number"),
    ],
)
def test_why_a_line_is_refused(rest: str, says: str) -> None:
    with pytest.raises(BadLine) as refused:
        parse(f'{{"ts":1,{rest}}}'.encode())
    assert str(refused.value) == says


@pytest.mark.parametrize("raw", [b"[]", b"{", b'"x"', b'{"ts":1,"event":"\xff"}', b"{} {}", b"nul"])
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(BadLine, match=r"^not a JSON object"):
        parse(raw)
