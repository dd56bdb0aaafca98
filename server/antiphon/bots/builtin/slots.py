"""Filling slots from what was said, by their mappings. Pure; the caller turns the values into events."""

from collections.abc import Iterator, Mapping
from typing import Any

from antiphon.bots.builtin.domain import Domain, Slot, SlotMapping
from antiphon.bots.builtin.tracker import Tracker


def extracted(domain: Domain, tracker: Tracker) -> dict[str, Any]:
    """Slot values that the latest message gives, by the first mapping of each slot that applies."""
    found: dict[str, Any] = {}
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            if not _applies(mapping, domain, tracker):
                continue
            values = list(_values(mapping, tracker.latest_message))
            if values:
                found[slot.name] = coerced(slot, values)
                break
    return found


def coerced(slot: Slot, values: list[Any]) -> Any:
    """The value as the slot's type wants it: a list slot takes all, any other the last."""
    if slot.kind == "list":
        return values
    value = values[-1]
    if slot.kind == "bool" and isinstance(value, str):
        return {"true": True, "yes": True, "1": True}.get(value.lower(), False)
    if slot.kind == "float":
        return _number(value)
    return value


def _number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _applies(mapping: SlotMapping, domain: Domain, tracker: Tracker) -> bool:
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    if mapping.kind == "custom" or (mapping.intents and intent not in mapping.intents):
        return False
    if intent in mapping.not_intents or intent in _ignored(domain, tracker):
        return False
    if mapping.kind == "from_trigger_intent":
        return False  # filled by the form itself, in the turn that starts it
    if mapping.conditions:
        return any(_met(condition, tracker) for condition in mapping.conditions)
    return True


def _ignored(domain: Domain, tracker: Tracker) -> frozenset[str]:
    form = domain.forms.get(tracker.loop or "")
    return form.ignored_intents if form else frozenset()


def _met(condition: tuple[str | None, str | None], tracker: Tracker) -> bool:
    loop, requested = condition
    if loop is not None and loop != tracker.loop:
        return False
    return requested is None or tracker.slots.get("requested_slot") == requested


def _values(mapping: SlotMapping, message: Mapping[str, Any]) -> Iterator[Any]:
    if mapping.kind == "from_entity":
        for entity in message.get("entities", []):
            if entity["entity"] == mapping.entity and entity.get("role") == mapping.role:
                yield entity["value"]
    elif mapping.kind == "from_text":
        if not str(message.get("text")).startswith("/"):  # a pressed button is no answer in words
            yield message.get("text")
    else:
        yield mapping.value
