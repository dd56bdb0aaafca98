"""A project that can answer, and how one comes to be: read, learned, put together.

Reading and opening happen in a thread. Learning something new while a bot is running happens in a process of
its own, for it is Python as much as numpy; a classifier whose examples are the same is kept.
"""

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antiphon.bots.about import Known, Limits
from antiphon.bots.builtin.policy import Policy
from antiphon.bots.builtin.project import Project, read_project
from antiphon.bots.builtin.source import Reader
from antiphon.bots.builtin.trainer import LITTLE, is_kept, load, opened, train_apart

if TYPE_CHECKING:
    from antiphon.bots.builtin.classifier import Classifier
    from antiphon.bots.builtin.embedding import Embedder
    from antiphon.bots.builtin.examples import Example
    from antiphon.bots.builtin.parse import Interpreter

FROM_KNOWLEDGE = "utter_from_knowledge"
SOME = 2  # examples of an intent that are told


@dataclass(frozen=True, slots=True)
class Loaded:
    """Never changes: who has begun with one ends with it."""

    project: Project
    policy: Policy
    interpreter: "Interpreter"
    classifier: "Classifier | None"
    slow: bool  # it understands by meaning, which takes long enough for a thread

    @property
    def intents(self) -> int:
        return len({example.intent for example in self.project.examples.examples})

    @property
    def articles(self) -> int:
        return len(self.project.knowledge.articles)

    async def understand(self, text: str) -> dict[str, object]:
        """By words on the loop (0.2 ms)."""
        if not self.slow:
            return self.interpreter.parse(text)
        return await asyncio.to_thread(self.interpreter.parse, text)

    def told(self) -> dict[str, Any]:
        """What `About` says of a project."""
        limits, titles = self.interpreter.limits, self.project.examples.titles
        texts: dict[str, list[str]] = {}
        for example in self.project.examples.examples:
            texts.setdefault(example.intent, []).append(example.text)
        known = [
            Known(name=name, title=titles.get(name), examples=len(some), some=tuple(some[:SOME]))
            for name, some in sorted(texts.items())
        ]
        return {
            "intents": tuple(known), "articles": self.articles,
            "article_says": self.project.responses[FROM_KNOWLEDGE][0].text,
            "limits": Limits(
                answer=limits.answer, offer=limits.offer, ambiguity=limits.ambiguity,
                calibrated=limits.calibrated,
            ),
        }  # fmt: skip


class Loader:
    """Of one folder; `cache` keeps what was learned, `encoder` is the folder of a sentence encoder."""

    def __init__(self, folder: Path, cache: Path | None, encoder: Path | None) -> None:
        self._folder, self._cache, self._encoder = folder, cache, encoder
        self._embedder: Embedder | None = None
        self._reader = Reader()

    async def load(self, before: Loaded | None = None) -> Loaded:
        """Raises `ProjectError`, `BotFailed`, or ValueError for an encoder that is none.

        With something running `before`, its classifier is used again if it learned from the same examples.
        """
        project = await asyncio.to_thread(self._read)
        examples = project.examples.examples
        if before is not None and before.project.examples.examples == examples:
            return await asyncio.to_thread(self._together, project, before.classifier)
        apart = before is not None or len(examples) > LITTLE
        classifier = await self._learned(examples, apart=apart) if examples else None
        return await asyncio.to_thread(self._together, project, classifier)

    def _read(self) -> Project:
        self._embedder = self._embedder or opened(self._encoder)
        return read_project(self._folder, self._embedder, self._reader.read)

    async def _learned(self, examples: "list[Example]", *, apart: bool) -> "Classifier":
        with contextlib.ExitStack() as stack:
            cache = self._cache
            if apart and cache is None:
                cache = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if apart and cache and not await asyncio.to_thread(is_kept, examples, cache, self._embedder):
                await train_apart(self._folder, cache, self._encoder)
            return await asyncio.to_thread(load, examples, cache, self._embedder)

    def _together(self, project: Project, classifier: "Classifier | None") -> Loaded:
        from antiphon.bots.builtin.parse import Interpreter

        interpreter = Interpreter(project, classifier)
        return Loaded(project, Policy(project.fragments), interpreter, classifier, self._encoder is not None)
