"""Understanding one message: a payload as it says, anything else by classifier and extractor.

The answer has Rasa's own keys, for it goes into the tracker that action servers read.
"""

import json
import re
from dataclasses import replace
from typing import Any

from antiphon.bots.builtin.calibration import Thresholds
from antiphon.bots.builtin.classifier import Classifier, Guess
from antiphon.bots.builtin.entities import Extractor
from antiphon.bots.builtin.project import Project
from antiphon.bots.builtin.tracker import FOREIGN, Parsed
from antiphon.bots.conventions import FALLBACK
from antiphon.bots.wish import wants_person

BETTER_KNOWN = 0.75  # score from which on an article may outdo an intent that is less sure
SURELY_HUMAN = 0.8  # confidence for fetching a person on the classifier's word alone; else it is offered
RANKED = 10  # as Rasa
WORTH_KEEPING = 0.001  # confidence; a tracker is stored with every turn, and this is most of it
PAYLOAD = re.compile(r"^/(?P<intent>[\w.-]{1,100})\s*(?P<entities>\{.*\})?\s*$", re.DOTALL)


class Interpreter:
    def __init__(self, project: Project, classifier: Classifier | None) -> None:
        self._project = project
        self._classifier = classifier
        self._extractor = Extractor(project.examples, project.domain.entities)
        self.limits = _limits(project, classifier)

    def parse(self, text: str) -> Parsed:
        payload = PAYLOAD.match(text)
        if payload:
            return self._from_payload(text, payload)
        guess = self._classifier.rank(text) if self._classifier else Guess((), float("-inf"))
        if wants_person(text):
            guess = self._certainly_human(guess)
        ranking = self._decided(guess)
        if self._known_better(text, ranking[0][1]):
            ranking = [(FALLBACK, round(1 - ranking[0][1], 6)), *ranking]
        parsed = _parsed(text, ranking, self._extractor.find(text))
        return {**parsed, FOREIGN: guess.scope <= self.limits.scope}

    def _from_payload(self, text: str, payload: re.Match[str]) -> Parsed:
        intent = payload["intent"]
        if intent not in self._project.domain.intents and intent not in self._project.human_intents:
            intent = FALLBACK
        return _parsed(text, [(intent, 1.0)], _payload_entities(payload["entities"]))

    def _known_better(self, text: str, confidence: float) -> bool:
        """Whether an article is a better answer than the likeliest intent."""
        found = self._project.knowledge.search(text, most=1)
        return bool(found) and found[0].score > max(confidence, BETTER_KNOWN)

    def _certainly_human(self, guess: Guess) -> Guess:
        human = next(iter(self._project.human_intents))
        others = tuple((intent, confidence) for intent, confidence in guess.ranking if intent != human)
        return Guess(((human, 1.0), *others), float("inf"))

    def _decided(self, guess: Guess) -> list[tuple[str, float]]:
        """The ranking, headed by the fallback where the best is too weak, too close or too strange."""
        likely = [one for one in guess.ranking[:RANKED] if one[1] >= WORTH_KEEPING] or guess.ranking[:1]
        ranking = [(intent, round(confidence, 6)) for intent, confidence in likely]
        if not ranking:
            return [(FALLBACK, 1.0)]
        best = ranking[0][1]
        close = len(ranking) > 1 and best < 1.0 and best - ranking[1][1] < self.limits.ambiguity
        hasty = ranking[0][0] in self._project.human_intents and best < SURELY_HUMAN
        if best < self.limits.answer or close or hasty or guess.scope <= self.limits.scope:
            return [(FALLBACK, round(1 - best, 6)), *ranking]
        return ranking


def _limits(project: Project, classifier: Classifier | None) -> Thresholds:
    """What the author wrote in config.yml; otherwise what the examples taught about confidence."""
    found = classifier.thresholds if classifier else Thresholds()
    settings = project.settings
    return replace(
        found,
        answer=settings.threshold if settings.threshold is not None else found.answer,
        ambiguity=settings.ambiguity if settings.ambiguity is not None else found.ambiguity,
    )


def _parsed(text: str, ranking: list[tuple[str, float]], entities: list[dict[str, Any]]) -> Parsed:
    ranked = [{"name": intent, "confidence": confidence} for intent, confidence in ranking]
    return {"text": text, "intent": ranked[0], "intent_ranking": ranked, "entities": entities}


def _payload_entities(words: str | None) -> list[dict[str, Any]]:
    """`{"order_number": "MG-1042"}` as entities; what is no JSON object is nothing."""
    try:
        given = json.loads(words) if words else {}
    except ValueError:
        return []
    return [
        {"entity": str(name), "start": 0, "end": 0, "value": value, "extractor": "payload"}
        for name, value in (given.items() if isinstance(given, dict) else ())
    ]
