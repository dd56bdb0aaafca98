"""What the shop's bot does beside talking; run by `python -m rasa_sdk --actions antiphon_bot.actions`.

Every `run` is async: a blocking one would stall every conversation of the server.
"""

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from antiphon_bot.shop import Order, ShopAway, arrival, find_order, order_number

TELL_PERSON = [{"title": "Talk to a person", "payload": "/human"}]
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
        except ShopAway:
            dispatcher.utter_message(text=AWAY, buttons=TELL_PERSON)
            return [SlotSet("order_number", None)]
        if order is None:
            dispatcher.utter_message(text=UNKNOWN.format(number=number), buttons=TELL_PERSON)
            return [SlotSet("order_number", None)]
        dispatcher.utter_message(text=news(order))
        dispatcher.utter_message(response="utter_did_this_help")
        return [SlotSet("answered", True)]


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


def news(order: Order) -> str:
    return NEWS.get(order["status"], OTHER_NEWS).format(
        number=order["number"],
        what=", ".join(order.get("items", [])) or "your order",
        status=order["status"],
        carrier=order.get("carrier", "our carrier"),
        day=arrival(order) or "one of the next days",
    )
