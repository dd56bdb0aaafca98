"""What is asked when a chat ends. The wording and the scale are stored with each offer."""

from collections.abc import Iterable, Mapping
from typing import Any

from antiphon.domain.conversation import Conversation

NPS_MIN_GAP_MS = 90 * 86_400_000  # the same customer is asked for an NPS once in 90 days (kpis.md §7)

QUESTIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "csat": {
        "en": {"text": "How satisfied are you with this chat?", "low": "Very unhappy", "high": "Very happy"},
        "de": {"text": "Wie zufrieden sind Sie mit diesem Chat?", "low": "Gar nicht", "high": "Sehr"},
    },
    "nps": {
        "en": {
            "text": "How likely are you to recommend us to a friend?",
            "low": "Not at all likely", "high": "Extremely likely",
        },
        "de": {
            "text": "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
            "low": "Unwahrscheinlich", "high": "Sehr wahrscheinlich",
        },
    },
    "ces": {
        "en": {
            "text": "The company made it easy for me to handle my issue.",
            "low": "Strongly disagree", "high": "Strongly agree",
        },
        "de": {
            "text": "Das Unternehmen hat es mir leicht gemacht, mein Anliegen zu klären.",
            "low": "Stimme gar nicht zu", "high": "Stimme voll zu",
        },
    },
    "fcr": {
        "en": {"text": "Was your issue solved?", "low": "No", "high": "Yes"},
        "de": {"text": "Wurde Ihr Anliegen gelöst?", "low": "Nein", "high": "Ja"},
    },
}  # fmt: skip


def questions(
    wanted: Iterable[str], locale: str | None, *, last_nps_ms: int | None, now_ms: int
) -> tuple[Mapping[str, Any], ...]:
    """The questions that apply now, in the order wanted, in the visitor's language or English."""
    asked = []
    for kind in wanted:
        recently = last_nps_ms is not None and now_ms - last_nps_ms < NPS_MIN_GAP_MS
        if kind in QUESTIONS and not (kind == "nps" and recently):
            words = QUESTIONS[kind]
            asked.append({"kind": kind, **words.get((locale or "en")[:2], words["en"])})
    return tuple(asked)


def survey_id(c: Conversation) -> str:
    """One survey a close: a reopened conversation gets a new one."""
    return f"s-{c.id}-{c.n + 1}"
