"""What everything at the wire shares. Built once by `sockets.build`; holds, decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from antiphon.backplane.port import Backplane
from antiphon.backplane.presence import Presence
from antiphon.desk import Desk
from antiphon.gateway.access import Access
from antiphon.gateway.address import Proxies
from antiphon.gateway.auth import Passwords
from antiphon.gateway.limits import Limits
from antiphon.gateway.render import Renderer
from antiphon.gateway.roster import Roster
from antiphon.gateway.seats import Seats
from antiphon.gateway.views import Views
from antiphon.gateway.wire.server import Server
from antiphon.journal.directory import Directory
from antiphon.learning.teacher import Teacher
from antiphon.metrics.answers import Answers
from antiphon.outside.addresses import Guard

Board = Callable[[int], Mapping[str, Any]]
Behind = Callable[[str, int, str, str], Sequence[str]]  # kpi, now_ms, queue, agent → conversations


def no_behind(kpi: str, now_ms: int, queue: str, agent: str) -> Sequence[str]:
    """For a server without numbers."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator says. `bot` is the bot's name, None where there is none.

    `guard` says which addresses may be called outside, `mails` whether a mail server is set.
    """

    secret: bytes
    base_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    version: str = "0"
    demo: bool = False
    bot: str | None = "antiphon"
    ping_interval_s: float = 15
    ping_timeout_s: float = 10
    head_every_s: float = 15
    guard: Guard = field(default_factory=Guard)
    mails: bool = False
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True, kw_only=True)
class Hall:
    """The room where the wire's people meet."""

    settings: Settings
    desk: Desk
    directory: Directory
    backplane: Backplane
    presence: Presence
    board: Board
    behind: Behind
    answers: Answers
    teacher: Teacher
    server: Server
    seats: Seats
    roster: Roster
    render: Renderer
    views: Views
    access: Access
    proxies: Proxies
    passwords: Passwords
    draining: bool = False
