"""Logging in and out, who I am, tickets for sockets, and the first administrator."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway.auth import Door, drop_cookie, fit_password, set_cookie, token_of
from antiphon.gateway.rest.body import Body, answer_of
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.rest.people import UserView, view
from antiphon.gateway.sockets import Wire
from antiphon.journal.people import User
from antiphon.journal.sessions import Login

Email = Annotated[str, Meta(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[str, Meta(min_length=1, max_length=256)]


class LoginBody(Body, frozen=True):
    email: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Password


class SetupBody(Body, frozen=True):
    """`token` is the secret of the one-time link."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]
    email: Email
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Password


class PasswordBody(Body, frozen=True):
    old: Password
    new: Password


class LoggedIn(msgspec.Struct, frozen=True):
    token: str
    user: UserView


class Ticket(msgspec.Struct, frozen=True):
    ticket: str


class Account:
    """The handlers, with the door that counts attempts."""

    def __init__(self, wire: Wire) -> None:
        hall = wire.hall
        self._wire, self._hall = wire, hall
        self._door = Door(hall.directory, hall.passwords, hall.settings.limits)

    def routes(self) -> list[Route]:
        return [
            Route(method="POST", path="/api/login", says="Log in.", run=self.login, role=None,
                  takes=LoginBody, gives=LoggedIn),
            Route(method="POST", path="/api/setup", says="Make the first administrator by the link.",
                  run=self.setup, role=None, takes=SetupBody, gives=LoggedIn),
            Route(method="POST", path="/api/logout", says="End this session and its sockets.",
                  run=self.logout, gives=None, status=204, in_person=True),
            Route(method="GET", path="/api/me", says="Who I am.", run=self.me, gives=UserView),
            Route(method="PUT", path="/api/me/password", says="Change my password; other sessions end.",
                  run=self.password, takes=PasswordBody, gives=LoggedIn, in_person=True),
            Route(method="POST", path="/api/socket-ticket", says="A socket's ticket; good for a minute.",
                  run=self.ticket, gives=Ticket, in_person=True),
        ]  # fmt: skip

    async def login(self, ask: Ask) -> web.StreamResponse:
        agent = ask.request.headers.get("User-Agent", "")
        user, token = await self._door.login(ask.body.email, ask.body.password, ask.address, agent)
        return self._logged_in(ask, user, token)

    async def setup(self, ask: Ask) -> web.StreamResponse:
        self._door.count(ask.address)
        hashed = await self._hall.passwords.hash(fit_password(ask.body.password))
        if await self._hall.directory.sessions.take(ask.body.token, "setup") is None:
            raise Refused("unauthorized", "This link is used up or too old.", field="token")
        user = await self._hall.directory.people.add(
            email=ask.body.email, name=ask.body.name, role="admin", password_hash=hashed
        )
        await self._hall.directory.audit.add(user.id, "setup", user.id)
        await self._wire.reload()
        return self._logged_in(ask, user, await self._hall.directory.sessions.open(user))

    async def logout(self, ask: Ask) -> web.StreamResponse:
        await self._forget(ask)
        response = web.Response(status=204)
        drop_cookie(response, secure=_secure(ask))
        return response

    async def me(self, ask: Ask) -> UserView:
        return view(ask.me, self._hall)

    async def password(self, ask: Ask) -> web.StreamResponse:
        if not await self._hall.passwords.check(ask.me, ask.body.old):
            raise Refused("forbidden", "The old password is wrong.", field="old")
        hashed = await self._hall.passwords.hash(fit_password(ask.body.new))
        user = await self._hall.directory.people.change(ask.me.id, {"password_hash": hashed})
        await self._hall.directory.sessions.close_all(user.id)
        await self._hall.directory.audit.add(user.id, "password_changed", user.id)
        return self._logged_in(ask, user, await self._hall.directory.sessions.open(user))

    async def ticket(self, ask: Ask) -> Ticket:
        return Ticket(await self._hall.directory.sessions.ticket(_login(ask)))

    async def _forget(self, ask: Ask) -> None:
        login = _login(ask)
        token = token_of(ask.request, ask.own_origin)
        if token:
            await self._hall.directory.sessions.close(token)
        await self._wire.log_out(login.user.id, login.session)
        await self._hall.directory.audit.add(login.user.id, "logout")

    def _logged_in(self, ask: Ask, user: User, token: str) -> web.StreamResponse:
        response = answer_of(LoggedIn(token, view(user, self._hall)))
        set_cookie(response, token, secure=_secure(ask))
        return response


def _login(ask: Ask) -> Login:
    if ask.login is None:
        raise Refused("unauthorized", "Log in first.")
    return ask.login


def _secure(ask: Ask) -> bool:
    return ask.own_origin.startswith("https:")


def routes(wire: Wire) -> list[Route]:
    return Account(wire).routes()
