"""RFC 6455 as a chat server needs it: text in, text out; no extensions, so nothing can be blown up."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_CONTINUED = 0x0
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SHORTEST = 6  # a masked frame without a payload
_COMPACT = 65_536  # bytes that were read already are given back beyond this


class BadFrame(ValueError):
    """Not what a client may send: the connection ends."""


def handshake(headers: Mapping[str, str]) -> bytes | None:
    """The answer to an upgrade request; None if it is not one of version 13."""
    key = headers.get("Sec-WebSocket-Key", "")
    try:
        nonce = base64.b64decode(key, validate=True)
    except (ValueError, binascii.Error):
        return None
    asked = headers.get("Upgrade", "").strip().lower(), "upgrade" in headers.get("Connection", "").lower()
    if len(nonce) != 16 or asked != ("websocket", True) or headers.get("Sec-WebSocket-Version") != "13":
        return None
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole frame of the server's; the same bytes serve every recipient."""
    size = len(payload)
    first = 0x80 | opcode
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65_536:
        return bytes((first, 126, size >> 8, size & 0xFF)) + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def from_client(text: str) -> bytes:
    """A text as the frame a client would have sent."""
    whole = frame(text.encode())
    head = 2 if whole[1] < 126 else 4 if whole[1] == 126 else 10
    return bytes((whole[0], whole[1] | 0x80)) + whole[2:head] + bytes(4) + whole[head:]


def texts(frames: bytes) -> list[str]:
    """The texts in whole frames of ours, one after another."""
    found, at = [], 0
    while at < len(frames):
        size, head = frames[at + 1], 2
        if size > 125:
            head = 4 if size == 126 else 10
            size = int.from_bytes(frames[at + 2 : at + head], "big")
        if frames[at] == 0x80 | TEXT:
            found.append(frames[at + head : at + head + size].decode())
        at += head + size
    return found


class Reader:
    """Bytes in, messages out. Holds at most one message of `limit` bytes and one read of the socket."""

    __slots__ = ("_at", "_limit", "_need", "_parts", "_rest")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest: bytes | bytearray = b""
        self._at = 0
        self._need = _SHORTEST  # bytes without which there is no use in looking
        self._parts: bytearray | None = None

    def feed(self, data: bytes) -> None:
        """What came from the socket, in pieces of any size."""
        if self._at == len(self._rest):
            self._rest, self._at = data, 0
            return
        if not isinstance(self._rest, bytearray):
            self._rest, self._at = bytearray(self._rest[self._at :]), 0
        self._rest += data

    def rest(self) -> bytes:
        """Take what was fed and not read."""
        rest = bytes(self._rest[self._at :])
        self._rest, self._at = b"", 0
        return rest

    @property
    def held(self) -> int:
        """Bytes that wait to be looked at."""
        return len(self._rest) - self._at

    def next(self) -> tuple[int, str | bytes] | None:
        """The next frame: (TEXT, whole message or "" for a part of one), (PING | PONG | CLOSE, bytes).

        None when it is not there yet. Raises `BadFrame` for what no client of ours sends.
        """
        rest, at = self._rest, self._at
        left = len(rest) - at
        if left < self._need:
            return None
        first, second = rest[at], rest[at + 1]
        size, start = second & 0x7F, at + 6
        if size > 125:
            start += 2 if size == 126 else 8
            if left < start - at:
                self._need = start - at
                return None
            size = int.from_bytes(rest[at + 2 : start - 4], "big")
        whole = first == 0x81 and second > 0x7F and self._parts is None and size <= self._limit
        if not whole:  # as nearly all are
            self._check(first, second, size)
        end = start + size
        if len(rest) < end:
            self._need = end - at
            return None
        payload = _unmasked(rest[start:end], rest[start - 4 : start])
        self._need, self._at = _SHORTEST, end
        if end > _COMPACT:
            self._compact(end)
        return (TEXT, _text(payload)) if whole else self._message(first, payload)

    def _check(self, first: int, second: int, size: int) -> None:
        opcode = first & 0x0F
        if first & 0x70 or not second & 0x80:
            raise BadFrame("unmasked, or an extension nobody agreed on")
        if opcode in (CLOSE, PING, PONG):
            if size > 125 or not first & 0x80:
                raise BadFrame("an oversized control frame")
        elif opcode not in (TEXT, _CONTINUED) or (opcode == TEXT) != (self._parts is None):
            raise BadFrame("binary, or parts out of order")
        elif size + len(self._parts or b"") > self._limit:
            raise BadFrame("too large")

    def _compact(self, end: int) -> None:
        if isinstance(self._rest, bytearray):
            del self._rest[:end]
            self._at = 0

    def _message(self, first: int, payload: bytes) -> tuple[int, str | bytes]:
        opcode = first & 0x0F
        if opcode >= CLOSE:
            return opcode, payload
        if self._parts is None:
            self._parts = bytearray()
        self._parts += payload
        if not first & 0x80:
            return TEXT, ""
        payload, self._parts = bytes(self._parts), None
        return TEXT, _text(payload)


def _text(payload: bytes) -> str:
    if not payload:
        raise BadFrame("empty")
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise BadFrame("not UTF-8") from None


def _unmasked(payload: bytes | bytearray, mask: bytes | bytearray) -> bytes:
    """XOR of the payload with the mask repeated, as two long integers."""
    size = len(payload)
    key = bytes(mask) * (size // 4 + 1)
    return (int.from_bytes(payload, "little") ^ int.from_bytes(key[:size], "little")).to_bytes(size, "little")
