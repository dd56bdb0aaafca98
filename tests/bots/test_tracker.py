"""Rasa's events folded: everything rasa-sdk may send, truncation, and the path that policies see."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk import events as sdk

from antiphon.bots.builtin.domain import Slot
from antiphon.bots.builtin.tracker import KEPT_EVENTS, Tracker

SLOTS = {"size": Slot(name="size", kind="text"), "count": Slot(name="count", kind="float", initial=1.0)}


def tracker_after(*events: dict[str, Any]) -> Tracker:
    tracker = Tracker("c", SLOTS)
    for at, event in enumerate(events):
        tracker.add(event, float(at))
    return tracker


def user(intent: str) -> dict[str, Any]:
    return dict(sdk.UserUttered(intent, {"intent": {"name": intent}, "entities": []}))


def path(tracker: Tracker) -> list[tuple[str, str | None]]:
    return [(item.kind, item.name) for item in tracker.path]


EVERY_EVENT: list[dict[str, Any]] = [
    user("hi"),
    sdk.BotUttered("hello"),
    sdk.SlotSet("size", "big"),
    sdk.Restarted(),
    sdk.SessionStarted(),
    sdk.SessionEnded(),
    sdk.UserUtteranceReverted(),
    sdk.AllSlotsReset(),
    sdk.ReminderScheduled("x", datetime(2026, 1, 1, tzinfo=UTC)),
    sdk.ReminderCancelled(),
    sdk.ActionReverted(),
    sdk.StoryExported(),
    sdk.FollowupAction("utter_x"),
    sdk.ConversationPaused(),
    sdk.ConversationResumed(),
    sdk.ActionExecuted("utter_hi"),
    sdk.AgentUttered("hello"),
    sdk.ActiveLoop("form"),
    sdk.LoopInterrupted(True),
    sdk.ActionExecutionRejected("form"),
]


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: str(event["event"]))
def test_every_event_of_rasa_sdk_is_taken(event: dict[str, Any]) -> None:
    tracker = tracker_after(user("hi"), sdk.ActionExecuted("utter_hi"), event)
    assert Tracker("c", SLOTS, tracker.to_json()).slots == tracker.slots


def test_an_event_without_a_time_gets_one() -> None:
    tracker = Tracker("c", SLOTS)
    tracker.add(sdk.SlotSet("size", "big"), 12.5)
    assert tracker.events[0]["timestamp"] == 12.5


def test_slots_are_set_and_reset() -> None:
    assert tracker_after(sdk.SlotSet("size", "big")).slots["size"] == "big"
    assert tracker_after(sdk.SlotSet("count", 3), sdk.AllSlotsReset()).slots == {
        "size": None,
        "count": 1.0,
        "requested_slot": None,
    }


def test_restart_forgets_but_rewind_only_takes_back_the_last_words() -> None:
    before = [user("a"), sdk.ActionExecuted("utter_a"), sdk.SlotSet("size", "big"), user("b")]
    assert path(tracker_after(*before, sdk.Restarted())) == []
    assert path(tracker_after(*before, sdk.UserUtteranceReverted())) == [
        ("intent", "a"),
        ("action", "utter_a"),
    ]
    undone = tracker_after(*before[:3], sdk.ActionReverted())
    assert path(undone) == [("intent", "a")]
    assert undone.slots["size"] is None


def test_a_turn_that_a_form_consumed_is_not_in_the_path() -> None:
    tracker = tracker_after(
        user("order"),
        sdk.ActionExecuted("form"),
        sdk.ActiveLoop("form"),
        sdk.ActionExecuted("action_listen"),
        user("whatever"),
        sdk.ActionExecuted("form"),
        sdk.ActiveLoop(None),
    )
    assert path(tracker) == [("intent", "order"), ("action", "form"), ("loop", "form"), ("loop", None)]


def test_a_rejected_form_leaves_the_turn_to_others() -> None:
    tracker = tracker_after(
        user("order"),
        sdk.ActionExecuted("form"),
        sdk.ActiveLoop("form"),
        sdk.ActionExecuted("action_listen"),
        user("question"),
        sdk.ActionExecutionRejected("form"),
    )
    assert tracker.rejected
    assert path(tracker)[-1] == ("intent", "question")


def test_pause_resume_and_followup() -> None:
    assert tracker_after(sdk.ConversationPaused()).paused
    assert not tracker_after(sdk.ConversationPaused(), sdk.ConversationResumed()).paused
    assert tracker_after(sdk.FollowupAction("utter_x")).followup == "utter_x"
    assert tracker_after(sdk.FollowupAction("utter_x"), sdk.ActionExecuted("utter_x")).followup is None


def test_only_the_last_events_are_kept_but_what_they_came_to_stays() -> None:
    many = [sdk.SlotSet("size", "big"), sdk.ActiveLoop("form")]
    many += [user(f"i{n}") for n in range(KEPT_EVENTS + 50)]
    kept = Tracker("c", SLOTS, tracker_after(*many).to_json())
    assert len(kept.events) == KEPT_EVENTS
    assert kept.slots["size"] == "big"
    assert kept.loop == "form"
    assert len(kept.for_actions()["events"]) == KEPT_EVENTS
