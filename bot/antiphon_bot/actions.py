"""What the shop's bot does beside talking; run by `python -m rasa_sdk --actions antiphon_bot.actions`.

Every `run` is async: a blocking one would stall every conversation of the server.
"""

import contextlib
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from antiphon_bot.callback import ActionCallBack, ValidateCallbackForm
from antiphon_bot.desk import offer_words, opening_words, site_now, wait_words
from antiphon_bot.shop import Order, arrival, find_order, order_number
from antiphon_bot.web import Away

__all__ = [
    "ActionCallBack", "ActionOpeningHours", "ActionOrderStatus", "ActionQueueEstimate",
    "ValidateCallbackForm", "ValidateOrderForm",
]  # fmt: skip

TELL_PERSON = [{"title": "Talk to a person", "payload": "/human"}]
CALL_BACK = {"title": "Call me back", "payload": "/call_back"}
# What to say of an order in each state; `{day}` is when it comes, `{what}` what is in it.
NEWS = {
    "on its way": "Good news: {number} ({what}) is on its way with {carrier}. It should be there on {day}.",
    "being packed": "{number} ({what}) is being packed just now and should be with you on {day}.",
    "delivered": "{number} ({what}) was delivered on {day}.",
    "waiting for payment": "{number} ({what}) is ready, and leaves as soon as your payment has reached us.",
    "cancelled": "{number} ({what}) was cancelled. Nothing was charged.",
}
OTHER_NEWS = "{number} ({what}): {status}."
UNKNOWN = (
    "I can't find an order {number}. Could you check it in your confirmation mail? A colleague can look too."
)
AWAY = "I can't reach our order book just now, I'm sorry. A colleague can look it up for you."
NO_NUMBER = "That does not look like one of our order numbers."
NO_LINE = "I can't see the line from here just now. Shall I get you someone?"


class ActionOrderStatus(Action):
    """Says where the order in slot `order_number` is; forgets a number nobody knows."""

    def name(self) -> str:
        return "action_order_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        number = str(tracker.get_slot("order_number"))
        try:
            order = await find_order(number)
        except Away:
            dispatcher.utter_message(text=AWAY, buttons=TELL_PERSON)
            return [SlotSet("order_number", None)]
        if order is None:
            dispatcher.utter_message(text=UNKNOWN.format(number=number), buttons=TELL_PERSON)
            return [SlotSet("order_number", None)]
        dispatcher.utter_message(text=news(order))
        dispatcher.utter_message(response="utter_did_this_help")
        return [SlotSet("answered", True)]


class ActionOpeningHours(Action):
    """The shop's hours in the project's own words, and the desk's as it says itself where it can be asked."""

    def name(self) -> str:
        return "action_opening_hours"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_opening_hours")
        with contextlib.suppress(Away):
            dispatcher.utter_message(text=opening_words(await site_now(_metadata(tracker))))
        return []


class ActionQueueEstimate(Action):
    """How many people wait and how long it should take, or that nobody can say."""

    def name(self) -> str:
        return "action_queue_estimate"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        try:
            now = await site_now(_metadata(tracker))
            words = f"{wait_words(now)} {offer_words(now)}"
        except Away:
            words = NO_LINE
        dispatcher.utter_message(text=words, buttons=[*TELL_PERSON, CALL_BACK])
        return []


class ValidateOrderForm(FormValidationAction):
    """Takes an order number in any spelling, and nothing else for one."""

    def name(self) -> str:
        return "validate_order_form"

    async def validate_order_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        number = order_number(str(value))
        if number is None:
            dispatcher.utter_message(text=NO_NUMBER)
        return {"order_number": number}


def _metadata(tracker: Tracker) -> dict[str, Any]:
    found = tracker.latest_message.get("metadata")
    return found if isinstance(found, dict) else {}


def news(order: Order) -> str:
    return NEWS.get(order["status"], OTHER_NEWS).format(
        number=order["number"],
        what=", ".join(order.get("items", [])) or "your order",
        status=order["status"],
        carrier=order.get("carrier", "our carrier"),
        day=arrival(order) or "one of the next days",
    )
