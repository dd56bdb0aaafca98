"""Finding entities in words: lookups, regular expressions, and a few that every shop needs.

The answer has the keys of Rasa's own (`entity, start, end, value, extractor`). Longest match first, one
entity per stretch of text and kind; a synonym's value replaces the words.
"""

import re
from collections.abc import Mapping
from typing import Any

from antiphon.bots.builtin.examples import Examples

Entity = dict[str, Any]
SEARCHED_CHARS = 2_000  # authors' expressions run on no more than this

# Found only when the domain has an entity of that name.
COMMON = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
    "url": re.compile(r"https?://[^\s<>\"]{1,300}"),
    "number": re.compile(r"(?<![\w.])-?\d{1,15}(?:[.,]\d{1,6})?(?![\w])"),
    "amount_of_money": re.compile(
        r"[€$£]\s?\d{1,9}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?\s?(?:€|\$|£|eur|usd|gbp)\b", re.I
    ),
    "phone_number": re.compile(r"(?<![\w])\+?\d(?:[\s()/-]?\d){6,14}(?!\w)"),
}  # fmt: skip


class Extractor:
    def __init__(self, examples: Examples, wanted: frozenset[str]) -> None:
        self._synonyms: Mapping[str, str] = dict(examples.synonyms)
        self._patterns: list[tuple[str, str, re.Pattern[str]]] = []
        for entity, patterns in examples.patterns.items():
            if entity in wanted:
                self._patterns += [(entity, "RegexEntityExtractor", pattern) for pattern in patterns]
        for entity, words in examples.lookups.items():
            if entity in wanted:
                self._patterns.append((entity, "RegexEntityExtractor", _one_of(words)))
        for entity, pattern in COMMON.items():
            if entity in wanted:
                self._patterns.append((entity, "CommonEntityExtractor", pattern))

    def find(self, text: str) -> list[Entity]:
        searched = text[:SEARCHED_CHARS]
        found = [
            self._entity(entity, extractor, match)
            for entity, extractor, pattern in self._patterns
            for match in pattern.finditer(searched)
            if match.group()
        ]
        return _longest(found)

    def canonical(self, value: Any) -> Any:
        """What a value is called when it is a synonym of something."""
        return self._synonyms.get(value.lower(), value) if isinstance(value, str) else value

    def _entity(self, entity: str, extractor: str, match: re.Match[str]) -> Entity:
        words = match.group()
        return {
            "entity": entity,
            "start": match.start(),
            "end": match.end(),
            "value": self.canonical(words),
            "extractor": extractor,
        }


def _one_of(words: set[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _longest(found: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda e: (e["start"] - e["end"], e["start"])):
        if not any(_overlap(entity, other) for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda e: e["start"])


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["entity"] == other["entity"] and one["start"] < other["end"] and other["start"] < one["end"]
    )
