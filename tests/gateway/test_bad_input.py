"""Bad input, generated from the schemas: one error shape, nothing stored, nobody else disturbed."""

from typing import Any

import pytest

from antiphon.gateway import frames
from tests.gateway.house import House, Line, cmid
from tests.gateway.wrong import wrong

EVENTS = [(namespace, event) for namespace, calls in frames.NAMESPACES.items() for event in calls]
CODES = {"bad_request", "bad_text", "too_long", "too_many"}


async def _seats(house: House, namespace: str) -> tuple[Line, str]:
    """A line in this namespace, and a conversation it may use."""
    if namespace == "/visitor":
        return await house.chat()
    _, conversation = await house.chat()
    line = await house.user("ann" if namespace == "/agent" else "sue", namespace)
    if namespace == "/agent":
        await line.ok("accept", {"conversation": conversation})
    return line, conversation


@pytest.mark.parametrize(("namespace", "event"), EVENTS, ids=[f"{n[1:]}-{e}" for n, e in EVENTS])
async def test_whatever_a_field_promises_is_checked(house: House, namespace: str, event: str) -> None:
    line, conversation = await _seats(house, namespace)
    bystander, other = await house.chat()
    head, heard = await house.node.store.head(), len(bystander.events(other))

    takes = frames.NAMESPACES[namespace][event].takes
    for what, payload in wrong(takes, conversation):
        error = await line.refused(event, payload)
        assert error["code"] in CODES, (what, payload, error)
        assert error["retryable"] is False, (what, error)

    assert await house.node.store.head() == head, "something was stored"
    assert len(bystander.events(other)) == heard
    await bystander.ok("page", {"url": "https://shop.example/"})
    for one in (line, bystander):
        await one.close()


@pytest.mark.parametrize("event", ["say", "start", "leave_message"])
@pytest.mark.parametrize("blank", [" ", "\n\n", "\t", "\u00a0\u2003"])
async def test_words_that_are_only_space_are_no_words(house: House, event: str, blank: str) -> None:
    visitor, conversation = await house.chat()
    payload: dict[str, Any] = {"cmid": cmid(), "text": blank}
    error = await visitor.refused(
        event, payload if event == "start" else {**payload, "conversation": conversation}
    )
    assert (error["code"], error["field"]) == ("bad_text", "text")


async def test_line_breaks_tabs_and_every_script_are_kept_as_they_are(house: House) -> None:
    visitor, conversation = await house.chat()
    text = "Zürich\n\t„größer“ – ña\u0301 \u4f60\u597d 👩🏽‍🚀 שלום"
    said = await visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": text})
    assert (await visitor.frame("event", seq=said["seq"]))["data"]["text"] == text


@pytest.mark.parametrize("name", ["nothing", "Say", "say ", "", "connect", "disconnect", "session", "event"])
async def test_an_event_that_is_not_ours_is_refused(house: House, name: str) -> None:
    visitor = await house.visitor()
    answer = await visitor.refused(name, {"x": 1}) if name not in ("connect", "disconnect") else None
    assert answer is None or answer["code"] == "bad_request"


@pytest.mark.parametrize("payload", [(), ("text",), (7,), ([],), ({}, {}), (None,), (True,)])
async def test_anything_but_one_object_is_refused(house: House, payload: tuple[Any, ...]) -> None:
    visitor = await house.visitor()
    assert (await visitor.refused("say", *payload))["code"] == "bad_request"


async def test_too_long_says_how_long_it_may_be_and_in_which_field(house: House) -> None:
    visitor, conversation = await house.chat()
    error = await visitor.refused("say", {"conversation": conversation, "cmid": cmid(), "text": "x" * 4001})
    assert (error["code"], error["field"], error["message"]) == (
        "too_long",
        "text",
        "At most 4000 characters.",
    )


async def test_a_frame_beyond_every_measure_ends_its_own_connection_alone(house: House) -> None:
    bystander = await house.visitor()
    visitor = await house.visitor()
    await visitor.client.emit("say", {"text": "x" * 200_000}, namespace="/visitor")
    await visitor.gone.wait()
    await bystander.ok("page", {"url": "https://shop.example/"})
