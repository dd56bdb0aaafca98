"""An event as Rasa's clients read it: `bot_uttered` objects.

`rasa-webchat` wants `text` alone, or `text` with `quick_replies`; everything of ours goes into
`metadata`. What happens around the talk (queue, agents, surveys) is said in words.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from antiphon.domain.conversation import Conversation
from antiphon.domain.events import Event
from antiphon.gateway.render import shown_to_visitor

RATE = "/antiphon_rate"
SCALES: Mapping[str, Sequence[int]] = {
    "csat": range(1, 6), "nps": range(11), "ces": range(1, 8), "fcr": (0, 1),
}  # fmt: skip

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "queue_entered": "Please wait a moment, I am getting a colleague.",
        "accepted": "{name} has joined the chat.",
        "diverted": "Nobody is here right now. We have kept your message and will answer later.",
        "agent_lost": "The connection to {name} was lost. You are next in line.",
        "closed": "This chat is over.",
        "thanks": "Thank you!",
    },
    "de": {
        "queue_entered": "Einen Moment bitte, ich hole eine Kollegin oder einen Kollegen.",
        "accepted": "{name} ist jetzt im Chat.",
        "diverted": "Gerade ist niemand da. Ihre Nachricht ist aufgehoben, wir antworten später.",
        "agent_lost": "Die Verbindung zu {name} ist abgerissen. Sie sind als Nächstes dran.",
        "closed": "Dieser Chat ist beendet.",
        "thanks": "Danke!",
    },
}


def uttered(event: Event, locale: str | None, name: str | None) -> list[dict[str, Any]]:
    """What a Rasa client is told of an event; mostly nothing."""
    if not shown_to_visitor(event):
        return []
    if event.kind == "message":
        return _message(event, name) if event.data["sender"] != "visitor" else []
    if event.kind == "survey_offered":
        questions = event.data.get("questions") or []
        return [question(event.data["survey"], questions[0])] if questions else []
    sentence = _said(locale).get(event.kind)
    return [_text(sentence.format(name=name or "–"), event.kind)] if sentence else []


def next_question(c: Conversation, locale: str | None) -> dict[str, Any]:
    """The next open question of the survey, or thanks."""
    survey = c.survey
    if survey is not None:
        for asked in survey.questions:
            if asked["kind"] not in survey.answers:
                return question(survey.id, asked)
    return _text(_said(locale)["thanks"], "thanks")


def question(survey: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A survey's question with its scale as buttons."""
    buttons = [
        {
            "content_type": "text", "title": str(score),
            "payload": RATE + json.dumps({"survey": survey, asked["kind"]: score}, separators=(",", ":")),
        }
        for score in SCALES[asked["kind"]]
    ]  # fmt: skip
    low, high = asked.get("low"), asked.get("high")
    scale = f" ({buttons[0]['title']}: {low}, {buttons[-1]['title']}: {high})" if low and high else ""
    return {"text": f"{asked['text']}{scale}", "quick_replies": buttons}


def for_rest(said: Mapping[str, Any], sender: str) -> dict[str, Any]:
    """The same in the words of Rasa's REST channel."""
    told: dict[str, Any] = {"recipient_id": sender}
    if "text" in said:
        told["text"] = said["text"]
    if "quick_replies" in said:
        told["buttons"] = [{k: b[k] for k in ("title", "payload")} for b in said["quick_replies"]]
    if "attachment" in said:
        told["image"] = said["attachment"]["payload"]["src"]
    custom = {k: v for k, v in said.items() if k not in ("text", "quick_replies", "attachment", "metadata")}
    return {**told, "custom": custom} if custom else told


def _message(event: Event, name: str | None) -> list[dict[str, Any]]:
    words = event.words or {}
    parts = [part for part in str(words.get("text") or "").split("\n\n") if part.strip()]
    meta = {"id": event.id, "at_ms": event.at_ms, "from": event.actor.kind, "name": name}
    said: list[dict[str, Any]] = [{"text": part, "metadata": meta} for part in parts]
    replies = words.get("quick_replies")
    if replies:
        buttons = [{"content_type": "text", "title": r["title"], "payload": r["payload"]} for r in replies]
        said[-1:] = [{"text": parts[-1] if parts else "", "quick_replies": buttons}]
    if words.get("image"):
        said.append({"attachment": {"type": "image", "payload": {"src": words["image"]}}})
    custom = words.get("custom")
    if isinstance(custom, dict):
        said.append(dict(custom["data"]) if isinstance(custom.get("data"), dict) else dict(custom))
    return said


def _text(sentence: str, kind: str) -> dict[str, Any]:
    return {"text": sentence, "metadata": {"from": "system", "kind": kind}}


def _said(locale: str | None) -> Mapping[str, str]:
    return _WORDS.get((locale or "en")[:2].lower(), _WORDS["en"])
