"""API keys: a programme's way into REST. Made and revoked by an administrator in person."""

from typing import Annotated

import msgspec
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway.rest.body import Body
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.rest.people import RoleName
from antiphon.gateway.sockets import Wire
from antiphon.journal.keys import ApiKey


class KeyBody(Body, frozen=True):
    """A programme may do what a person of this role may."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    role: RoleName = "supervisor"


class KeyList(msgspec.Struct, frozen=True):
    keys: list[ApiKey]


class MadeKey(msgspec.Struct, frozen=True):
    """`secret` is told now and never again: send it as `Authorization: Bearer …`."""

    key: ApiKey
    secret: str


async def keys(ask: Ask) -> KeyList:
    return KeyList(await ask.wire.hall.directory.keys.all())


async def add(ask: Ask) -> MadeKey:
    directory = ask.wire.hall.directory
    key, secret = await directory.keys.add(name=ask.body.name, role=ask.body.role, by=ask.me.id)
    await directory.audit.add(ask.me.id, "key_added", key.id, name=key.name, role=key.role)
    return MadeKey(key, secret)


async def revoke(ask: Ask) -> None:
    directory, key = ask.wire.hall.directory, ask.path["id"]
    if not await directory.keys.revoke(key):
        raise Refused("not_found", "There is no such key.")
    await directory.audit.add(ask.me.id, "key_revoked", key)


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/keys", says="Which programmes may come in.", run=keys, role="admin",
              gives=KeyList, in_person=True),
        Route(method="POST", path="/api/keys", says="Make an API key; it is told now only.", run=add,
              role="admin", takes=KeyBody, gives=MadeKey, status=201, in_person=True),
        Route(method="DELETE", path="/api/keys/{id}", says="Revoke an API key.", run=revoke, role="admin",
              gives=None, status=204, in_person=True),
    ]  # fmt: skip
