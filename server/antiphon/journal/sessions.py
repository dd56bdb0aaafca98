"""Who is logged in, and tokens that work once.

A token is 256 random bits; the database keeps its SHA-256 only, so a stolen copy of it opens
nothing. One-time tokens are a socket's ticket and the link that makes the first administrator.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select

from antiphon.journal.engine import Database
from antiphon.journal.people import People, User, user_of
from antiphon.journal.tables import one_time, sessions, users

LIFETIME_MS = 14 * 86_400_000  # a fortnight, then the password is asked again
TICKET_MS = 60_000
_MARK = 16  # hex digits of a session's hash that its tickets carry


def hash_of(token: str) -> str:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user and the mark of the session he came by (a piece of its hash, no secret).

    `by_key`: a programme with an API key, and no person.
    """

    user: User
    session: str
    by_key: bool = False


_WHOSE = (  # made once: it is asked with every request
    select(users)
    .join(sessions, users.c.id == sessions.c.user_id)
    .where(sessions.c.token_hash == bindparam("token"), sessions.c.expires_at_ms > bindparam("now_ms"))
    .where(users.c.disabled.is_(False))
)


class Sessions:
    """Sessions and one-time tokens. A disabled user has none."""

    def __init__(self, database: Database, people: People, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._people = people
        self._now_ms = now_ms

    async def open(self, user: User, user_agent: str | None = None) -> str:
        """A new session's token; it is told once."""
        token = secrets.token_urlsafe(32)
        now_ms = self._now_ms()
        async with self._database.writing() as db:
            await db.execute(delete(sessions).where(sessions.c.expires_at_ms < now_ms))
            await db.execute(insert(sessions).values(
                token_hash=hash_of(token), user_id=user.id, created_at_ms=now_ms,
                expires_at_ms=now_ms + LIFETIME_MS, user_agent=(user_agent or "")[:300],
            ))  # fmt: skip
        return token

    async def of(self, token: str) -> Login | None:
        """Whose token this is, if it still opens anything."""
        hashed = hash_of(token)
        asked = {"token": hashed, "now_ms": self._now_ms()}
        row = await self._database.look(lambda db: db.execute(_WHOSE, asked).mappings().first())
        return Login(user=user_of(row), session=hashed[:_MARK]) if row else None

    async def close(self, token: str) -> None:
        await self._delete(token_hash=hash_of(token))

    async def close_all(self, user_id: str) -> None:
        """After a change of password or a disabling."""
        await self._delete(user_id=user_id)

    async def alive(self, user_ids: Sequence[str]) -> set[tuple[str, str]]:
        """(user, session mark) of all sessions of these users that still stand."""
        query = (
            select(sessions.c.user_id, sessions.c.token_hash)
            .join(users, users.c.id == sessions.c.user_id)
            .where(sessions.c.user_id.in_(list(user_ids)), sessions.c.expires_at_ms > self._now_ms())
            .where(users.c.disabled.is_(False))
        )
        async with self._database.reading() as db:
            return {(user, hashed[:_MARK]) for user, hashed in await db.execute(query)}

    async def ticket(self, login: Login) -> str:
        """A ticket for one socket, good for a minute. It carries its session's mark."""
        return await self._issue("ticket", login.user.id, TICKET_MS, suffix=f".{login.session}")

    async def redeem(self, ticket: str) -> Login | None:
        """Use a ticket up."""
        user_id = await self.take(ticket, "ticket")
        user = await self._people.by_id(user_id) if user_id else None
        if user is None or user.disabled:
            return None
        return Login(user=user, session=ticket.rpartition(".")[2])

    async def setup_token(self, lifetime_ms: int = 86_400_000) -> str:
        """The secret of the link that makes the first administrator."""
        return await self._issue("setup", None, lifetime_ms)

    async def take(self, token: str, purpose: str) -> str | None:
        """Use a token up: whose it was ("" = nobody's), None if it was none. Exactly one taker wins."""
        where = (one_time.c.token_hash == hash_of(token), one_time.c.purpose == purpose)
        async with self._database.writing() as db:
            gone = delete(one_time).where(*where).returning(one_time.c.user_id, one_time.c.expires_at_ms)
            row = (await db.execute(gone)).first()
        if row is None or row.expires_at_ms <= self._now_ms():
            return None
        return row.user_id or ""

    async def _issue(self, purpose: str, user_id: str | None, lifetime_ms: int, suffix: str = "") -> str:
        token = secrets.token_urlsafe(24) + suffix
        now_ms = self._now_ms()
        async with self._database.writing() as db:
            await db.execute(delete(one_time).where(one_time.c.expires_at_ms < now_ms))
            await db.execute(insert(one_time).values(
                token_hash=hash_of(token), purpose=purpose, user_id=user_id,
                expires_at_ms=now_ms + lifetime_ms,
            ))  # fmt: skip
        return token

    async def _delete(self, **which: str) -> None:
        column, value = next(iter(which.items()))
        async with self._database.writing() as db:
            await db.execute(delete(sessions).where(sessions.c[column] == value))
