"""A call back: who, which number, when, about what; and the ticket that comes of it.

The ticket is a mark in the last response (`custom: {data: {ticket: …}}`), which the desk reads: the actions
need no key of the desk's.
"""

import base64
import hashlib
import re
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

NAME_CHARS, WHEN_CHARS, TOPIC_CHARS = 60, 120, 500
INTRODUCED = re.compile(
    r"^(?:(?:hi|hello|yes)\W+)?(?:my name is|i am|i'm|i’m|this is|it's|it’s|it is)\s+", re.IGNORECASE
)
NUMBER = re.compile(r"(?<![\w.])\(?(?:\+|00)?\(?\d(?:[\s().\-/]{0,3}\d){5,17}(?!\w)")
DIGITS = range(7, 16)  # of a number with all that belongs to it (E.164)

NO_NAME = "I did not get that as a name."
NO_NUMBER = (
    "That does not look like a telephone number to me. With the area code, please, for example 020 7946 0958."
)
NO_WHEN = "I did not get when to call."
MOST = 3  # of one conversation
ENOUGH = "I have noted {count} calls for you already. I'd rather get you someone from our team."
NOTED = (
    "Thank you, {name}. We'll call you on {phone} ({when}) about “{topic}”. Your ticket is number {number}."
)


def phone_number(words: str) -> str | None:
    """The telephone number in what somebody typed, digits only, with a + when it says its country."""
    found = NUMBER.search(words)
    if found is None:
        return None
    abroad = "+" in found[0] or found[0].startswith("00")
    digits = re.sub(r"\D", "", found[0].replace("(0)", "") if abroad else found[0])
    if abroad:
        digits = digits.removeprefix("00")
    if len(digits) not in DIGITS or len(set(digits)) < 3 or (abroad and digits.startswith("0")):
        return None
    return f"+{digits}" if abroad else digits


def person_name(words: str) -> str | None:
    """A name, without "my name is"; None for what can be none."""
    name = INTRODUCED.sub("", " ".join(words.split())).strip(" .,!")
    fits = 2 <= len(name) <= NAME_CHARS and any(letter.isalpha() for letter in name)
    return name if fits and not re.search(r"[\d/?@{}<>]", name) else None


def ticket_number(seed: str) -> str:
    """A number that people can read to each other; the same message taken in again has the same one."""
    letters = base64.b32encode(hashlib.blake2b(seed.encode(), digest_size=5).digest()).decode()
    return f"CB-{letters[:4]}-{letters[4:]}"


class ValidateCallbackForm(FormValidationAction):
    """Takes a name, a number, a time and a topic as people say them."""

    def name(self) -> str:
        return "validate_callback_form"

    async def validate_caller_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return _judged(dispatcher, "caller_name", person_name(str(value)), NO_NAME)

    async def validate_phone_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return _judged(dispatcher, "phone_number", phone_number(str(value)), NO_NUMBER)

    async def validate_call_when(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return _judged(dispatcher, "call_when", _words(value, WHEN_CHARS), NO_WHEN)

    async def validate_call_topic(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return {"call_topic": _words(value, TOPIC_CHARS)}


class ActionCallBack(Action):
    """Makes a ticket of it and tells its number; the name and the telephone number stay known."""

    def name(self) -> str:
        return "action_call_back"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        forget = [SlotSet("call_when", None), SlotSet("call_topic", None)]
        noted = sum(event.get("name") == self.name() for event in tracker.events)
        if noted >= MOST:
            person = {"handoff": {"reason": "rule"}}
            dispatcher.utter_message(text=ENOUGH.format(count=noted), custom={"data": person})
            return forget
        told = {
            "name": tracker.get_slot("caller_name"),
            "phone": tracker.get_slot("phone_number"),
            "when": tracker.get_slot("call_when"),
            "topic": tracker.get_slot("call_topic"),
        }
        number = ticket_number(f"{tracker.sender_id}/{tracker.latest_message.get('message_id')}")
        ticket = {
            "number": number,
            "subject": "Call {name} back on {phone}, {when}".format(**told),
            "text": "Name: {name}\nTelephone: {phone}\nWhen: {when}\nAbout: {topic}".format(**told),
            "topic": "callback",
        }
        words = NOTED.format(**told, number=number)
        dispatcher.utter_message(text=words, custom={"data": {"ticket": ticket}})
        return forget


def _judged(dispatcher: CollectingDispatcher, slot: str, value: str | None, otherwise: str) -> dict[str, Any]:
    if value is None:
        dispatcher.utter_message(text=otherwise)
    return {slot: value}


def _words(value: Any, most: int) -> str | None:
    """What was said, on one line; a pressed button (`/intent`) says nothing."""
    words = " ".join(str(value).split())[:most]
    return words if any(map(str.isalnum, words)) and not words.startswith("/") else None
