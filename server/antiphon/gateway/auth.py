"""Passwords, and who is behind an HTTP request.

Rules: argon2id in a thread, two at a time, so that log-ins never stall a chat; a wrong address
costs as much time as a wrong password; both the account and the address have a rate. A cookie
counts only on requests of our own pages (`Sec-Fetch-Site`, `Origin`), a bearer token always.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from antiphon.domain.errors import Refused
from antiphon.domain.rules import Site
from antiphon.gateway.frames import Identity
from antiphon.gateway.limits import Buckets, Limits
from antiphon.journal.directory import Directory
from antiphon.journal.keys import MARK
from antiphon.journal.people import User
from antiphon.journal.sessions import LIFETIME_MS, Login

AT_ONCE = 2  # hashes computed at the same time: each takes 64 MB and a core
MIN_PASSWORD = 10
_SAFE = ("GET", "HEAD", "OPTIONS")


class Passwords:
    """argon2id. `check` takes the same time whether or not there is such a user."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def prepare(self) -> None:
        """Make the hash that nobody's password is compared with, before it is needed."""
        self._nobody = self._nobody or await self.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        async with self._at_once:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, user: User | None, password: str) -> bool:
        await self.prepare()
        stored = user.password_hash if user else str(self._nobody)
        async with self._at_once:
            right = await asyncio.to_thread(self._verify, stored, password)
        return right and user is not None and not user.disabled

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def fit_password(password: str) -> str:
    """The password, if it is long enough to be one."""
    if len(password) < MIN_PASSWORD:
        raise Refused("bad_request", f"At least {MIN_PASSWORD} characters.", field="password")
    return password


class Door:
    """Log-in and log-out."""

    def __init__(self, directory: Directory, passwords: Passwords, limits: Limits) -> None:
        self._directory, self._passwords = directory, passwords
        self._accounts = Buckets(limits.login_account)
        self._addresses = Buckets(limits.login_address)

    async def login(self, email: str, password: str, address: str, agent: str) -> tuple[User, str]:
        """The user and his session's token. Raises `Refused`."""
        self.count(address, email.strip().lower())
        user = await self._directory.people.by_email(email)
        if not await self._passwords.check(user, password) or user is None:
            await self._directory.audit.add(None, "login_failed", address=address)
            raise Refused("unauthorized", "E-mail or password is wrong.")
        await self._directory.audit.add(user.id, "login", address=address)
        return user, await self._directory.sessions.open(user, agent)

    def count(self, address: str, account: str | None = None) -> None:
        """One more attempt. Raises `Refused` when they are too many."""
        missing_s = self._addresses.take(address) or (self._accounts.take(account) if account else 0)
        if missing_s:
            raise Refused(
                "rate_limited", "Too many attempts. Wait a little.", retryable=True,
                retry_after_ms=int(missing_s * 1000) + 1,
            )  # fmt: skip


def cookie_name(secure: bool) -> str:
    """Over https the browser itself guarantees that the cookie is ours alone."""
    return "__Host-antiphon" if secure else "antiphon"


def set_cookie(response: web.StreamResponse, token: str, *, secure: bool) -> None:
    response.set_cookie(
        cookie_name(secure), token, max_age=LIFETIME_MS // 1000, path="/", secure=secure,
        httponly=True, samesite="Lax",
    )  # fmt: skip


def drop_cookie(response: web.StreamResponse, *, secure: bool) -> None:
    response.del_cookie(cookie_name(secure), path="/", secure=secure, httponly=True, samesite="Lax")


def token_of(request: web.Request, own_origin: str) -> str | None:
    """The session token of a request, if it may be believed."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return bearer.strip()
    cookie = request.cookies.get(cookie_name(own_origin.startswith("https:")))
    return cookie if cookie and same_origin(request, own_origin) else None


def same_origin(request: web.Request, own_origin: str) -> bool:
    """Did one of our own pages (or the address bar, for what changes nothing) send this?"""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if request.method in _SAFE:
        return site in (None, "same-origin", "none") and origin in (None, own_origin)
    if origin is not None:
        return origin == own_origin and site in (None, "same-origin")
    return site == "same-origin"


async def login_of(request: web.Request, directory: Directory, own_origin: str) -> Login | None:
    """Who sent this request."""
    token = token_of(request, own_origin)
    if token is None:
        return None
    return await (directory.keys if token.startswith(MARK) else directory.sessions).of(token)


def vouched(site: Site, identity: Identity) -> bool:
    """Did the shop sign this identity? With a secret set, a wrong hash is refused outright."""
    if site.identity_secret is None:
        return False
    right = hmac.new(site.identity_secret.encode(), identity.id.encode(), hashlib.sha256).hexdigest()
    if identity.hash is None or not hmac.compare_digest(right, identity.hash.lower()):
        raise Refused("unauthorized", "The shop did not sign this identity.", field="identity.hash")
    return True


def conversation_id(secret: bytes, visitor: str, cmid: str) -> str:
    """The conversation that this start of this visitor makes: unguessable, and always the same."""
    return "c" + hmac.new(secret, f"start\0{visitor}\0{cmid}".encode(), hashlib.sha256).hexdigest()[:32]


def public_page(page: Mapping[str, object] | None) -> str | None:
    """A page's path without query and fragment (kpis.md §4): those may carry what is nobody's business."""
    try:
        return urlsplit(str((page or {}).get("url") or "")).path[:300] or None
    except ValueError:
        return None
