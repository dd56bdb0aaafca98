"""What people say: `data/nlu.yml` as examples, synonyms, lookups and regular expressions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from antiphon.bots.builtin.domain import Domain
from antiphon.bots.builtin.source import Node, example_lines

ANNOTATION = re.compile(r"\[(?P<words>[^\]]+)\](?:\((?P<entity>[^)]+)\)|(?P<json>\{[^}]+\}))")
REGEX_CHARS = 500  # a bot's author may err, but not for long


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    intent: str


@dataclass(slots=True)
class Examples:
    """Gathered over all files; `words` are annotated values by entity, which work as a lookup does."""

    examples: list[Example] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, set[str]] = field(default_factory=dict)
    patterns: dict[str, list[re.Pattern[str]]] = field(default_factory=dict)


def read_examples(documents: list[Node], domain: Domain) -> Examples:
    gathered = Examples()
    for document in documents:
        section = document.get("nlu")
        for block in section.items() if section else []:
            _read_block(block, gathered, domain)
    return gathered


def _read_block(block: Node, into: Examples, domain: Domain) -> None:
    known = block.mapping()
    for kind, read in READERS.items():
        if kind in known:
            name = known[kind].text()
            if kind == "intent":
                _check_intent(known[kind], name, domain)
                _read_title(block, name, into)
            if "examples" not in known:
                raise block.wrong(f"`{kind}: {name}` has no `examples`")
            for line in example_lines(known["examples"]):
                read(name, line, into, domain)
            return
    raise block.wrong(f"expected one of {', '.join(READERS)}, found {', '.join(known) or 'nothing'}")


def _check_intent(node: Node, name: str, domain: Domain) -> None:
    if "/" in name:
        raise node.wrong(f"retrieval intent `{name}` needs Rasa's ResponseSelector; use ANTIPHON_BOT=rasa")
    if name not in domain.intents:
        raise node.wrong(f"intent `{name}` is not in the domain")


def _read_title(block: Node, intent: str, into: Examples) -> None:
    metadata = block.get("metadata")
    title = metadata.get("title") if metadata and isinstance(metadata.value, dict) else None
    if title:
        into.titles[intent] = title.text()


def _read_example(intent: str, line: Node, into: Examples, domain: Domain) -> None:
    def note(found: re.Match[str]) -> str:
        words = found["words"]
        entity, value = _annotated(found, line)
        if entity not in domain.entities:
            raise line.wrong(f"entity `{entity}` is not in the domain")
        into.lookups.setdefault(entity, set()).add(words)
        if value is not None:
            into.synonyms[words.lower()] = value
        return words

    into.examples.append(Example(ANNOTATION.sub(note, line.text()), intent))


def _annotated(found: re.Match[str], line: Node) -> tuple[str, str | None]:
    """Entity and, when it differs from the words, value of `[words](entity:value)` or `[words]{json}`."""
    if found["entity"]:
        entity, _, value = found["entity"].partition(":")
        return entity, value or None
    try:
        settings: Mapping[str, Any] = json.loads(found["json"])
        entity = str(settings["entity"])
    except (ValueError, KeyError) as broken:
        raise line.wrong("an annotation must be JSON with an `entity`") from broken
    if {"role", "group"} & set(settings):
        raise line.wrong("entity roles and groups need Rasa's own models; use ANTIPHON_BOT=rasa")
    value = settings.get("value")
    return entity, str(value) if value is not None else None


def _read_synonym(value: str, line: Node, into: Examples, domain: Domain) -> None:
    into.synonyms[line.text().lower()] = value


def _read_lookup(entity: str, line: Node, into: Examples, domain: Domain) -> None:
    into.lookups.setdefault(entity, set()).add(line.text())


def _read_regex(entity: str, line: Node, into: Examples, domain: Domain) -> None:
    source = line.text()
    if len(source) > REGEX_CHARS:
        raise line.wrong(f"a regular expression longer than {REGEX_CHARS} characters")
    try:
        into.patterns.setdefault(entity, []).append(re.compile(source, re.IGNORECASE))
    except re.error as broken:
        raise line.wrong(f"not a regular expression: {broken}") from broken


READERS = {
    "intent": _read_example,
    "synonym": _read_synonym,
    "lookup": _read_lookup,
    "regex": _read_regex,
}
