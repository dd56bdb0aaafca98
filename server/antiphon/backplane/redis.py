"""Many nodes over Redis pub/sub: one pump out, one pump in, never awaited by a sender.

Whatever gathers while one publish is under way goes out in the next payload. Redis away means
that nobody is nudged; every tail then looks by itself every two seconds.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from redis.asyncio import Redis

from antiphon import failpoints
from antiphon.backplane.port import OnNudge, OnSignal

log = logging.getLogger(__name__)

CHANNEL = "antiphon"
MAX_WAITING = 10_000  # signals kept while Redis is slow; the oldest go first
MAX_PAYLOAD = 1_000_000
RETRY_S = 1.0
TIME_LIMIT_S = 2.0


class _Payload(msgspec.Struct, frozen=True):
    """What one node tells the others."""

    node: str
    nudge: bool
    signals: list[tuple[str, dict[str, Any]]]


class RedisBackplane:
    """`start` never fails because Redis is away: the pumps keep trying.

    Pub/sub knows no database numbers: ours is in the channel's name, so that two desks on one
    Redis do not hear each other.
    """

    def __init__(self, url: str, channel: str | None = None) -> None:
        self._redis = Redis.from_url(url, socket_timeout=None, socket_connect_timeout=TIME_LIMIT_S)
        number = self._redis.connection_pool.connection_kwargs.get("db", 0)
        self._channel = channel or f"{CHANNEL}:{number}"
        self._node = uuid.uuid4().hex
        self._nudge = False
        self._signals: list[tuple[str, dict[str, Any]]] = []
        self._wake = asyncio.Event()
        self._heard: list[tuple[OnNudge, OnSignal]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.connected = False

    def nudge(self) -> None:
        self._nudge = True
        self._wake.set()

    def signal(self, topic: str, body: Mapping[str, Any]) -> None:
        self._signals.append((topic, dict(body)))
        del self._signals[:-MAX_WAITING]
        self._wake.set()

    def listen(self, on_nudge: OnNudge, on_signal: OnSignal) -> None:
        self._heard.append((on_nudge, on_signal))

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._redis.aclose()

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            payload = _Payload(node=self._node, nudge=self._nudge, signals=self._signals)
            self._nudge, self._signals = False, []
            try:
                if failpoints.ARMED:
                    await failpoints.reach("publish")
                async with asyncio.timeout(TIME_LIMIT_S):
                    await self._redis.publish(self._channel, msgspec.json.encode(payload))
            except Exception as error:  # noqa: BLE001 - a loop's edge: what was not sent may be lost
                log.warning("redis: cannot publish", extra={"error": repr(error)})
                await asyncio.sleep(RETRY_S)

    async def _receive(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    self.connected = True
                    self._tell_nudge()  # whatever was said while we were deaf
                    async for message in pubsub.listen():
                        self._hear(message)
            except Exception as error:  # noqa: BLE001 - a loop's edge: subscribe again
                log.warning("redis: cannot listen", extra={"error": repr(error)})
            self.connected = False
            await asyncio.sleep(RETRY_S)

    def _hear(self, message: Mapping[str, Any]) -> None:
        data = message.get("data")
        if message.get("type") != "message" or not isinstance(data, bytes) or len(data) > MAX_PAYLOAD:
            return
        try:
            payload = msgspec.json.decode(data, type=_Payload)
        except msgspec.MsgspecError:
            log.warning("redis: not one of ours", extra={"bytes": len(data)})
            return
        if payload.node == self._node:
            return
        if payload.nudge:
            self._tell_nudge()
        for topic, body in payload.signals:
            for _, on_signal in self._heard:
                try:
                    on_signal(topic, body)
                except Exception:  # noqa: BLE001 - anybody may publish: what makes no sense is not ours
                    log.warning("redis: a signal makes no sense", extra={"topic": topic[:40]})

    def _tell_nudge(self) -> None:
        for on_nudge, _ in self._heard:
            on_nudge()
