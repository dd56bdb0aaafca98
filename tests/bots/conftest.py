"""The demo shop's bot, trained once; its actions run in this process by rasa-sdk's own executor."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from antiphon.bots.actions import ActionResult
from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.port import Bot, BotFailed, MemoryTrackers, Outcome, Trackers, Turn


class SdkActions:
    """`Actions` without a network: the project's own code, as rasa-sdk would run it."""

    def __init__(self) -> None:
        self._executor = ActionExecutor()
        self._executor.register_package("antiphon_bot.actions")
        self.calls: list[str] = []

    async def run(self, name: str, tracker: Mapping[str, Any], domain: Mapping[str, Any]) -> ActionResult:
        self.calls.append(name)
        call = {"next_action": name, "sender_id": tracker["sender_id"], "tracker": tracker, "domain": domain}
        result = await self._executor.run(call)
        assert result is not None
        return ActionResult(result.events, result.responses)


class ScriptedActions:
    """`Actions` that answer what a test wants; an exception is raised."""

    def __init__(self, **answers: ActionResult | Exception) -> None:
        self.answers = answers
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    async def run(self, name: str, tracker: Mapping[str, Any], domain: Mapping[str, Any]) -> ActionResult:
        self.calls.append((name, tracker))
        answer = self.answers.get(name, BotFailed(f"nobody runs {name}"))
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Chat:
    """One visitor talking to a bot; remembers the last outcome."""

    bot: Bot
    conversation: str = "visitor-1"
    at_ms: int = 1_000
    last: Outcome = field(default_factory=Outcome)

    async def opens(self) -> Outcome:
        return await self._turn(Turn(conversation=self.conversation, text="", at_ms=self.at_ms, start=True))

    async def says(self, *lines: str) -> Outcome:
        for line in lines:
            await self._turn(Turn(conversation=self.conversation, text=line, at_ms=self.at_ms))
        return self.last

    async def presses(self, title: str) -> Outcome:
        """Press a button of the last reply by what it says."""
        offered = {q.title: q.payload for reply in self.last.replies for q in reply.quick_replies}
        return await self.says(offered[title])

    async def _turn(self, turn: Turn) -> Outcome:
        self.at_ms += 1_000
        self.last = await self.bot.reply(turn)
        return self.last


def texts(outcome: Outcome) -> list[str]:
    return [reply.text for reply in outcome.replies]


def buttons(outcome: Outcome) -> list[str]:
    return [q.title for reply in outcome.replies for q in reply.quick_replies]


def write_project(folder: Path, **files: str) -> Path:
    """A project of few lines; `data_nlu` is `data/nlu.yml`."""
    for name, words in files.items():
        file = folder / (name.replace("_", "/", 1) + ".yml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words)
    return folder


async def started(folder: Path, actions: Any = None, trackers: Trackers | None = None) -> BuiltinBot:
    bot = BuiltinBot(folder, actions or ScriptedActions(), trackers or MemoryTrackers())
    await bot.start()
    return bot


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trained")


@pytest.fixture(scope="session")
def sdk() -> SdkActions:
    return SdkActions()


@pytest.fixture(scope="session")
async def shop(cache: Path, sdk: SdkActions) -> AsyncIterator[BuiltinBot]:
    bot = BuiltinBot(default_project(), sdk, MemoryTrackers(), cache)
    await bot.start()
    yield bot
    await bot.close()


@pytest.fixture
def chat(shop: BuiltinBot, request: pytest.FixtureRequest) -> Chat:
    return Chat(shop, conversation=request.node.name)
