"""What one would write first: stock python-socketio, an ORM session for each message.

python bench/hotpath/naive.py PORT DATABASE_FILE
"""

import sys
import time
from typing import Any

import socketio
import uvloop
from aiohttp import web
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The one table's base."""


class Message(Base):
    """A message as one would store it."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(index=True)
    cmid: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    at_ms: Mapped[int]


sio = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])
engine = create_async_engine(f"sqlite+aiosqlite:///{sys.argv[2]}", pool_size=1, max_overflow=0)
sessions: async_sessionmaker[AsyncSession] = async_sessionmaker(engine)


@event.listens_for(engine.sync_engine, "connect")
def durable(connection: Any, _: Any) -> None:
    """As durable as ours."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


@sio.event
async def join(sid: str, rooms: list[str]) -> dict[str, bool]:
    for room in rooms:
        await sio.enter_room(sid, room)
    return {"ok": True}


@sio.event
async def say(sid: str, payload: dict[str, str]) -> dict[str, bool]:
    async with sessions() as session:
        at_ms = time.time_ns() // 1_000_000
        session.add(Message(
            conversation=payload["conversation"], cmid=payload["cmid"], text=payload["text"], at_ms=at_ms
        ))  # fmt: skip
        await session.commit()
    await sio.emit("event", {**payload, "at_ms": at_ms}, room=payload["conversation"])
    return {"ok": True}


async def application() -> web.Application:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app = web.Application()
    sio.attach(app)
    return app


uvloop.install()
web.run_app(application(), port=int(sys.argv[1]), access_log=None, print=None)
