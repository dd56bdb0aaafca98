"""Saying a response: choose the variation, fill in the slots.

The choice among equal variations follows from the conversation and how much was said, so that a replayed
conversation says the same again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from antiphon.bots.builtin.domain import Variation
from antiphon.bots.port import QuickReply, Reply

PLACE = re.compile(r"\{([A-Za-z_][\w.-]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Something to say, before it is cut into replies."""

    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None


def choose(
    variations: Sequence[Variation], slots: Mapping[str, Any], channel: str | None, seed: str
) -> Variation | None:
    """The variation that fits: conditional ones before others, the channel's own before the common."""
    fitting = [v for v in variations if v.channel in (None, channel) and _holds(v, slots)]
    for wanted in (_own_and_conditional, _conditional, _own, _any):
        if best := [v for v in fitting if wanted(v)]:
            return best[crc32(seed.encode()) % len(best)]
    return None


def fill(variation: Variation, values: Mapping[str, Any]) -> Utterance:
    return Utterance(
        text=_fill(variation.text, values),
        buttons=tuple((_fill(title, values), _fill(payload, values)) for title, payload in variation.buttons),
        image=_fill(variation.image, values) if variation.image else None,
        custom=_fill_deep(variation.custom, values) if variation.custom else None,
    )


def replies(
    utterance: Utterance, custom: Mapping[str, Any] | None, *, fallback: bool, auto: bool
) -> list[Reply]:
    """The messages of an utterance: a blank line separates them, as in Rasa; buttons go with the last."""
    parts = [part.strip() for part in utterance.text.split("\n\n") if part.strip()] or [""]
    last = Reply(
        text=parts[-1],
        quick_replies=tuple(QuickReply(title=t, payload=p) for t, p in utterance.buttons),
        image=utterance.image,
        custom=custom or None,
        fallback=fallback,
        auto=auto,
    )
    said = [Reply(text=part, fallback=fallback, auto=auto) for part in parts[:-1]]
    return said + ([last] if last.text or last.quick_replies or last.image or last.custom else [])


def _holds(variation: Variation, slots: Mapping[str, Any]) -> bool:
    return all(slots.get(name) == value for name, value in variation.conditions)


def _own_and_conditional(variation: Variation) -> bool:
    return bool(variation.channel and variation.conditions)


def _conditional(variation: Variation) -> bool:
    return bool(variation.conditions)


def _own(variation: Variation) -> bool:
    return bool(variation.channel)


def _any(variation: Variation) -> bool:
    return True


def _fill(text: str, values: Mapping[str, Any]) -> str:
    """`{slot}` by its value; what is unknown stays as it stands, so JSON payloads survive."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            return found[0]
        return "" if values[name] is None else str(values[name])

    return PLACE.sub(value, text)


def _fill_deep(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return _fill(value, values)
    if isinstance(value, Mapping):
        return {key: _fill_deep(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill_deep(inner, values) for inner in value]
    return value
