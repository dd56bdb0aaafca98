"""What administrators do to the bot: see how it is, take suggestions or drop them, write articles.

Only the built-in bot can be taught; of any other a teacher tells what there is to tell. Every change is a
change of the project's files on this node's disk, which the bot then takes over by itself.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from antiphon.bots.about import About
from antiphon.bots.articles import Articles, Guide, Placed, Words
from antiphon.bots.build import Engine
from antiphon.bots.builtin.source import ProjectError
from antiphon.bots.files import why_not
from antiphon.bots.workbench.learning import Suggestion, accept_as_article, accept_as_examples
from antiphon.domain.errors import Refused
from antiphon.journal.dropped import Dropped
from antiphon.learning.apart import Apart, Count, Find
from antiphon.learning.findings import Suggested
from antiphon.learning.turns import Counted

DAY_MS = 86_400_000
REST = 3.0  # times what making took: so long a list is good enough while the journal moves on
LONGEST_S = 60.0  # that any list is kept: words may be erased meanwhile
DAYS = 30
NOT_OURS = "Only the built-in bot learns here: the bot is a Rasa server, which has its project and trains it."
NONE = "There is no bot here."
PACKAGED = (
    "This is the bot that comes with Antiphon, and the next update brings it again. Copy it with "
    "`antiphon bot copy FOLDER` and name the copy in ANTIPHON_BOT_PROJECT."
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Where the bot's project and the journal are. `packaged`: the project is no operator's own."""

    url: str
    cache: Path | None = None
    encoder: Path | None = None
    packaged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Suggestions as they were at `made_at_ms`, of so many texts in so many days; what they were made of."""

    suggestions: tuple[Suggestion, ...]
    asked: int
    days: int
    made_at_ms: int
    took_s: float
    head: int
    project_ms: int
    at_s: float = field(default_factory=time.monotonic)


class Teacher:
    """One a node. `head` is the journal's last position."""

    def __init__(
        self, bot: Engine, dropped: Dropped, of: Taught, head: Callable[[], int], now_ms: Callable[[], int]
    ) -> None:
        self._bot, self._dropped, self._of, self._head, self._now_ms = bot, dropped, of, head, now_ms
        self._apart = Apart()
        self._lists: dict[int, Listed] = {}
        self._shown: dict[str, Suggestion] = {}
        self._listing, self._writing = asyncio.Lock(), asyncio.Lock()

    @property
    def engine(self) -> str:
        return self._bot.name

    def about(self) -> About:
        return self._bot.about()

    def why_not(self) -> str:
        """Why nothing can be changed here; empty when it can."""
        folder = self.about().folder
        if folder is None:
            return NONE if self.engine == "none" else NOT_OURS
        return PACKAGED if self._of.packaged else why_not(folder)

    async def counted(self, from_ms: int, to_ms: int) -> Counted:
        """The bot's turns of a period, whatever bot it was."""
        return await self._apart.ask(Count(url=self._of.url, from_ms=from_ms, to_ms=to_ms), Counted)

    # -- suggestions ------------------------------------------------------------------------------

    async def suggestions(self, days: int = DAYS) -> Listed:
        """Out of the last days. Made anew when the project or the journal has moved, but not all the time."""
        folder = self._project()
        async with self._listing:
            kept = self._lists.get(days)
            if kept is None or self._is_old(kept):
                self._lists[days] = kept = await self._list(folder, days)
                self._shown = {one.id: one for made in self._lists.values() for one in made.suggestions}
            return kept

    def _is_old(self, kept: Listed) -> bool:
        age_s = time.monotonic() - kept.at_s
        moved = kept.head != self._head() and age_s > REST * kept.took_s
        return moved or kept.project_ms != self.about().since_ms or age_s > LONGEST_S

    async def _list(self, folder: Path, days: int) -> Listed:
        began, head, project_ms = time.monotonic(), self._head(), self.about().since_ms
        now_ms = self._now_ms()
        found = await self._apart.ask(
            Find(
                url=self._of.url, from_ms=now_ms - days * DAY_MS, to_ms=now_ms + 1, project=str(folder),
                cache=_said(self._of.cache), encoder=_said(self._of.encoder),
                dropped=sorted(await self._dropped.all()),
            ),
            Suggested,
        )  # fmt: skip
        return Listed(
            suggestions=tuple(found.suggestions), asked=found.asked, days=days, made_at_ms=now_ms,
            took_s=time.monotonic() - began, head=head, project_ms=project_ms,
        )  # fmt: skip

    def forget(self) -> None:
        """Words were erased: what was listed is void. Other nodes notice within a minute."""
        self._lists.clear()
        self._shown.clear()

    async def suggestion(self, key: str) -> Suggestion:
        """One that was shown, or would be. Raises `Refused("not_found")`."""
        if key not in self._shown:
            await self.suggestions()
        if key not in self._shown:
            raise Refused("not_found", "There is no such suggestion any more. Load the list again.")
        return self._shown[key]

    async def accept_examples(self, key: str, intent: str, texts: Sequence[str] | None = None) -> int:
        """Make texts of a suggestion, all or some, examples of an intent: how many were new."""
        one = await self.suggestion(key)
        if intent not in (known.name for known in self.about().intents):
            raise Refused("bad_request", "The bot has no such intent.", field="intent")
        wanted = one.texts if texts is None else tuple(texts)
        if not wanted or not set(wanted) <= set(one.texts):
            raise Refused("bad_request", "These are not texts of this suggestion.", field="texts")
        added = await self._write(lambda folder: accept_as_examples(folder, intent, wanted))
        self._shown.pop(key, None)
        return added

    async def accept_article(self, key: str, answer: str, question: str = "", guide: str = "") -> Placed:
        """Make a suggestion an article with an answer that a person has worded."""
        one = await self.suggestion(key)
        placed = await self._write(lambda folder: accept_as_article(folder, one, answer, question, guide))
        self._shown.pop(key, None)
        return placed

    async def drop(self, key: str, by: str) -> None:
        """Never suggest it again."""
        await self.suggestion(key)
        await self._dropped.add(key, by)
        self._lists.clear()
        self._shown.pop(key, None)

    # -- articles ---------------------------------------------------------------------------------

    async def articles(self) -> tuple[list[Placed], list[Guide]]:
        return await _in_thread(lambda folder: Articles(folder).all(), self._project())

    async def add_article(self, guide: str, words: Words) -> Placed:
        return await self._write(lambda folder: Articles(folder).add(guide, words))

    async def change_article(self, key: str, version: str, words: Words) -> Placed:
        return await self._write(lambda folder: Articles(folder).change(key, version, words))

    async def remove_article(self, key: str) -> Placed:
        return await self._write(lambda folder: Articles(folder).remove(key))

    # -- the project ------------------------------------------------------------------------------

    def _project(self) -> Path:
        """Raises `Refused` where there is none of ours."""
        folder = self.about().folder
        if folder is None:
            raise Refused("conflict", self.why_not())
        return folder

    async def _write(self, change: Callable[[Path], T]) -> T:
        """One change at a time; the bot looks at it at once."""
        folder, problem = self._project(), self.why_not()
        if problem:
            raise Refused("conflict", problem)
        async with self._writing:
            done = await _in_thread(change, folder)
        self._lists.clear()
        self._bot.look()
        return done


async def _in_thread(work: Callable[[Path], T], folder: Path) -> T:
    try:
        return await asyncio.to_thread(work, folder)
    except ProjectError as broken:
        raise Refused("conflict", f"The bot's project cannot be read: {broken}.") from None


def _said(path: Path | None) -> str | None:
    return str(path) if path else None
