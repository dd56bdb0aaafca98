"""The built-in bot: a Rasa project, a classifier and an action server behind the bot port.

Reading and training happen in a thread when it starts; a turn is a few milliseconds on the loop, plus what
the action server takes. Whatever fails inside a turn becomes an apology and a person.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from antiphon.bots.action_server import ActionServerProcess
from antiphon.bots.actions import ActionRejected, Actions
from antiphon.bots.builtin.dialogue import Dialogue
from antiphon.bots.builtin.handover import hand_over
from antiphon.bots.builtin.policy import LISTEN, Policy
from antiphon.bots.builtin.project import Project, read_project
from antiphon.bots.builtin.talk import Talk
from antiphon.bots.builtin.tracker import Item, Tracker
from antiphon.bots.llm import Writer
from antiphon.bots.port import BotFailed, Outcome, Trackers, Turn

if TYPE_CHECKING:
    from antiphon.bots.builtin.parse import Interpreter

log = structlog.get_logger(__name__)

GREETING = "greet"  # the intent whose rule opens a conversation
KNOWLEDGE = "knowledge"  # the intent of what an article answered


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
        self._encoder = encoder
        self._actions = actions
        self._trackers = trackers
        self._cache = cache
        self._server = server
        self._writer = writer
        self._project: Project | None = None
        self._interpreter: Interpreter | None = None
        self._policy = Policy(())

    async def start(self) -> None:
        """Raises `ProjectError` when the project cannot be run."""
        project, self._interpreter = await asyncio.to_thread(
            _prepare, self._folder, self._cache, self._encoder
        )
        self._project, self._policy = project, Policy(project.fragments)
        if self._server and project.domain.actions:
            await self._server.start()

    async def close(self) -> None:
        if self._server:
            await self._server.close()

    def describe(self) -> str:
        """One sentence for whoever starts the server."""
        if self._project is None:
            return f"The built-in bot has not started yet ({self._folder})."
        intents = len({example.intent for example in self._project.examples.examples})
        notice = f" {self._server.notice}" if self._server and self._server.notice else ""
        return f"The built-in bot runs {self._folder} ({intents} intents).{notice}"

    async def reply(self, turn: Turn) -> Outcome:
        if self._project is None or self._interpreter is None:
            raise BotFailed("the bot has not started")
        if turn.start and not self._greets():
            return Outcome()
        kept = await self._trackers.load(turn.conversation)
        tracker = Tracker(turn.conversation, self._project.domain.slots, kept)
        tracker.begin(f"{turn.at_ms} {turn.text}")
        talk = Talk(self._project, self._actions, tracker, turn, self._writer)
        parsed = await self._understand(f"/{GREETING}" if turn.start else turn.text)
        await self._converse(talk, parsed)
        await self._trackers.save(turn.conversation, tracker.to_json())
        return _outcome(talk)

    async def _understand(self, text: str) -> dict[str, object]:
        """By words on the loop (0.2 ms); a sentence encoder takes long enough for a thread."""
        assert self._interpreter is not None
        if self._encoder is None:
            return self._interpreter.parse(text)
        return await asyncio.to_thread(self._interpreter.parse, text)

    async def _converse(self, talk: Talk, parsed: dict[str, object]) -> None:
        try:
            await Dialogue(talk, self._policy).hear(parsed)
        except (BotFailed, ActionRejected) as failure:
            log.warning("bot_failed", conversation=talk.turn.conversation, why=str(failure))
            talk.failure = str(failure)
            talk.hand_off("failure")
            talk.say("utter_failure", fallback=True)
            talk.acted(LISTEN)
        if talk.tracker.paused:
            talk.hand_off("rule")

    def _greets(self) -> bool:
        path = [Item("intent", GREETING, None, {})]
        return self._policy.next_action(path) not in (None, LISTEN)


def _prepare(folder: Path, cache: Path | None, encoder: Path | None) -> "tuple[Project, Interpreter]":
    """Read and train; numpy is imported here, in the thread."""
    from antiphon.bots.builtin.parse import Interpreter
    from antiphon.bots.builtin.trainer import opened, trained

    embedder = opened(encoder)
    project = read_project(folder, embedder)
    classifier = trained(folder, project.examples.examples, cache, encoder, embedder)
    return project, Interpreter(project, classifier)


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
    """What the turn was taken for; a question that an article answered has no intent of its own."""
    if talk.turn.start:
        return None, None
    if talk.found:
        return KNOWLEDGE, talk.found.score
    intent = talk.tracker.latest_message.get("intent") or {}
    return intent.get("name"), intent.get("confidence")
