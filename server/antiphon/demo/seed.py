"""Furnish a throw-away database: the shop, its people, and a fortnight of history.

For `antiphon demo` only. Everything is written through the doors the product itself uses: the
directory for who and what exists, `Store.append` for what happened; only the visitors' rows, some
hundreds, are put in at once.
"""

import asyncio
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from antiphon.demo.dialogues import words
from antiphon.demo.history import Guest, play, write
from antiphon.demo.parts import BROWSERS
from antiphon.demo.shop import ALERTS, GOALS, PASSWORD, QUEUES, SITE, TEAM
from antiphon.gateway.auth import Passwords
from antiphon.journal.directory import Directory
from antiphon.journal.engine import Database
from antiphon.journal.sessions import hash_of
from antiphon.journal.store import Store
from antiphon.journal.tables import visitors

ROWS = 400  # of one INSERT


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who can log in."""

    id: str
    email: str
    password: str
    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Iterating gives those that a newcomer may be; `team` is played by the cast."""

    people: tuple[Account, ...]
    team: tuple[Account, ...]

    def __iter__(self) -> Iterator[Account]:
        return iter(self.people)


PEOPLE = (("agent", "Robin Hale"), ("supervisor", "Dana Whitfield"), ("admin", "Max Adler"))


async def seed(database: Database, now_ms: int, zone: str = "UTC", seed: int = 1) -> Accounts:
    """Write it all; a database that has been migrated and is otherwise empty."""
    accounts = _accounts()
    directory = Directory(database, lambda: now_ms)
    history, *_ = await asyncio.gather(
        asyncio.to_thread(play, now_ms, zone, seed), _hire(directory, accounts), _furnish(directory)
    )
    await _invite(database, history.guests.values())
    await write(Store(database), history)
    return accounts


def _accounts() -> Accounts:
    unknown = secrets.token_urlsafe(12)  # the team's password is nobody's business
    return Accounts(
        people=tuple(
            Account(id=role, email=f"{role}@marigold.example", password=PASSWORD, role=role, name=name)
            for role, name in PEOPLE
        ),
        team=tuple(
            Account(id=one.id, email=one.email, password=unknown, role="agent", name=one.name) for one in TEAM
        ),
    )


async def _hire(directory: Directory, accounts: Accounts) -> None:
    """One hash a password: hashing is made to be slow."""
    passwords, groups = Passwords(), (accounts.people, accounts.team)
    hashes = await asyncio.gather(*(passwords.hash(group[0].password) for group in groups))
    for group, hashed in zip(groups, hashes, strict=True):
        for account in group:
            works = next((c for c in TEAM if c.id == account.id), None)
            await directory.people.add(
                email=account.email, name=account.name, role=account.role, password_hash=hashed,
                queues=works.queues if works else (), max_concurrency=works.slots if works else 3,
                user_id=account.id,
            )  # fmt: skip


async def _furnish(directory: Directory) -> None:
    for queue in QUEUES:
        await directory.places.put_queue(queue)
    await directory.places.put_site(SITE)
    for goal in GOALS:
        await directory.goals.put(goal)
    for rule in ALERTS:
        await directory.alerts.put(rule)
    for shortcut, title, text in words()["canned"]:
        await directory.phrases.put(shortcut=shortcut, title=title, text=text)


async def _invite(database: Database, guests: Iterable[Guest]) -> None:
    rows = [_row(guest) for guest in guests]
    async with database.writing() as connection:
        for start in range(0, len(rows), ROWS):
            await connection.execute(insert(visitors), rows[start : start + ROWS])


def _row(guest: Guest) -> dict[str, Any]:
    """A visitor as the shop knows him; nobody holds his token."""
    part, page = guest.part, {"url": guest.part.page}
    return {
        "id": guest.id, "site": SITE.id, "token_hash": hash_of(secrets.token_urlsafe(32)),
        "external_id": None, "name": part.name, "email": part.email, "verified": False,
        "locale": part.dialogue.language, "user_agent": BROWSERS[part.device], "attributes": {},
        "page": page, "trail": [{**page, "at_ms": guest.last_seen_ms}], "blocked": False,
        "first_seen_ms": guest.first_seen_ms, "last_seen_ms": guest.last_seen_ms,
    }  # fmt: skip
