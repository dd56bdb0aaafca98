"""What the wire is made of, piece by piece."""

import asyncio
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.gateway import strict
from antiphon.gateway.wire.deadlines import Deadlines
from antiphon.gateway.wire.packets import event_of
from antiphon.gateway.wire.websocket import CLOSE, PING, TEXT, BadFrame, Reader, frame, handshake

MASK = b"\x11\x22\x33\x44"
LIMIT = 64_000


def sent(payload: bytes, first: int = 0x81, mask: bytes = MASK, masked: int = 0x80) -> bytes:
    """A frame as a client sends it."""
    size = len(payload)
    if size < 126:
        head = bytes((first, masked | size))
    elif size < 65_536:
        head = bytes((first, masked | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, masked | 127)) + size.to_bytes(8, "big")
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def read(reader: Reader, *pieces: bytes) -> list[tuple[int, str | bytes]]:
    found = []
    for piece in pieces:
        reader.feed(piece)
        while (one := reader.next()) is not None:
            found.append(one)
    return found


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=4), st.data())
def test_messages_arrive_whole_however_they_are_cut(texts: list[str], data: st.DataObject) -> None:
    stream = b"".join(sent(text.encode()) for text in texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(Reader(LIMIT), *filter(None, pieces)) == [(TEXT, text) for text in texts]


def test_a_message_in_parts_is_one_and_a_ping_may_come_between() -> None:
    pieces = sent(b"4on", 0x01), sent(b"?", 0x89), sent(b"", 0x00), sent(b"e", 0x80), sent(b"2")
    assert read(Reader(LIMIT), b"".join(pieces)) == [
        (TEXT, ""), (PING, b"?"), (TEXT, ""), (TEXT, "4one"), (TEXT, "2"),
    ]  # fmt: skip
    assert read(Reader(LIMIT), sent(b"\x03\xe8", 0x88)) == [(CLOSE, b"\x03\xe8")]


@pytest.mark.parametrize(
    "bad",
    [
        sent(b"2", masked=0),
        sent(b"2", 0xC1),
        sent(b"\x00", 0x82),
        sent(b"2", 0x80),
        sent(b"a", 0x01) + sent(b"b", 0x81),
        sent(b"x" * 126, 0x89),
        sent(b"x", 0x09),
        sent(b"\xff"),
        sent(b""),
        sent(b"x" * 40_000, 0x01) + sent(b"x" * 40_000, 0x00),
        sent(b"x" * (LIMIT + 1))[:20],
        bytes((0x81, 0xFF)) + (2**63).to_bytes(8, "big") + MASK,
        sent(b"2", 0x83),
    ],
)
def test_what_no_client_sends_ends_the_connection(bad: bytes) -> None:
    with pytest.raises(BadFrame):
        read(Reader(LIMIT), bad + bytes(6))


def test_sixty_kilobytes_in_single_bytes_cost_no_more_than_in_proportion() -> None:
    def cost_s(size: int) -> float:
        stream, reader = sent(b"x" * size), Reader(LIMIT)
        began_s = time.process_time()
        assert len(read(reader, *(stream[at : at + 1] for at in range(len(stream))))) == 1
        return time.process_time() - began_s

    small, large = min(cost_s(6_000) for _ in range(3)), min(cost_s(60_000) for _ in range(3))
    assert large < 40 * small  # quadratic would be a hundred times


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_our_frames_say_their_length(size: int) -> None:
    made = frame(b"x" * size)
    assert made.endswith(b"x" * size)
    assert len(made) - size == (2 if size < 126 else 4 if size < 65_536 else 10)


def test_a_handshake_is_answered_as_the_standard_has_it() -> None:
    asked = {
        "Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in (handshake(asked) or b"")
    for name, wrong in (
        ("Upgrade", "h2c"), ("Connection", "close"), ("Sec-WebSocket-Version", "8"),
        ("Sec-WebSocket-Key", "?"),
    ):  # fmt: skip
        assert handshake({**asked, name: wrong}) is None


# -- JSON -------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=20)), max_size=4), st.booleans())
def test_the_quick_way_to_read_json_finds_what_the_long_one_finds(
    pairs: list[tuple[str, str]], escaped: bool
) -> None:
    printed = ((json.dumps(one, ensure_ascii=escaped) for one in pair) for pair in pairs)
    inner = ",".join(map(":".join, printed))
    body = f'["say",{{{inner}}}]'
    if len(dict(pairs)) < len(pairs):
        with pytest.raises(strict.NotStrict, match="twice"):
            strict.loads(body)
    else:
        assert strict.loads(body) == json.loads(body) == ["say", dict(pairs)]


@given(st.text(max_size=30))
def test_what_is_called_plain_has_no_unfit_string(text: str) -> None:
    body = json.dumps(["say", {"text": text}], ensure_ascii=False)
    if strict.plain(body):
        assert strict.unfit({"text": text}) is None


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ('42["a"]', ("/", None, '["a"]')),
        ('42/visitor,7["a"]', ("/visitor", 7, '["a"]')),
        ('42/visitor?x=1,["a"]', ("/visitor", None, '["a"]')),
        ('42/visitor,123456789012345678["a"]', ("/visitor", 123456789012345, '678["a"]')),
        ("42", ("/", None, "")),
    ],
)
def test_the_head_of_an_event(message: str, parts: tuple[str, int | None, str]) -> None:
    assert event_of(message) == parts


# -- deadlines --------------------------------------------------------------------------------------


async def test_who_is_not_removed_in_time_is_late_once_and_in_order() -> None:
    late: list[str] = []
    deadlines = Deadlines[str](0.05, late.append)
    for name in ("a", "b", "c"):
        deadlines.add(name)
    deadlines.remove("b")
    await asyncio.sleep(0.03)
    deadlines.add("a")  # anew
    await asyncio.sleep(0.035)
    assert late == ["c"]
    await asyncio.sleep(0.05)
    assert late == ["c", "a"]
    assert len(deadlines) == 0
    deadlines.add("d")
    deadlines.clear()
    await asyncio.sleep(0.08)
    assert late == ["c", "a"]
