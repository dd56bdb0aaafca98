"""What the agent is told when the bot hands over: asked, known, done, understood. Plain lines of text."""

from collections.abc import Iterator
from typing import Any, Literal

from antiphon.bots.builtin.project import Project
from antiphon.bots.builtin.talk import Talk
from antiphon.bots.builtin.tracker import Tracker
from antiphon.bots.port import Handoff, Reason

WORDS = 5  # of the visitor, at most
WORD_CHARS = 200
GUESSES, LIKELY = 3, 0.15
BY: dict[Reason, Literal["visitor", "rule"]] = {"asked": "visitor", "rule": "rule", "sentiment": "rule"}
QUIET = ("nlu_fallback", "greet", "goodbye", "thank", "affirm", "deny", "cancel")  # say nothing of the matter


def hand_over(talk: Talk, reason: Reason) -> Handoff:
    tracker, project = talk.tracker, talk.project
    return Handoff(
        reason=reason,
        by=BY.get(reason, "bot"),
        department=talk.department,
        summary="\n".join(_lines(talk)),
        slots=_known(project, tracker),
        intents=tuple(_tried(project, tracker)),
    )


def _lines(talk: Talk) -> Iterator[str]:
    tracker, project = talk.tracker, talk.project
    asked = [words for event in tracker.events if (words := _typed(event))][-WORDS:]
    if asked:
        yield "Asked: " + " · ".join(f"“{words[:WORD_CHARS]}”" for words in asked)
    if known := _known(project, tracker):
        yield "Knows: " + ", ".join(f"{_plain(name)} {value}" for name, value in known.items())
    if tried := _tried(project, tracker):
        yield "Talked about: " + ", ".join(_title(project, intent) for intent in tried)
    if guesses := _guesses(tracker):
        yield "Understood last as: " + ", ".join(f"{_title(project, n)} {p:.0%}" for n, p in guesses)
    if done := _actions(tracker):
        yield "Looked up: " + ", ".join(map(_plain, done))
    if talk.failure:
        yield f"Failed: {talk.failure}"


def _typed(event: dict[str, Any]) -> str:
    """What the visitor wrote; a pressed button is no words of theirs."""
    text = str(event.get("text") or "") if event.get("event") == "user" else ""
    return "" if text.startswith("/") else " ".join(text.split())


def _known(project: Project, tracker: Tracker) -> dict[str, Any]:
    """Slots that hold something the visitor told or an action found."""
    noted = {
        name
        for name, slot in project.domain.slots.items()
        if slot.mappings and all(mapping.kind == "from_intent" for mapping in slot.mappings)
    }
    hidden = noted | {"requested_slot"}
    return {n: v for n, v in tracker.slots.items() if n not in hidden and v not in (None, "", [])}


def _tried(project: Project, tracker: Tracker) -> list[str]:
    """Intents the bot took up, in order, each once."""
    hidden = {*QUIET, *project.human_intents}
    names = [_intent(event).get("name") for event in tracker.events if event.get("event") == "user"]
    return list(dict.fromkeys(name for name in names if name and name not in hidden))


def _guesses(tracker: Tracker) -> list[tuple[str, float]]:
    """What the last typed message may have meant; only worth telling when it was not clear."""
    if _intent({"parse_data": tracker.latest_message}).get("name") != "nlu_fallback":
        return []
    ranking = tracker.latest_message.get("intent_ranking", [])
    return [
        (one["name"], one["confidence"])
        for one in ranking
        if one["name"] not in QUIET and one["confidence"] >= LIKELY
    ][:GUESSES]


def _intent(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (event.get("parse_data") or {}).get("intent") or {}
    return found


def _actions(tracker: Tracker) -> list[str]:
    """Custom actions and forms that ran, without the engine's own."""
    names = [str(event.get("name")) for event in tracker.events if event.get("event") == "action"]
    own = (
        "action_listen", "action_session_start", "action_default", "action_deactivate", "utter_",
    )  # fmt: skip
    return list(dict.fromkeys(name for name in names if not name.startswith(own)))


def _title(project: Project, intent: str) -> str:
    return project.examples.titles.get(intent, _plain(intent))


def _plain(name: str) -> str:
    return name.removeprefix("action_").replace("_", " ")
