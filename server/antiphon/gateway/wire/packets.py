"""Socket.IO packets: the library's without binary, and our own way to print events and answers."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from socketio import packet

from antiphon.gateway import strict
from antiphon.gateway.wire.websocket import BadFrame, frame

CONNECT, DISCONNECT, EVENT = "0", "1", "2"
_KINDS = {CONNECT: packet.CONNECT, DISCONNECT: packet.DISCONNECT}
_EVENT = re.compile(r"42(?:(/[^,]*),)?([0-9]{1,15})?")

encode = msgspec.json.Encoder().encode


class Packet(packet.Packet):  # type: ignore[misc]  # the library has no types
    """What connects and disconnects. Bad JSON becomes `data = NotStrict(...)`, so that it is answered."""

    uses_binary_events = False
    json = strict

    def decode(self, encoded_packet: str) -> int:
        try:
            attachments = super().decode(encoded_packet)
        except strict.NotStrict as no:
            self.data = no
            attachments = 0
        except ValueError as no:
            raise BadFrame(str(no)) from None
        if attachments or self.packet_type not in _KINDS.values():
            raise BadFrame("not a packet a client may send")
        return 0


def event_of(message: str) -> tuple[str, int | None, str]:
    """Namespace, id of the acknowledgement, and the JSON of an event's message, unread."""
    head = _EVENT.match(message)
    if head is None:
        raise BadFrame("not an event")
    namespace, number = head.groups()
    return (namespace or "/").partition("?")[0], int(number) if number else None, message[head.end() :]


def event_frame(namespace: str, event: str, payload: Any) -> bytes:
    """The frame of an event; a payload of bytes is JSON already."""
    body = payload if isinstance(payload, bytes) else encode(payload)
    return frame(_event_head(namespace, event) + body + b"]")


@lru_cache(maxsize=256)
def _event_head(namespace: str, event: str) -> bytes:
    return f"42{_prefix(namespace)}[{encode(event).decode()},".encode()


def answer_frame(namespace: str, number: int, answer: Any) -> bytes:
    """The frame of an acknowledgement with one object."""
    return frame(f"43{_prefix(namespace)}{number}[".encode() + encode(answer) + b"]")


def _prefix(namespace: str) -> str:
    return "" if namespace == "/" else f"{namespace},"
