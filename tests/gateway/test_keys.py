"""API keys: told once, kept as a hash, of one role, and over when revoked."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.gateway.house import House, one_shape


async def made(house: House, role: str = "supervisor") -> dict[str, Any]:
    status, answer = await house.rest("POST", "/api/keys", "ada", json={"name": "Data lake", "role": role})
    assert status == 201, answer
    assert isinstance(answer, dict)
    return answer


async def by(house: House, key: dict[str, Any], method: str, path: str, **more: Any) -> tuple[int, Any]:
    return await house.rest(method, path, headers={"Authorization": f"Bearer {key['secret']}"}, **more)


async def test_a_key_opens_what_its_role_may_open_until_it_is_revoked(house: House) -> None:
    key = await made(house)
    assert (await by(house, key, "GET", "/api/board"))[0] == 200
    assert (await by(house, key, "GET", "/api/webhooks"))[0] == 403
    assert (await by(house, key, "GET", "/api/me"))[1]["name"] == "Data lake"
    assert (await by(house, await made(house, "admin"), "GET", "/api/webhooks"))[0] == 200
    assert (await by(house, await made(house, "agent"), "GET", "/api/board"))[0] == 403

    one = f"/api/keys/{key['key']['id']}"
    assert (await house.rest("DELETE", one, "ada"))[0] == 204
    assert (await by(house, key, "GET", "/api/board"))[0] == 401
    assert (await house.rest("DELETE", one, "ada"))[0] == 404


async def test_a_key_is_told_once_and_kept_as_a_hash(house: House) -> None:
    key = await made(house)
    assert key["secret"].startswith(key["key"]["prefix"])
    assert (await by(house, key, "GET", "/api/kpis"))[0] == 200
    _, listed = await house.rest("GET", "/api/keys", "ada")
    [mine] = [one for one in listed["keys"] if one["id"] == key["key"]["id"]]
    assert mine["last_used_ms"] >= mine["created_at_ms"]
    _, log = await house.rest("GET", "/api/audit", "ada")
    async with house.node.database.reading() as db:
        rows = (await db.execute(text("SELECT * FROM api_keys"))).all()
    for kept in (listed, log, rows):
        assert key["secret"] not in str(kept)
    assert [one["action"] for one in log["audit"] if one["subject"] == mine["id"]] == ["key_added"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/keys", None),
        ("POST", "/api/keys", {"name": "Another"}),
        ("POST", "/api/socket-ticket", {}),
        ("PUT", "/api/me/password", {"old": "x", "new": "a long enough one"}),
        ("POST", "/api/logout", {}),
    ],
)
async def test_a_key_makes_no_keys_and_is_no_person(house: House, method: str, path: str, body: Any) -> None:
    status, answer = await by(house, await made(house, "admin"), method, path, json=body)
    assert (status, one_shape(answer["error"])["message"]) == (403, "An API key may not do this.")


async def test_a_guessed_key_opens_nothing(house: House) -> None:
    key = await made(house)
    for guess in ("ak_", key["secret"][:-1], key["secret"] + "x", key["key"]["prefix"]):
        assert (await by(house, {"secret": guess}, "GET", "/api/kpis"))[0] == 401
