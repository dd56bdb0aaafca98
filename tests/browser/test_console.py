"""Agents at work in the console, in a real browser against a real server."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.conftest import Line
from tests.browser.desk import Desk, Visitor
from tests.flows.conftest import ADMIN, Rest, Server

pytestmark = pytest.mark.browser

Hire = Callable[..., Awaitable[Desk]]
Arrive = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def admin(server: Server) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as http:
        yield await Rest.login(http, server.url, *ADMIN)


@pytest.fixture
async def hire(admin: Rest, window: BrowserContext) -> AsyncIterator[Hire]:
    """A new agent at a desk of his own; every desk is left at the end."""
    desks: list[Desk] = []

    async def hire(name: str, url: str | None = None) -> Desk:
        desks.append(await Desk.open(window, await admin.hire(name), url))
        await desks[-1].page.evaluate("localStorage.removeItem('antiphon:login')")
        return desks[-1]

    yield hire
    for desk in desks:
        await desk.leave()
        assert desk.complaints == []


@pytest.fixture
async def arrive(server: Server) -> AsyncIterator[Arrive]:
    visitors: list[Visitor] = []

    async def arrive(name: str, text: str = "I need a person") -> Visitor:
        visitors.append(await Visitor.asking(server.url, name, text))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        await visitor.go()


async def test_from_the_ring_to_the_wrap_up(hire: Hire, arrive: Arrive, admin: Rest) -> None:
    text = "Hello {{visitor.first_name|there}}, I am {{agent.name}}."
    await admin.ask("POST", "/api/canned", {"shortcut": "hi", "title": "Hello", "text": text, "own": False})
    desk = await hire("Maria")
    await desk.go_online()
    jane = await arrive("Jane Porter", "Where is my fern?")

    await expect(desk.part(".offer h2")).to_have_text("Jane Porter")
    await desk.press("a")
    await desk.sees("Where is my fern?")
    await desk.part(".composer-text").press_sequentially("/hi")
    await desk.press("Enter", "Enter")
    await jane.hears("Hello Jane, I am Maria.")

    await desk.press("Escape", "n")
    await desk.write("She is a regular.")
    await expect(desk.part(".bubble-row[data-side=note]")).to_have_count(1)
    await desk.press("Escape", "r")
    await desk.write("It is on its way.")
    await jane.hears("It is on its way.")  # and nothing of the note before it

    await desk.press("Escape", "e")
    await expect(desk.page.get_by_role("button", name="Resolved", exact=False).first).to_be_focused()
    await desk.press("Enter")
    await jane.rate(csat=5, nps=9, comment="Lovely")
    await desk.sees("Lovely")
    await desk.part(".wrapup").get_by_text("Order", exact=True).click()
    await desk.part(".wrapup").get_by_label("Add a tag").fill("fern")
    await desk.press("Enter")
    await desk.part(".wrapup").get_by_role("button", name="Done").click()
    await expect(desk.part(".wrapup")).to_have_count(0)
    kept = await admin.ask("GET", f"/api/conversations/{jane.conversation}")
    assert (kept["resolved"], kept["tags"]) == (True, ["fern"])
    wrapped = next(event for event in kept["events"] if event["kind"] == "wrapup_ended")
    assert wrapped["data"]["disposition"] == "order"


async def test_a_hole_in_a_canned_answer_is_not_sent_unnoticed(hire: Hire, arrive: Arrive) -> None:
    desk = await hire("Nora")
    await desk.go_online()
    jane = await arrive("Jane Hole")
    await desk.accept()
    await desk.write("Your order {{order.id}} is here.")
    await expect(desk.page.get_by_role("alert")).to_contain_text("{{order.id}}")
    await desk.write("Your order 4711 is here.")
    await jane.hears("Your order 4711 is here.")


async def test_handing_over_with_both_in_the_chat(hire: Hire, arrive: Arrive) -> None:
    maria, sam = await hire("Marta"), await hire("Sam")
    await maria.go_online()
    jane = await arrive("Jane Warm")
    await maria.accept()
    await sam.go_online()

    await maria.press("Escape", "f")
    await maria.page.get_by_role("option", name="Sam").click()
    await maria.page.get_by_text("Together first").click()
    await maria.page.get_by_label("Note for whoever takes it").fill("Invoice question")
    await maria.page.get_by_role("button", name="Hand over to Sam").click()
    await sam.accept()
    await sam.sees("Invoice question")
    await sam.part(".composer-text").press_sequentially("Hi, this is Sam")
    await expect(maria.part(".notices")).to_contain_text("Sam is writing here too")
    await sam.press("Enter")
    await jane.hears("Hi, this is Sam")

    await maria.page.get_by_role("button", name="More actions").click()
    await maria.page.get_by_role("menuitem", name="Step out").click()
    await expect(maria.part(".foot-bar")).to_contain_text("Sam has this conversation")
    await expect(sam.part(".viewers")).to_contain_text("Marta")


async def test_a_declined_offer_waits_in_the_queue_and_can_be_taken(hire: Hire, arrive: Arrive) -> None:
    desk = await hire("Dora")
    await desk.go_online()
    await arrive("Jane Declined")
    await desk.part(".offer").wait_for()
    await desk.press("d")
    await desk.part("#tab-queue").click()
    await desk.page.get_by_role("button", name="Take it").first.click()
    await expect(desk.part(".conversation-head h2")).to_have_text("Jane Declined")
    await expect(desk.part(".composer")).to_be_visible()


async def test_what_was_written_through_a_cut_arrives_once(
    hire: Hire, arrive: Arrive, line: Line, server: Server
) -> None:
    desk = await hire("Carla", f"http://127.0.0.1:{line.port}")
    await desk.go_online()
    jane = await arrive("Jane Cut")
    await desk.accept()
    line.cut()
    await desk.write("Written in the dark")
    await desk.sees("Sending…")
    await expect(desk.part(".line-banner")).to_contain_text("No connection")
    await jane.say("Are you there?")
    line.mend()
    await desk.part(".line-banner").get_by_role("button", name="Try now").click()
    await jane.hears("Written in the dark")
    await desk.sees("Are you there?")
    await expect(desk.part(".bubble", "Written in the dark")).to_have_count(1)
    await expect(desk.part(".line-banner")).to_have_count(0)


async def test_single_keys_can_be_switched_off_and_never_act_while_one_writes(
    hire: Hire, arrive: Arrive
) -> None:
    desk = await hire("Kay")
    await desk.go_online()
    await arrive("Jane Keys")
    await desk.accept()
    dialog = desk.page.get_by_role("dialog", name="End the chat")
    await desk.part(".composer-text").press_sequentially("e")
    await expect(dialog).to_have_count(0)
    await desk.press("Escape", "e")
    await expect(dialog).to_be_visible()
    await desk.press("Escape", "?")
    await desk.page.get_by_role("switch", name="Single-letter keys").uncheck()
    await desk.press("Escape", "e")
    await expect(dialog).to_have_count(0)
    await desk.press("Control+k")
    await desk.page.keyboard.type("complaint")
    await desk.press("Enter")
    await desk.sees("Kay marked a complaint")


async def test_it_rings_above_an_open_dialog_which_then_goes_with_its_conversation(
    hire: Hire, arrive: Arrive
) -> None:
    desk = await hire("Rita")
    await desk.go_online()
    await arrive("Jane First")
    await desk.accept()
    await desk.press("Escape", "f")
    await desk.page.get_by_role("dialog", name="Hand over").wait_for()
    await arrive("Jane Second")
    await desk.part(".offer").get_by_role("button", name="Accept").click()
    await expect(desk.part(".conversation-head h2")).to_have_text("Jane Second")
    await expect(desk.page.get_by_role("dialog", name="Hand over")).to_have_count(0)
