"""Suggestions for a project as it is on disk: what it would understand by now is left out."""

from collections.abc import Collection

import msgspec

from antiphon.bots.builtin.fallback import KNOWN
from antiphon.bots.builtin.loaded import Loaded, Loader
from antiphon.bots.conventions import FALLBACK
from antiphon.bots.privacy import clean
from antiphon.bots.workbench.learning import Suggestion, as_example, suggest
from antiphon.journal.store import Store
from antiphon.learning.asked import not_understood


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """`asked`: how many texts were looked at."""

    suggestions: list[Suggestion]
    asked: int


async def find(store: Store, loader: Loader, from_ms: int, to_ms: int, dropped: Collection[str]) -> Suggested:
    """Of what was asked in `[from_ms, to_ms)`. Raises `ProjectError` for a project that cannot be read."""
    loaded = await loader.load()
    examples, classifier = loaded.project.examples.examples, loaded.classifier
    if classifier is None:
        return Suggested(suggestions=[], asked=0)
    asked = await not_understood(store, from_ms, to_ms, loaded.interpreter.limits.answer)
    told = {example.text.lower() for example in examples}
    unknown = [one for one in asked if not _known(loaded, told, one.text)]
    return Suggested(suggestions=suggest(unknown, classifier, examples, dropped), asked=len(asked))


def _known(loaded: Loaded, told: Collection[str], text: str) -> bool:
    """Whether the bot has just been told, or would have an answer by now."""
    if as_example(clean(text)).lower() in told:
        return True
    if loaded.interpreter.parse(text)["intent"]["name"] != FALLBACK:
        return True
    found = loaded.project.knowledge.search(text, most=1)
    return bool(found) and found[0].score >= KNOWN
