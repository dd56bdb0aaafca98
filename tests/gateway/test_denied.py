"""Who may do what: every route and every event, by every role, and other people's conversations."""

from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refusal

from antiphon.gateway import frames
from antiphon.gateway.access import RANK
from antiphon.gateway.rest.all import ROOMS
from antiphon.gateway.rest.layer import Route
from tests.gateway.house import House, Line, cmid, one_shape
from tests.gateway.wrong import right

ROLE = {"ann": "agent", "sue": "supervisor", "ada": "admin"}
ADDRESSED = [
    (namespace, event)
    for namespace, calls in frames.NAMESPACES.items()
    for event, call in calls.items()
    if "conversation" in call.takes.__struct_fields__
]


def _routes(house: House) -> list[Route]:
    return [route for room in ROOMS for route in room.routes(house.node.wire)]


def _path(route: Route) -> str:
    path = route.path
    for name in route.names:
        path = path.replace(f"{{{name}}}", "nobody")
    return path


# -- REST -------------------------------------------------------------------------------------------


async def test_every_route_is_shut_to_strangers_and_to_forged_tokens(house: House) -> None:
    for route in _routes(house):
        if route.role is None:
            continue
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}):
            status, answer = await house.rest(route.method, _path(route), headers=headers)
            assert status == 401, (route.method, route.path, answer)
            assert one_shape(answer["error"])["code"] == "unauthorized"


async def test_every_route_is_shut_to_lesser_roles_and_open_to_the_others(house: House) -> None:
    for route in _routes(house):
        if route.role is None or route.path in ("/api/logout", "/api/me/password"):
            continue
        for who, role in ROLE.items():
            status, answer = await house.rest(route.method, _path(route), who)
            allowed = RANK[role] >= RANK[route.role]
            assert (status == 403) is not allowed, (route.method, route.path, role, status)
            assert status != 401
            if not allowed:
                assert one_shape(answer["error"])["code"] == "forbidden"


async def test_a_route_that_is_not_there_says_so_in_the_one_shape(house: House) -> None:
    for path in ("/api/nothing", "/api/", "/api/conversations/x/y/z"):
        status, answer = await house.rest("GET", path, "ada")
        assert (status, one_shape(answer["error"])["code"]) == (404, "not_found")


# -- sockets: coming in -----------------------------------------------------------------------------


async def _refusal(house: House, namespace: str, auth: dict[str, Any]) -> dict[str, Any]:
    """The error object a connection is refused with."""
    line = Line(namespace)
    refused: list[Any] = []
    line.client.on("connect_error", refused.append, namespace=namespace)
    with pytest.raises(Refusal):
        await line.client.connect(
            house.url, auth=auth, namespaces=[namespace], transports=["websocket"], wait_timeout=5
        )
    await line.close()
    return one_shape(refused[0]["data"])


@pytest.mark.parametrize("namespace", ["/agent", "/supervisor"])
async def test_a_ticket_opens_one_socket_once(house: House, namespace: str) -> None:
    _, answer = await house.rest("POST", "/api/socket-ticket", "sue")
    await house.line(namespace, answer)
    assert (await _refusal(house, namespace, answer))["code"] == "unauthorized"


@pytest.mark.parametrize(
    "auth", [{}, {"ticket": ""}, {"ticket": "x"}, {"ticket": "x", "role": "admin"}, {"token": "x"}]
)
async def test_without_a_ticket_nobody_becomes_an_agent(house: House, auth: dict[str, Any]) -> None:
    error = await _refusal(house, "/agent", auth)
    assert error["code"] in ("unauthorized", "bad_request", "bad_text")


async def test_an_agent_is_no_supervisor(house: House) -> None:
    _, answer = await house.rest("POST", "/api/socket-ticket", "ann")
    assert (await _refusal(house, "/supervisor", answer))["code"] == "forbidden"


async def test_a_login_token_is_no_ticket_and_a_visitors_token_neither(house: House) -> None:
    visitor = await house.visitor()
    for token in (await house.token("ada"), visitor.all("session")[0]["token"]):
        assert (await _refusal(house, "/agent", {"ticket": token}))["code"] == "unauthorized"


async def test_an_unknown_site_is_refused_and_an_unknown_token_makes_a_stranger(house: House) -> None:
    assert (await _refusal(house, "/visitor", {"site": "elsewhere"}))["code"] == "not_found"
    known = await house.visitor()
    forged = await house.visitor(token="x" * 43)
    assert forged.all("session")[0]["token"] != "x" * 43
    assert forged.all("session")[0]["visitor"]["id"] != known.all("session")[0]["visitor"]["id"]


# -- sockets: other people's conversations ------------------------------------------------------------


@pytest.fixture(scope="module")
async def strangers(house: House) -> dict[str, Line]:
    """In each namespace somebody who has no business with the conversation."""
    status, _ = await house.rest("PUT", "/api/queues/billing", "ada", json={"name": "Billing"})
    assert status == 200
    bob = f"/api/agents/{house.users['bob'].id}"
    assert (await house.rest("PATCH", bob, "ada", json={"queues": ["billing"]}))[0] == 200
    return {
        "/visitor": await house.visitor(),
        "/agent": await house.user("bob"),
        "/supervisor": await house.user("sue", "/supervisor"),
    }


@pytest.mark.parametrize(("namespace", "event"), ADDRESSED, ids=[f"{n[1:]}-{e}" for n, e in ADDRESSED])
async def test_not_yours_and_not_there_are_the_same_answer(
    house: House, strangers: dict[str, Line], namespace: str, event: str
) -> None:
    _, conversation = await house.chat("my secret")
    head, line = await house.node.store.head(), strangers[namespace]
    there = await line.refused(event, _payload(namespace, event, "c0ffee"))
    assert there["code"] == "not_found", there
    if namespace != "/supervisor":
        yours = await line.refused(event, _payload(namespace, event, conversation))
        assert {**yours, "request_id": 0} == {**there, "request_id": 0}
    assert await house.node.store.head() == head
    assert line.events(conversation) == []


def _payload(namespace: str, event: str, conversation: str) -> dict[str, Any]:
    payload = right(frames.NAMESPACES[namespace][event].takes, conversation)
    return {
        key: value for key, value in payload.items() if key not in ("attachments", "quick_reply", "epoch")
    }


@pytest.mark.parametrize(
    "stream", ["agent:x", "ticket:t-x", "customer:x", "desk:x", "", ":", "../x", "c" * 80, "C0FFEE'--"]
)
async def test_no_other_stream_can_be_read_as_a_conversation(house: House, stream: str) -> None:
    supervisor = await house.user("sue", "/supervisor")
    for event in ("watch", "sync"):
        payload = {"conversation": stream, **({"after": 0} if event == "sync" else {})}
        assert (await supervisor.refused(event, payload))["code"] in ("not_found", "bad_text")


async def test_an_agent_reads_what_waits_in_his_queue_but_writes_only_what_he_has(house: House) -> None:
    _, conversation = await house.chat("who takes me?")
    ann = await house.user("ann")
    watched = await ann.ok("watch", {"conversation": conversation})
    assert watched["conversation"]["last_text"] == "who takes me?"
    here = {"conversation": conversation}
    refused = {
        "say": {**here, "cmid": cmid(), "text": "hi"}, "note": {**here, "cmid": cmid(), "text": "hm"},
        "tag": {**here, "tags": ["x"]}, "flag": {**here, "flag": "spam"}, "decline": here,
        "wrapup": {**here, "done": True}, "transfer": {**here, "cmid": cmid(), "to_queue": "support"},
    }  # fmt: skip
    head = await house.node.store.head()
    for event, payload in refused.items():
        assert (await ann.refused(event, payload))["code"] in ("conflict", "forbidden"), event
    assert await house.node.store.head() == head


async def test_who_handed_a_chat_to_another_queue_hears_no_more_of_it(
    house: House, strangers: object
) -> None:
    visitor, agent, conversation = await house.taken()
    await agent.ok("transfer", {"conversation": conversation, "cmid": cmid(), "to_queue": "billing"})
    said = await visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "still there?"})
    await visitor.frame("event", seq=said["seq"])
    assert all(event["seq"] < said["seq"] for event in agent.events(conversation))


# -- what a visitor must not see ----------------------------------------------------------------------


async def test_notes_whispers_offers_tags_and_wrapups_are_hidden_but_counted(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    supervisor = await house.user("sue", "/supervisor")
    here = {"conversation": conversation}
    await supervisor.ok("watch", here)
    await agent.ok("note", {**here, "cmid": cmid(), "text": "he is angry"})
    await supervisor.ok("whisper", {**here, "cmid": cmid(), "text": "offer him a refund"})
    await agent.ok("tag", {**here, "tags": ["refund"]})
    await agent.ok("flag", {**here, "flag": "complaint"})
    await agent.ok("end", {**here, "cmid": cmid(), "resolved": True})
    await agent.ok("wrapup", {**here, "done": True, "disposition": "refunded"})
    await visitor.frame("event", seq=(await house.stored(conversation)))

    seen = visitor.events(conversation)
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    hidden = [event for event in seen if event["kind"] == "hidden"]
    assert len(hidden) == 6
    assert all(event.keys() == {"conversation", "seq", "epoch", "kind"} for event in hidden)
    told = str(seen) + str(await visitor.ok("sync", {**here, "after": 0}))
    assert not any(word in told for word in ("angry", "offer him", "refund", "complaint"))
    heard = str(agent.events(conversation))
    assert "he is angry" in heard
    assert "offer him a refund" in heard
