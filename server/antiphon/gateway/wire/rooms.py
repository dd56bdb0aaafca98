"""python-socketio's client manager where each socket knows its rooms.

The library's copies and scans every room of the namespace for each one that leaves, which is
quadratic when a thousand leave at once, and keeps a room of its own for each socket.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from socketio import AsyncManager

from antiphon.gateway.wire.link import Link


class Member:
    """A connection in one namespace; `connected` once it was let in."""

    __slots__ = ("connected", "link", "namespace", "rooms", "sid")

    def __init__(self, namespace: str, sid: str, link: Link) -> None:
        self.namespace, self.sid, self.link = namespace, sid, link
        self.rooms: tuple[str, ...] = ()
        self.connected = False


class Rooms(AsyncManager):  # type: ignore[misc]  # the library has no types
    """`rooms[namespace][room][sid]` and `members[namespace][sid]`."""

    def __init__(self) -> None:
        super().__init__()
        self.members: dict[str, dict[str, Member]] = {}
        self.rooms: dict[str, dict[str, dict[str, Member]]] = {}

    def audience(self, namespace: str, room: str | None) -> Mapping[str, Member]:
        """Who is in a room; a sid is the room of that one, None everybody."""
        here = self.members.get(namespace, {})
        if room is None:
            return here
        one = here.get(room)
        return {room: one} if one else self.rooms.get(namespace, {}).get(room, {})

    def member(self, namespace: str, sid: str | None) -> Member | None:
        return self.members.get(namespace, {}).get(sid or "")

    # -- what the library asks --------------------------------------------------------------------

    def get_namespaces(self) -> Iterable[str]:
        return self.members.keys()

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        names = [room] if room is None or isinstance(room, str) else room
        found = {sid: one for name in names for sid, one in self.audience(namespace, name).items()}
        return ((sid, one.link.sid) for sid, one in found.items())

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        link = self.server.eio.sockets.get(eio_sid)
        if link is None or namespace in link.members:
            return None
        sid: str = self.server.eio.generate_id()
        member = Member(namespace, sid, link)
        link.members[namespace] = self.members.setdefault(namespace, {})[sid] = member
        return sid

    async def connect(self, sid: str, namespace: str) -> str:
        member = self.member(namespace, sid)
        if member is not None:
            member.connected = True
        return sid

    def is_connected(self, sid: str | None, namespace: str) -> bool:
        member = self.member(namespace, sid)
        return member is not None and member.connected

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        link = self.server.eio.sockets.get(eio_sid)
        member = link.members.get(namespace) if link is not None else None
        return member.sid if member is not None else None

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:
        member = self.member(namespace, sid)
        return str(member.link.sid) if member is not None else None

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:
        member = self.member(namespace, sid)
        if member is not None:
            member.connected = False
        return self.eio_sid_from_sid(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        member = self.member(namespace, sid)
        if member is not None:
            for room in member.rooms:
                self._empty(member, room)
            del self.members[namespace][sid]
            member.link.members.pop(namespace, None)

    def is_sid_room(self, namespace: str, room: Any) -> bool:
        return self.member(namespace, room) is not None

    def basic_enter_room(self, sid: str, namespace: str, room: str, eio_sid: str | None = None) -> None:
        member = self.member(namespace, sid)
        if member is None:
            raise ValueError("sid is not connected to requested namespace")
        if room not in member.rooms:
            member.rooms = (*member.rooms, room)
            self.rooms.setdefault(namespace, {}).setdefault(room, {})[sid] = member

    def basic_leave_room(self, sid: str, namespace: str, room: str) -> None:
        member = self.member(namespace, sid)
        if member is not None and room in member.rooms:
            member.rooms = tuple(one for one in member.rooms if one != room)
            self._empty(member, room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        member = self.member(namespace, sid)
        return [sid, *member.rooms] if member is not None else []

    def _empty(self, member: Member, room: str) -> None:
        rooms = self.rooms[member.namespace]
        del rooms[room][member.sid]
        if not rooms[room]:
            del rooms[room]
