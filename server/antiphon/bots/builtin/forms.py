"""A form: asks for what it needs, has it validated, and lets go when it has everything.

As Rasa's: the requested slot comes first; a message that fills nothing rejects the form, so that rules may
answer it, and then the form asks again; `validate_<form>` runs on the action server. New: a visitor whose
answers are refused again and again is handed over instead of being asked for ever.
"""

from typing import Any

from antiphon.bots.builtin.domain import Form
from antiphon.bots.builtin.project import asks_for
from antiphon.bots.builtin.talk import Talk
from antiphon.bots.port import BotFailed

LISTEN = "action_listen"
MAX_REFUSALS = 3


async def run_form(talk: Talk, form: Form, heard: dict[str, Any]) -> None:
    """One step of a form; `heard` are the slots that the latest message gave."""
    tracker = talk.tracker
    fresh = tracker.loop != form.name
    answering = not fresh and tracker.latest_action == LISTEN and not tracker.rejected
    given = {slot: value for slot, value in heard.items() if slot in form.required}
    if answering and not given and not _extracts_itself(talk, form):
        talk.happened("action_execution_rejected", name=form.name, policy=None, confidence=1.0)
        return
    talk.acted(form.name)
    if fresh:
        given = _begin(talk, form) | given
    wanted = tracker.slots.get("requested_slot")
    following = await _validate(talk, form, given) if fresh or answering else None
    if _refused_too_often(talk, wanted, given):
        talk.hand_off("loop")
        talk.say("utter_default", fallback=True)
        return
    await _go_on(talk, form, following)


def _begin(talk: Talk, form: Form) -> dict[str, Any]:
    """Start the form; slots that are known already are validated like answers."""
    talk.happened("active_loop", name=form.name)
    talk.tracker.memory["refusals"] = 0
    intent = (talk.tracker.latest_message.get("intent") or {}).get("name")
    for slot in form.required:
        for mapping in talk.project.domain.slots[slot].mappings:
            if mapping.kind == "from_trigger_intent" and intent in mapping.intents:
                talk.set_slot(slot, mapping.value)
    slots = talk.tracker.slots
    return {slot: slots[slot] for slot in form.required if slots.get(slot) is not None}


async def _validate(talk: Talk, form: Form, given: dict[str, Any]) -> tuple[str | None] | None:
    """Let the project judge the values; the slot it wants next, if it says so."""
    action = f"validate_{form.name}"
    if action not in talk.project.domain.actions:
        return None
    seen = talk.tracker.for_actions()
    at = {"timestamp": talk.turn.at_ms / 1000}
    candidates = [{"event": "slot", "name": slot, "value": value, **at} for slot, value in given.items()]
    events = await talk.run_action(action, {**seen, "events": [*seen["events"], *candidates]})
    following: tuple[str | None] | None = None
    for event in events:
        if event.get("event") == "slot" and event.get("name") == "requested_slot":
            following = (event.get("value"),)
        else:
            talk.tracker.add(event, talk.turn.at_ms / 1000)
    return following


def _refused_too_often(talk: Talk, wanted: str | None, given: dict[str, Any]) -> bool:
    memory, slots = talk.tracker.memory, talk.tracker.slots
    if any(slots.get(slot) is not None for slot in given):
        memory["refusals"] = 0
    elif wanted in given:
        memory["refusals"] = memory.get("refusals", 0) + 1
    return int(memory.get("refusals", 0)) >= MAX_REFUSALS


async def _go_on(talk: Talk, form: Form, following: tuple[str | None] | None) -> None:
    """Ask for the next slot, or close."""
    if talk.tracker.loop != form.name:  # the validation itself ended it
        return
    if following is not None:
        slot = following[0]
    else:
        slot = next((name for name in form.required if talk.tracker.slots.get(name) is None), None)
    talk.set_slot("requested_slot", slot)
    if slot is None:
        talk.happened("active_loop", name=None)
        return
    await _ask(talk, form, slot)


async def _ask(talk: Talk, form: Form, slot: str) -> None:
    name = asks_for(talk.project.domain, form.name, slot)
    if name is None:
        raise BotFailed(f"the form {form.name} has no words to ask for {slot}")
    if name in talk.project.domain.actions:
        for event in await talk.run_action(name):
            talk.tracker.add(event, talk.turn.at_ms / 1000)
    else:
        talk.say(name)


def _extracts_itself(talk: Talk, form: Form) -> bool:
    """Whether the project's own code may find values that mappings do not."""
    slots = (talk.project.domain.slots[name] for name in form.required)
    return f"validate_{form.name}" in talk.project.domain.actions and any(
        mapping.kind == "custom" for slot in slots for mapping in slot.mappings
    )
