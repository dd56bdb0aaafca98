"""Users: who they are and, for administrators, who there shall be."""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway.auth import fit_password
from antiphon.gateway.hall import Hall
from antiphon.gateway.rest.body import Body
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal.people import User

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Email = Annotated[str, Meta(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[str, Meta(min_length=1, max_length=256)]
RoleName = Literal["agent", "supervisor", "admin"]
Limit = Annotated[int, Meta(ge=1, le=50)]
Queues = Annotated[list[Annotated[str, Meta(max_length=80)]], Meta(max_length=200)]
_URL = re.compile(r"^(https://|/)")


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    """A user, without his password."""

    id: str
    email: str
    name: str
    role: str
    avatar: str | None
    queues: list[str]
    max_concurrency: int
    disabled: bool
    status: str
    reason: str | None
    load: int


class Users(msgspec.Struct, frozen=True):
    agents: list[UserView]


class NewUser(Body, frozen=True):
    email: Email
    name: Name
    password: Password
    role: RoleName = "agent"
    queues: Queues = msgspec.field(default_factory=list)
    max_concurrency: Limit = 3
    avatar: Annotated[str, Meta(max_length=500)] | None = None


class ChangedUser(Body, frozen=True):
    name: Name | None = None
    role: RoleName | None = None
    password: Password | None = None
    queues: Queues | None = None
    max_concurrency: Limit | None = None
    avatar: Annotated[str, Meta(max_length=500)] | None = None
    disabled: bool | None = None


def view(user: User, hall: Hall) -> UserView:
    """A user as colleagues see him."""
    shift = hall.desk.floor.agents.get(user.id)
    return UserView(
        id=user.id, email=user.email, name=user.name, role=user.role, avatar=user.avatar,
        queues=list(hall.views.queues_of(user)), max_concurrency=user.max_concurrency, disabled=user.disabled,
        status=shift.status if shift else "offline", reason=shift.reason if shift else None,
        load=hall.desk.floor.load(user.id),
    )  # fmt: skip


async def everybody(ask: Ask) -> Users:
    hall = ask.wire.hall
    return Users([view(user, hall) for user in await hall.directory.people.all()])


async def one(ask: Ask) -> UserView:
    return view(await _user(ask), ask.wire.hall)


async def add(ask: Ask) -> UserView:
    hall, new = ask.wire.hall, ask.body
    _known_queues(hall, new.queues)
    _fit_avatar(new.avatar)
    user = await hall.directory.people.add(
        email=new.email, name=new.name, role=new.role, queues=new.queues,
        max_concurrency=new.max_concurrency, avatar=new.avatar,
        password_hash=await hall.passwords.hash(fit_password(new.password)),
    )  # fmt: skip
    await hall.directory.audit.add(ask.me.id, "user_added", user.id, role=user.role)
    await ask.wire.reload()
    return view(user, hall)


async def change(ask: Ask) -> UserView:
    hall, user = ask.wire.hall, await _user(ask)
    fields = {key: value for key, value in msgspec.to_builtins(ask.body).items() if value is not None}
    if user.id == ask.me.id and (fields.get("disabled") or fields.get("role", "admin") != "admin"):
        raise Refused("conflict", "Somebody else must take this from you.")
    _known_queues(hall, fields.get("queues", []))
    _fit_avatar(fields.get("avatar"))
    password = fields.pop("password", None)
    if password is not None:
        fields["password_hash"] = await hall.passwords.hash(fit_password(password))
    changed = await hall.directory.people.change(user.id, fields)
    if password is not None or changed.disabled or changed.role != user.role:
        await hall.directory.sessions.close_all(user.id)
    told = sorted(fields.keys() - {"password_hash"}) + (["password"] if password else [])
    await hall.directory.audit.add(ask.me.id, "user_changed", user.id, fields=told)
    await ask.wire.reload()
    return view(changed, hall)


async def _user(ask: Ask) -> User:
    user = await ask.wire.hall.directory.people.by_id(ask.path["id"])
    if user is None:
        raise Refused("not_found", "There is no such user.")
    return user


def _known_queues(hall: Hall, queues: list[str]) -> None:
    unknown = next((queue for queue in queues if queue not in hall.desk.rules.queues), None)
    if unknown is not None:
        raise Refused("bad_request", "There is no such queue.", field="queues")


def _fit_avatar(avatar: str | None) -> None:
    if avatar and not _URL.match(avatar):
        raise Refused("bad_request", "Give an https address.", field="avatar")


def routes(wire: Wire) -> list[Route]:
    user: dict[str, Any] = {"gives": UserView}
    return [
        Route(method="GET", path="/api/agents", says="Everybody who works here.", run=everybody, gives=Users),
        Route(method="POST", path="/api/agents", says="Add a user.", run=add, role="admin", takes=NewUser,
              status=201, **user),
        Route(method="GET", path="/api/agents/{id}", says="One user.", run=one, **user),
        Route(method="PATCH", path="/api/agents/{id}", says="Change a user; disabling ends his sessions.",
              run=change, role="admin", takes=ChangedUser, **user),
    ]  # fmt: skip
