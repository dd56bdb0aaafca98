"""What one conversation has come to: Rasa's events folded into slots, loop and path.

The events are the truth and have Rasa's own JSON, so that an action server cannot tell the engines apart. Of
old ones only the result is kept (`base`). The *path* is what rules and stories look at: intents, actions and
loop changes, without the turns that a form consumed. A tracker is plain JSON between turns (`to_json`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from antiphon.bots.builtin.domain import Slot

KEPT_EVENTS = 200
Event = dict[str, Any]
Parsed = dict[str, Any]  # a message as understood: text, intent, intent_ranking, entities
FOREIGN = "out_of_scope"  # of a parsed message: it looks like nothing the bot knows
INVISIBLE = {"action_listen", "action_session_start", "action_extract_slots"}


@dataclass(slots=True)
class Item:
    """One step of the path; `slots` are those at the next decision, `loop` the one active before it."""

    kind: str
    name: str | None
    loop: str | None
    slots: Mapping[str, Any]
    entities: tuple[tuple[str, Any], ...] = ()


class Tracker:
    def __init__(self, sender: str, slots: Mapping[str, Slot], kept: Mapping[str, Any] | None = None) -> None:
        self.sender = sender
        self._initial = {name: slot.initial for name, slot in slots.items()} | {"requested_slot": None}
        kept = kept or {}
        self.base: dict[str, Any] = dict(kept.get("base") or {"slots": {}, "loop": None, "paused": False})
        self.memory: dict[str, Any] = dict(kept.get("memory") or {})
        self.events: list[Event] = list(kept.get("events") or [])
        self._turn: dict[str, Any] = dict(kept.get("turn") or {})
        self._refold()

    def begin(self, turn: str) -> None:
        """Start a turn, known by a key; taken in before (our answer was lost), it is undone first."""
        if self._turn.get("key") == turn:
            self.events = _without_last_turn(self.events)
            self.memory = dict(self._turn["memory"])
            self._refold()
        self._turn = {"key": turn, "memory": dict(self.memory)}

    @property
    def is_new(self) -> bool:
        return not self.events

    def add(self, event: Event, at_s: float) -> None:
        """Take an event in; the wire's nulls become the time it happened."""
        event = {**event, "timestamp": event.get("timestamp") or at_s}
        kind = event.get("event")
        if kind in REWRITES:
            self.events = REWRITES[kind](self.events)
            self._refold()
            return
        self.events.append(event)
        self._apply(event)

    def to_json(self) -> dict[str, Any]:
        self._forget_old()
        return {"base": self.base, "memory": self.memory, "events": self.events, "turn": self._turn}

    def for_actions(self) -> dict[str, Any]:
        """The tracker as an action server gets it (bot.md: truncated, or long chats become slow)."""
        loop = {"name": self.loop, "is_interrupted": False, "rejected": self.rejected} if self.loop else {}
        return {
            "sender_id": self.sender,
            "slots": dict(self.slots),
            "latest_message": self.latest_message,
            "latest_event_time": self.events[-1]["timestamp"] if self.events else None,
            "followup_action": self.followup,
            "paused": self.paused,
            "events": self.events[-KEPT_EVENTS:],
            "latest_input_channel": self.latest_message.get("input_channel", "antiphon"),
            "active_loop": loop,
            "latest_action": {"action_name": self.latest_action} if self.latest_action else {},
            "latest_action_name": self.latest_action,
        }

    # -------------------------------------------------------------- folding

    def _refold(self) -> None:
        self.slots: dict[str, Any] = {**self._initial, **self.base["slots"]}
        self.loop: str | None = self.base["loop"]
        self.paused: bool = self.base["paused"]
        self.rejected = False
        self.followup: str | None = None
        self.latest_action: str | None = None
        self.latest_message: dict[str, Any] = {}
        self.ended = False
        self.path: list[Item] = []
        for event in self.events:
            self._apply(event)

    def _apply(self, event: Event) -> None:
        fold = FOLDS.get(event.get("event", ""))
        if fold is not None:
            fold(self, event)

    def _step(self, kind: str, name: str | None, entities: tuple[tuple[str, Any], ...] = ()) -> None:
        self.path.append(Item(kind, name, self.loop, self.slots, entities))

    def _forget_old(self) -> None:
        """Keep the last events; what the others came to goes into the base."""
        if len(self.events) <= KEPT_EVENTS:
            return
        old, self.events = self.events[:-KEPT_EVENTS], self.events[-KEPT_EVENTS:]
        before = Tracker(self.sender, {}, {"base": self.base, "events": old})
        slots = {name: value for name, value in before.slots.items() if name in self._initial}
        self.base = {"slots": slots, "loop": before.loop, "paused": before.paused}

    def _on_user(self, event: Event) -> None:
        parsed = event.get("parse_data") or {}
        self.latest_message = {
            "text": event.get("text"),
            "input_channel": event.get("input_channel"),
            "message_id": event.get("message_id"),
            "metadata": event.get("metadata") or {},
            **parsed,
        }
        self.rejected = False
        entities = tuple((e["entity"], e.get("value")) for e in parsed.get("entities", []))
        self._step("intent", (parsed.get("intent") or {}).get("name"), entities)

    def _on_action(self, event: Event) -> None:
        name = event.get("name")
        self.latest_action, self.followup = name, None
        if name in INVISIBLE:
            return
        if name is not None and name == self.loop:  # the form took the words for itself
            self.rejected = False
            if self.path and self.path[-1].kind == "intent":
                self.path.pop()
            return
        self._step("action", name)

    def _on_loop(self, event: Event) -> None:
        name = event.get("name")
        if name != self.loop:
            self._step("loop", name)
        self.loop, self.rejected = name, False

    def _on_rejection(self, event: Event) -> None:
        if event.get("name") == self.loop:
            self.rejected = True

    def _on_slot(self, event: Event) -> None:
        self._set_slots({**self.slots, event["name"]: event.get("value")})

    def _on_reset_slots(self, event: Event) -> None:
        self._set_slots(dict(self._initial))

    def _set_slots(self, slots: dict[str, Any]) -> None:
        self.slots = slots
        if self.path:
            self.path[-1].slots = slots

    def _on_restart(self, event: Event) -> None:
        self.path, self.loop, self.paused, self.followup = [], None, False, None
        self.latest_message = {}
        self.slots = dict(self._initial)

    def _on_session(self, event: Event) -> None:
        self.path, self.loop = [], None

    def _on_pause(self, event: Event) -> None:
        self.paused = event["event"] == "pause"

    def _on_followup(self, event: Event) -> None:
        self.followup = event.get("name")

    def _on_ended(self, event: Event) -> None:
        self.ended = True


# Reminders, exports, agents' and bots' words change nothing that a bot decides by: they are only kept.
FOLDS: dict[str, Callable[[Tracker, Event], None]] = {
    "user": Tracker._on_user,
    "action": Tracker._on_action,
    "active_loop": Tracker._on_loop,
    "form": Tracker._on_loop,
    "action_execution_rejected": Tracker._on_rejection,
    "slot": Tracker._on_slot,
    "reset_slots": Tracker._on_reset_slots,
    "restart": Tracker._on_restart,
    "session_started": Tracker._on_session,
    "session_ended": Tracker._on_ended,
    "pause": Tracker._on_pause,
    "resume": Tracker._on_pause,
    "followup": Tracker._on_followup,
}


def _without_last_turn(events: list[Event]) -> list[Event]:
    """`rewind`: as if the visitor's last message had never been."""
    return events[: _last(events, "user")]


def _without_last_action(events: list[Event]) -> list[Event]:
    """`undo`: as if the last action had never run."""
    return events[: _last(events, "action")]


def _last(events: list[Event], kind: str) -> int:
    return next((i for i in range(len(events) - 1, -1, -1) if events[i].get("event") == kind), len(events))


REWRITES = {"rewind": _without_last_turn, "undo": _without_last_action}
