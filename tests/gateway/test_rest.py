"""REST: logging in, setting up, finding conversations, forgetting people; and the form of it all."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yarl

from antiphon.gateway.auth import cookie_name
from antiphon.gateway.limits import Limits, Rate
from antiphon.journal.trackers import StoredTrackers
from tests.gateway.house import PASSWORD, House, cmid, one_shape, open_house

# -- logging in --------------------------------------------------------------------------------------


async def test_a_wrong_password_and_a_wrong_address_are_the_same_answer(house: House) -> None:
    answers = []
    for body in (
        {"email": "ann@example.org", "password": "wrong password"},
        {"email": "nobody@example.org", "password": "wrong password"},
    ):
        status, answer = await house.rest("POST", "/api/login", json=body)
        assert status == 401
        answers.append({**one_shape(answer["error"]), "request_id": ""})
    assert answers[0] == answers[1]


async def test_a_login_gives_a_token_a_cookie_and_who_one_is(house: House) -> None:
    body = {"email": " ANN@example.org", "password": PASSWORD}
    async with house.http.post(house.url + "/api/login", json=body) as answer:
        told = await answer.json()
        cookie = answer.cookies[cookie_name(secure=False)]
    assert told["user"]["role"] == "agent"
    assert "password" not in json.dumps(told)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    house.http.cookie_jar.clear()
    status, me = await house.rest("GET", "/api/me", headers={"Authorization": f"Bearer {told['token']}"})
    assert (status, me["name"]) == (200, "Ann")


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("GET", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("GET", {"Sec-Fetch-Site": "cross-site"}, 401),
        ("GET", {"Origin": "https://evil.example"}, 401),
        ("POST", {}, 401),
        ("POST", {"Origin": "https://evil.example"}, 401),
        ("POST", {"Origin": "null"}, 401),
        ("POST", {"Sec-Fetch-Site": "same-site"}, 401),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("POST", {"Origin": "SELF"}, 200),
        ("POST", {"Origin": "SELF", "Sec-Fetch-Site": "same-origin"}, 200),
        ("POST", {"Origin": "SELF", "Sec-Fetch-Site": "cross-site"}, 401),
    ],
)
async def test_a_cookie_counts_only_on_requests_of_our_own_pages(
    house: House, method: str, headers: dict[str, str], status: int
) -> None:
    path = "/api/me" if method == "GET" else "/api/socket-ticket"
    sent = {name: house.url if value == "SELF" else value for name, value in headers.items()}
    cookie = f"{cookie_name(secure=False)}={await house.token('ann')}"
    answered, _ = await house.rest(method, path, headers={**sent, "Cookie": cookie})
    assert answered == status


@pytest.fixture
async def strict_door(tmp_path: Path) -> AsyncIterator[House]:
    """A server that allows three log-ins of an account, and six from an address."""
    limits = Limits(
        login_account=Rate(burst=3, per_s=0.01), login_address=Rate(burst=6, per_s=0.01),
    )  # fmt: skip
    async with open_house(f"sqlite:///{tmp_path / 'door.db'}", tmp_path, limits=limits) as house:
        yield house


async def test_passwords_cannot_be_tried_for_long(strict_door: House) -> None:
    async def attempt(who: str) -> int:
        body = {"email": f"{who}@example.org", "password": "guess"}
        return (await strict_door.rest("POST", "/api/login", json=body))[0]

    assert [await attempt("ann") for _ in range(4)] == [401, 401, 401, 429]
    assert [await attempt("bob") for _ in range(3)] == [401, 401, 429]
    body = {"email": "ada@example.org", "password": PASSWORD}
    status, answer = await strict_door.rest("POST", "/api/login", json=body)
    assert (status, answer["error"]["retryable"]) == (429, True)


async def test_who_asks_too_fast_is_told_when_to_come_back(tmp_path: Path) -> None:
    slow = Limits(rest=Rate(burst=2, per_s=0.1))
    async with open_house(f"sqlite:///{tmp_path / 'slow.db'}", tmp_path, limits=slow) as house:
        for status in (401, 401, 429):
            async with house.http.get(house.url + "/api/me") as answer:
                assert answer.status == status
        assert 1 <= int(answer.headers["Retry-After"]) <= 11


async def test_the_first_administrators_link_works_once(house: House) -> None:
    token = await house.node.directory.sessions.setup_token()
    new = {"email": "eve@example.org", "name": "Eve", "password": "a long enough one"}
    status, answer = await house.rest("POST", "/api/setup", json={**new, "token": token, "password": "short"})
    assert (status, answer["error"]["field"]) == (400, "password")
    status, answer = await house.rest("POST", "/api/setup", json={**new, "token": token})
    assert (status, answer["user"]["role"]) == (200, "admin")
    for used in (token, "guess"):
        again = {**new, "token": used, "email": "mallory@example.org"}
        assert (await house.rest("POST", "/api/setup", json=again))[0] == 401


async def test_a_new_password_ends_the_other_sessions(house: House) -> None:
    body = {"email": "kim@example.org", "name": "Kim", "password": PASSWORD}
    assert (await house.rest("POST", "/api/agents", "ada", json=body))[0] == 201
    first, second = await house.token("kim"), ""
    change = {"old": PASSWORD, "new": "another long one"}
    assert (await house.rest("PUT", "/api/me/password", "kim", json={**change, "old": "no"}))[0] == 403
    status, answer = await house.rest("PUT", "/api/me/password", "kim", json=change)
    second = answer["token"]
    assert status == 200
    assert (await house.rest("GET", "/api/me", headers={"Authorization": f"Bearer {first}"}))[0] == 401
    assert (await house.rest("GET", "/api/me", headers={"Authorization": f"Bearer {second}"}))[0] == 200


# -- setting up --------------------------------------------------------------------------------------


async def test_an_administrator_makes_users_and_their_address_is_theirs_alone(house: House) -> None:
    body = {"email": "Max@Example.org", "name": "Max", "password": PASSWORD, "queues": ["support"]}
    status, made = await house.rest("POST", "/api/agents", "ada", json=body)
    assert (status, made["email"], made["role"]) == (201, "max@example.org", "agent")
    status, answer = await house.rest("POST", "/api/agents", "ada", json=body)
    assert (status, answer["error"]["field"]) == (409, "email")
    status, answer = await house.rest("POST", "/api/agents", "ada", json={**body, "queues": ["no such"]})
    assert (status, answer["error"]["field"]) == (400, "queues")
    status, changed = await house.rest(
        "PATCH", f"/api/agents/{made['id']}", "ada", json={"role": "supervisor", "max_concurrency": 5}
    )
    assert (status, changed["role"], changed["max_concurrency"]) == (200, "supervisor", 5)
    _, everybody = await house.rest("GET", "/api/agents", "ann")
    assert "Max" in [user["name"] for user in everybody["agents"]]


async def test_nobody_takes_his_own_administration_away(house: House) -> None:
    me = f"/api/agents/{house.users['ada'].id}"
    for change in ({"role": "agent"}, {"disabled": True}):
        assert (await house.rest("PATCH", me, "ada", json=change))[0] == 409


async def test_a_queue_and_its_hours_count_at_once(house: House) -> None:
    status, made = await house.rest("PUT", "/api/queues/night", "ada", json={"name": "Night"})
    assert (status, made["sl_threshold_s"]) == (200, 30)
    closed = {"zone": "Europe/London", "week": [[]] * 7}
    status, hours = await house.rest("PUT", "/api/queues/night/hours", "ada", json=closed)
    assert (status, hours["zone"]) == (200, "Europe/London")
    kept = house.node.desk.rules.queues["night"].hours
    assert not kept.is_open(house.node.desk.now_ms())
    assert kept.is_open(house.node.desk.now_ms() - 60_000)
    assert [one["hours"]["zone"] for one in hours["former"]] == ["UTC"]
    status, hours = await house.rest("PUT", "/api/queues/night/hours", "ada", json={**closed, "since_ms": 0})
    assert (status, hours["former"]) == (200, [])
    status, changed = await house.rest("PUT", "/api/queues/night", "ada", json={"sl_threshold_s": 60})
    assert (changed["name"], changed["sl_threshold_s"], changed["hours"]["zone"]) == (
        "Night",
        60,
        "Europe/London",
    )
    for bad in (
        {"zone": "Nowhere/At/All", "week": [[]] * 7},
        {"zone": "UTC", "week": [[[600, 500]]] + [[]] * 6},
        {**closed, "since_ms": -1},
    ):
        assert (await house.rest("PUT", "/api/queues/night/hours", "ada", json=bad))[0] == 400


async def test_a_sites_secret_is_an_administrators(house: House) -> None:
    site = {"name": "Shop", "identity_secret": "sssh", "origins": ["https://shop.example"]}
    status, _ = await house.rest("PUT", "/api/sites/shop", "ada", json=site)
    assert status == 200
    _, seen = await house.rest("GET", "/api/sites/shop", "ann")
    assert (seen["identity_secret"], seen["verifies_identity"]) == (None, True)
    _, full = await house.rest("GET", "/api/sites/shop", "ada")
    assert full["identity_secret"] == "sssh"
    assert (await house.rest("PUT", "/api/sites/shop", "ada", json={"surveys": ["mood"]}))[0] == 400
    assert (await house.rest("PUT", "/api/sites/a%20b", "ada", json=site))[0] == 400


async def test_canned_answers_are_ones_own_or_a_supervisors_for_everybody(house: House) -> None:
    answer = {"shortcut": "hi", "title": "Hello", "text": "Hello, how can I help?"}
    status, mine = await house.rest("POST", "/api/canned", "ann", json=answer)
    assert (status, mine["owner"]) == (201, house.users["ann"].id)
    assert (await house.rest("POST", "/api/canned", "ann", json={**answer, "own": False}))[0] == 403
    _, shared = await house.rest("POST", "/api/canned", "sue", json={**answer, "own": False})
    _, seen = await house.rest("GET", "/api/canned", "bob")
    assert [row["id"] for row in seen["canned"]] == [shared["id"]]
    assert (await house.rest("PUT", f"/api/canned/{mine['id']}", "bob", json=answer))[0] == 404
    assert (await house.rest("DELETE", f"/api/canned/{shared['id']}", "ann"))[0] == 404

    _, agent, conversation = await house.taken()
    await agent.ok(
        "say", {"conversation": conversation, "cmid": cmid(), "text": "Hello", "canned": mine["id"]}
    )
    _, seen = await house.rest("GET", "/api/canned", "ann")
    assert [row["uses"] for row in seen["canned"] if row["id"] == mine["id"]] == [1]
    assert (await house.rest("DELETE", f"/api/canned/{mine['id']}", "ann"))[0] == 204


async def test_what_was_changed_is_in_the_audit_log_without_its_secrets(house: House) -> None:
    await house.rest("PUT", "/api/sites/default", "ada", json={"identity_secret": "never tell"})
    await house.rest("PUT", "/api/sites/default", "ada", json={"name": "Our shop"})
    house.node.desk.rules = await house.node.directory.rules()
    _, log = await house.rest("GET", "/api/audit?limit=2", "ada")
    assert [row["action"] for row in log["audit"]] == ["site_changed", "site_changed"]
    assert "never tell" not in json.dumps(log)
    _, older = await house.rest("GET", f"/api/audit?before={log['audit'][-1]['id']}", "ada")
    assert older["audit"][0]["id"] < log["audit"][-1]["id"]


# -- conversations -----------------------------------------------------------------------------------


async def test_conversations_are_found_by_what_is_known_of_them(house: House) -> None:
    visitor, agent, conversation = await house.taken(text="the Fährrad is 100% broken")
    await agent.ok("tag", {"conversation": conversation, "tags": ["bikes", 'say "hm"']})
    ann = house.users["ann"].id
    finds = [
        "state=active", "state=open", "state=active,closed", "queue=support", f"agent={ann}", "site=default",
        "q=F%C3%A4hrrad", "q=100%25", "tag=bikes", "tag=say+%22hm%22", f"q={conversation}",
        f"visitor={visitor.all('session')[0]['visitor']['id']}", "from=0",
    ]  # fmt: skip
    for query in finds:
        status, found = await house.rest("GET", f"/api/conversations?{query}&limit=200", "sue")
        assert status == 200, found
        assert conversation in [row["id"] for row in found["conversations"]], query
    misses = ["state=closed", "queue=night", "agent=nobody", "q=100%5F", "tag=bike", "tag=visitor", "to=1"]
    for query in misses:
        _, found = await house.rest("GET", f"/api/conversations?{query}&limit=200", "sue")
        assert conversation not in [row["id"] for row in found["conversations"]], query


async def test_a_list_has_pages_that_neither_miss_nor_repeat(house: House) -> None:
    for _ in range(5):
        await house.chat()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        _, page = await house.rest("GET", f"/api/conversations?limit=2{cursor}", "sue")
        seen += [row["id"] for row in page["conversations"]]
        cursor = f"&cursor={page['cursor']}" if page["cursor"] else None
    _, whole = await house.rest("GET", "/api/conversations?limit=200", "sue")
    assert seen == [row["id"] for row in whole["conversations"]]
    assert len(set(seen)) == len(seen)
    assert (await house.rest("GET", "/api/conversations?cursor=x", "sue"))[0] == 400


async def test_one_conversation_its_events_and_a_timeline_that_adds_up(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    status, _ = await house.rest(
        "POST", f"/api/conversations/{conversation}/notes", "ann", json={"cmid": cmid(), "text": "hm"}
    )
    assert status == 201
    await agent.ok("end", {"conversation": conversation, "cmid": cmid(), "resolved": True})
    _, snapshot = await house.rest("GET", f"/api/conversations/{conversation}", "ann")
    assert (snapshot["state"], snapshot["resolved"]) == ("closed", True)
    _, page = await house.rest("GET", f"/api/conversations/{conversation}/events?after=2&limit=3", "ann")
    assert [event["seq"] for event in page["events"]] == [3, 4, 5]
    assert page["more"] is True
    _, line = await house.rest("GET", f"/api/conversations/{conversation}/timeline", "ann")
    assert [stretch["state"] for stretch in line["stretches"]][-2:] == ["queued", "active"]
    assert sum(stretch["length_ms"] for stretch in line["stretches"]) == line["end_ms"] - line["start_ms"]
    await visitor.close()


async def test_forgetting_a_person_blanks_his_words_and_keeps_the_count(house: House) -> None:
    visitor, agent, conversation = await house.taken(text="I am Jane Roe")
    who = visitor.all("session")[0]["visitor"]["id"]
    await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "Hello Jane Roe"})
    _, export = await house.rest("GET", f"/api/visitors/{who}/export", "sue")
    assert "I am Jane Roe" in json.dumps(export)
    count = await house.stored(conversation)
    trackers = StoredTrackers(house.node.database, house.node.desk.now_ms)
    await trackers.save(conversation, {"slots": {"name": "Jane Roe"}})
    status, told = await house.rest("POST", f"/api/visitors/{who}/erase", "ada", json={})
    assert (status, told["messages"] >= 2) == (200, True)
    await asyncio.wait_for(visitor.gone.wait(), 5)
    assert await house.stored(conversation) >= count
    assert await trackers.load(conversation) is None
    for path in (f"/api/conversations/{conversation}", f"/api/visitors/{who}"):
        _, seen = await house.rest("GET", path, "sue")
        assert "Jane" not in json.dumps(seen)
    _, found = await house.rest("GET", "/api/conversations?q=Jane", "sue")
    assert found["conversations"] == []
    back = await house.visitor(token=visitor.all("session")[0]["token"])
    assert back.all("session")[0]["visitor"]["id"] != who


async def test_the_board_and_the_catalogue_are_served(house: House) -> None:
    _, board = await house.rest("GET", "/api/board", "sue")
    assert {"queues", "agents", "totals", "conversations"} <= board.keys()
    _, kpis = await house.rest("GET", "/api/kpis", "ann")
    needed = {"id", "code", "name", "family", "unit", "better", "class", "says", "formula", "segments"}
    assert all(needed <= kpi.keys() for kpi in kpis["kpis"])
    first = kpis["kpis"][0]["id"]
    status, _ = await house.rest("GET", f"/api/reports/{first}/conversations", "sue")
    assert status == 200
    assert (await house.rest("GET", "/api/reports/no_such/conversations", "sue"))[0] == 404


# -- form ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"shortcut":"a","title":"b","text":"c"}', "application/json", 201),
        (b'{"shortcut":"a","title":"b","text":"c"}', "application/json; charset=utf-8", 201),
        (b'{"shortcut":"a","title":"b","text":"c"}', "text/plain", 415),
        (b'{"shortcut":"a","title":"b","text":"c"}', "application/x-www-form-urlencoded", 415),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"shortcut":"a","title":"b","text":"c","own":1e999}', "application/json", 400),
        (b'{"shortcut":"a","title":"b","text":"c","surprise":1}', "application/json", 400),
        (b'{"shortcut":"a","shortcut":"b","title":"b","text":"c"}', "application/json", 400),
        (b'{"shortcut":"a","title":"b"}', "application/json", 400),
        (b'{"shortcut":"a","title":"b","text":"\\u0000"}', "application/json", 422),
        (b'{"shortcut":"a","title":" ","text":"c"}', "application/json", 422),
        (b'{"shortcut":"' + b"a" * 61 + b'","title":"b","text":"c"}', "application/json", 422),
        (b'{"text":"' + b"a" * 70_000 + b'"}', "application/json", 413),
        (b"[" * 50_000, "application/json", 400),
    ],
)
async def test_a_body_is_json_of_the_right_form_and_size(
    house: House, body: bytes, kind: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {await house.token('ann')}", "Content-Type": kind}
    async with house.http.post(house.url + "/api/canned", data=body, headers=headers) as answer:
        told: Any = await answer.json()
        assert answer.status == status, told
        assert status == 201 or one_shape(told["error"])


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "limit=201",
        "surprise=1",
        "state=sleeping",
        "q=%00",
        "from=-1",
        "limit=1&limit=2",
    ],
)
async def test_a_query_is_checked_like_a_body(house: House, query: str) -> None:
    status, answer = await house.rest("GET", f"/api/conversations?{query}", "sue")
    assert status in (400, 422)
    one_shape(answer["error"])


@pytest.mark.parametrize("key", ["%00", "a%00b", "%ED%A0%80", "..%2f..", "x" * 500, "'--", "%25"])
async def test_a_key_in_a_path_that_can_be_none_is_not_found(house: House, key: str) -> None:
    for path in ("conversations", "agents", "visitors", "queues"):
        url = yarl.URL(f"{house.url}/api/{path}/{key}", encoded=True)
        headers = {"Authorization": f"Bearer {await house.token('ada')}"}
        async with house.http.get(url, headers=headers) as answer:
            assert answer.status == 404, await answer.text()
            assert one_shape((await answer.json())["error"])


async def test_metrics_and_health_are_there_for_machines(house: House) -> None:
    assert await house.rest("GET", "/healthz") == (200, "ok\n")
    status, ready = await house.rest("GET", "/readyz")
    assert (status, ready["ready"]) == (200, True)
    status, text = await house.rest("GET", "/metrics")
    assert status == 200
    assert "antiphon_sockets" in text
    assert text.endswith("# EOF\n")
