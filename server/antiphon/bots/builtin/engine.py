"""The built-in bot: a Rasa project, a classifier and an action server behind the bot port.

Reading and training happen in a thread when it starts; a turn is a few milliseconds on the loop, plus what
the action server takes. Whatever fails inside a turn becomes an apology and a person.

`run` watches the project's files. What has changed is read and learned beside what is running, and takes its
place between two turns; a project that cannot be run leaves the old one running and says why.
"""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

import structlog

from antiphon.bots.about import About, State
from antiphon.bots.action_server import ActionServerProcess
from antiphon.bots.actions import ActionRejected, Actions
from antiphon.bots.builtin.dialogue import Dialogue
from antiphon.bots.builtin.handover import hand_over
from antiphon.bots.builtin.loaded import Loaded, Loader
from antiphon.bots.builtin.policy import LISTEN
from antiphon.bots.builtin.source import ProjectError
from antiphon.bots.builtin.talk import Talk
from antiphon.bots.builtin.tracker import Item, Tracker
from antiphon.bots.builtin.watch import Watch
from antiphon.bots.conventions import FALLBACK, KNOWLEDGE
from antiphon.bots.llm import Writer
from antiphon.bots.port import BotFailed, Outcome, Trackers, Turn

log = structlog.get_logger(__name__)

LOOK_S = 3.0  # how long a changed file waits to be noticed
GREETING = "greet"  # the intent whose rule opens a conversation


class BuiltinBot:
    """`server` is started and closed with the bot; None when the actions run somewhere else. `writer`
    words answers from articles that are only near; `encoder` is the folder of a sentence encoder. Usually
    there is neither."""

    name = "builtin"

    def __init__(
        self,
        folder: Path,
        actions: Actions,
        trackers: Trackers,
        cache: Path | None = None,
        server: ActionServerProcess | None = None,
        writer: Writer | None = None,
        encoder: Path | None = None,
    ) -> None:
        self._folder = folder
        self._loader = Loader(folder, cache, encoder)
        self._actions = actions
        self._trackers = trackers
        self._server = server
        self._served = False
        self._writer = writer
        self._loaded: Loaded | None = None
        self._watch = Watch(folder)
        self._wake = asyncio.Event()
        self._state: tuple[State, str, int] = ("ready", "", wall_ms())

    async def start(self) -> None:
        """Raises `ProjectError` when the project cannot be run."""
        await asyncio.to_thread(self._watch.changed)
        self._loaded = await self._loader.load()
        await self._serve(self._loaded)

    async def run(self) -> None:
        """Take over what changes on disk, for as long as the node lives."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
            self._wake.clear()
            if await asyncio.to_thread(self._watch.changed):
                await self._take_over()

    def look(self) -> None:
        """The files may have changed: look now rather than later."""
        self._wake.set()

    async def _take_over(self) -> None:
        self._become("training", "The project has changed and is being learned.")
        try:
            loaded = await self._loader.load(self._loaded)
            await self._serve(loaded)
        except (ProjectError, BotFailed, OSError, ValueError) as broken:
            log.error("bot_project_broken", folder=str(self._folder), why=str(broken))
            self._become("failed", str(broken))
        except Exception as error:  # a loop's edge: the old project goes on
            log.exception("bot_project_failed", folder=str(self._folder))
            self._become("failed", f"The project could not be read ({type(error).__name__}).")
        else:
            known = len(loaded.project.examples.examples)
            log.info("bot_project_taken_over", examples=known, articles=loaded.articles)
            self._loaded = loaded
            self._become("ready", "")

    def _become(self, state: State, sentence: str) -> None:
        self._state = (state, sentence, wall_ms())

    async def _serve(self, loaded: Loaded) -> None:
        """Start the action server once a project has actions."""
        if self._server and loaded.project.domain.actions and not self._served:
            self._served = True
            await self._server.start()

    async def close(self) -> None:
        if self._server:
            await self._server.close()

    def describe(self) -> str:
        """One sentence for whoever starts the server."""
        if self._loaded is None:
            return f"The built-in bot has not started yet ({self._folder})."
        notice = f" {self._server.notice}" if self._server and self._server.notice else ""
        return f"The built-in bot runs {self._folder} ({self._loaded.intents} intents).{notice}"

    def about(self) -> About:
        state, sentence, since_ms = self._state
        told = self._loaded.told() if self._loaded else {}
        return About(
            says=self.describe(), state=state, sentence=sentence, since_ms=since_ms, folder=self._folder,
            **told,
        )  # fmt: skip

    async def reply(self, turn: Turn) -> Outcome:
        loaded = self._loaded  # a turn sees one project from beginning to end
        if loaded is None:
            raise BotFailed("the bot has not started")
        if turn.start and not _greets(loaded):
            return Outcome()
        kept = await self._trackers.load(turn.conversation)
        tracker = Tracker(turn.conversation, loaded.project.domain.slots, kept)
        tracker.begin(f"{turn.at_ms} {turn.text}")
        talk = Talk(loaded.project, self._actions, tracker, turn, self._writer)
        parsed = await loaded.understand(f"/{GREETING}" if turn.start else turn.text)
        await _converse(talk, loaded, parsed)
        await self._trackers.save(turn.conversation, tracker.to_json())
        return _outcome(talk)


async def _converse(talk: Talk, loaded: Loaded, parsed: dict[str, object]) -> None:
    try:
        await Dialogue(talk, loaded.policy).hear(parsed)
    except (BotFailed, ActionRejected) as failure:
        log.warning("bot_failed", conversation=talk.turn.conversation, why=str(failure))
        talk.failure = str(failure)
        talk.hand_off("failure")
        talk.say("utter_failure", fallback=True)
        talk.acted(LISTEN)
    if talk.tracker.paused:
        talk.hand_off("rule")


def _greets(loaded: Loaded) -> bool:
    path = [Item("intent", GREETING, None, {})]
    return loaded.policy.next_action(path) not in (None, LISTEN)


def _outcome(talk: Talk) -> Outcome:
    intent, confidence = _understood(talk)
    return Outcome(
        replies=tuple(talk.replies),
        handoff=hand_over(talk, talk.handoff) if talk.handoff else None,
        ticket=talk.ticket,
        intent=intent,
        confidence=confidence,
        confirm=talk.confirm,
        end=talk.end or talk.tracker.ended,
    )


def _understood(talk: Talk) -> tuple[str | None, float | None]:
    """What the turn was taken for, and how sure that is; after a fallback, the likeliest guess.

    A question that an article answered has no intent of its own.
    """
    if talk.turn.start:
        return None, None
    if talk.found:
        return KNOWLEDGE, talk.found.score
    message = talk.tracker.latest_message
    intent = message.get("intent") or {}
    if intent.get("name") != FALLBACK:
        return intent.get("name"), intent.get("confidence")
    if not any(reply.fallback for reply in talk.replies):
        return None, None  # a form took the words for its answer, whatever they may mean elsewhere
    guesses = (one for one in message["intent_ranking"] if one["name"] != FALLBACK)
    best: dict[str, Any] = next(guesses, {})
    return best.get("name"), best.get("confidence")


def wall_ms() -> int:
    """UTC milliseconds by this machine's clock."""
    return time.time_ns() // 1_000_000
