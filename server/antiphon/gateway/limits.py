"""How much anyone may ask at once: token buckets, and the figures in one place."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`burst` at once, then `per_s` a second."""

    burst: float
    per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All figures of the gateway. The defaults suit one node on the internet."""

    visitor: Rate = field(default_factory=lambda: Rate(burst=30, per_s=5))
    user: Rate = field(default_factory=lambda: Rate(burst=120, per_s=30))
    hints: Rate = field(default_factory=lambda: Rate(burst=40, per_s=10))  # typing, read, page
    frames: Rate = field(default_factory=lambda: Rate(burst=200, per_s=40))  # beyond it a reader slows down
    joins: Rate = field(default_factory=lambda: Rate(burst=600, per_s=300))  # of a whole node
    joining: int = 64  # under way at once: each reads, and what waits for the database too long has failed
    login_account: Rate = field(default_factory=lambda: Rate(burst=8, per_s=1 / 30))
    login_address: Rate = field(default_factory=lambda: Rate(burst=30, per_s=1 / 5))
    strangers: Rate = field(default_factory=lambda: Rate(burst=60, per_s=1))  # new visitors of an address
    rest: Rate = field(default_factory=lambda: Rate(burst=200, per_s=50))
    sockets_per_address: int = 500
    queue_bytes_visitor: int = 256_000
    queue_bytes_user: int = 2_000_000
    queue_bytes_all: int = 256_000_000
    frame_bytes: int = 64_000
    body_bytes: int = 64_000
    connect_s: float = 10.0
    linger_s: float = 5.0  # a writer that hangs this long after its close is cut
    call_s: float = 8.0  # below the ping timeout: a slow call must not cost the connection


class Bucket:
    """A token bucket. `take` says how many seconds are missing, 0 when the token was there."""

    __slots__ = ("_at_s", "_left", "_now_s", "rate")

    def __init__(self, rate: Rate, now_s: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._now_s = now_s
        self._left = rate.burst
        self._at_s = now_s()

    def spend(self) -> float:
        """A token is taken, also one that is not there yet; how many seconds until it would have been."""
        self._refill()
        self._left -= 1
        return max(0.0, -self._left / self.rate.per_s)

    def _refill(self) -> None:
        now_s = self._now_s()
        self._left = min(self.rate.burst, self._left + (now_s - self._at_s) * self.rate.per_s)
        self._at_s = now_s

    def take(self) -> float:
        self._refill()
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self.rate.per_s


class Buckets:
    """A bucket for each name; the longest unused are forgotten."""

    def __init__(self, rate: Rate, keep: int = 10_000) -> None:
        self._rate = rate
        self._keep = keep
        self._all: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, name: str) -> float:
        bucket = self._all.get(name) or Bucket(self._rate)
        self._all[name] = bucket
        self._all.move_to_end(name)
        if len(self._all) > self._keep:
            self._all.popitem(last=False)
        return bucket.take()
