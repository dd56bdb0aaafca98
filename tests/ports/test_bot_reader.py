"""Who asks the bot is answered: in order, once, at once; and what was asked while nobody looked as well."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from antiphon.bots.port import Outcome, Reply, Turn
from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.events import Actor, Event
from antiphon.readers import bot as reading
from antiphon.readers.bot import BotReader
from antiphon.readers.loop import Loop
from tests.ports.conftest import Office

VISITOR = Actor(kind="visitor", id="v1")
AT_ONCE_S = 1.0  # less than until the reader looks around by itself


@dataclass
class Echo:
    """A bot that repeats what it hears; to "hush" it says nothing."""

    name: str = "echo"
    heard: list[str] = field(default_factory=list)

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def reply(self, turn: Turn) -> Outcome:
        await asyncio.sleep(0)
        self.heard.append(turn.text)
        return Outcome() if turn.text in ("", "hush") else Outcome(replies=(Reply(text=f"{turn.text}?"),))


@asynccontextmanager
async def listening(here: Office, bot: Echo) -> AsyncIterator[None]:
    """A reader at work, as the node runs it."""
    reader = BotReader(here.desk, bot, "Echo", lambda conversation, on: None)
    loop = Loop("bot", reader.look, minds=reader.minds, every_s=60, turn=None)
    here.tail.listen(reader.follow)
    here.tail.listen(loop.follow)
    running = asyncio.create_task(loop.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await reader.close()


async def begin(desk: Desk, text: str) -> str:
    conversation = uuid.uuid4().hex
    await desk.handle(ask.Start(
        conversation=conversation, actor=VISITOR, visitor="v1", site="default", queue="support", bot="echo",
        text=text,
    ))  # fmt: skip
    return conversation


async def say(desk: Desk, conversation: str, text: str) -> None:
    await desk.handle(ask.Say(conversation=conversation, actor=VISITOR, text=text))


async def answers(here: Office, conversation: str, count: int) -> list[tuple[str, int | None]]:
    """The bot's words in order, with the number of what each answers."""
    async with asyncio.timeout(AT_ONCE_S * 10):
        while len(found := [e for e in here.seen if _of_bot(e, conversation)]) < count:  # noqa: ASYNC110 - the office keeps a list
            await asyncio.sleep(0.01)
    return [((e.words or {})["text"], e.cause) for e in found]


def _of_bot(event: Event, conversation: str) -> bool:
    return event.stream == conversation and event.data.get("sender") == "bot"


async def test_a_burst_is_answered_in_order_and_once(here: Office) -> None:
    async with listening(here, Echo()):
        conversation = await begin(here.desk, "one")
        await asyncio.gather(*(say(here.desk, conversation, text) for text in ("two", "three")))
        said = await answers(here, conversation, 3)
    assert [text for text, _ in said] == ["one?", "two?", "three?"]
    causes = [cause for _, cause in said]
    assert causes == sorted({*causes})


async def test_what_is_asked_during_a_turn_need_not_wait_for_a_look_around(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOOK_AROUND_S", 3600.0)
    async with listening(here, Echo()), asyncio.timeout(10):
        talks = [await begin(here.desk, "hello") for _ in range(5)]
        for turn in range(1, 6):
            await asyncio.gather(*(say(here.desk, conversation, f"{turn}") for conversation in talks))
            for conversation in talks:
                assert (await answers(here, conversation, turn + 1))[-1][0] == f"{turn}?"


async def test_what_was_asked_before_is_found(here: Office) -> None:
    conversation = await begin(here.desk, "anybody there")
    await say(here.desk, conversation, "hello")
    async with listening(here, Echo()):
        said = await answers(here, conversation, 2)
        await say(here.desk, conversation, "now")
        said = await answers(here, conversation, 3)
    assert [text for text, _ in said] == ["anybody there?", "hello?", "now?"]


async def test_silence_is_an_answer(here: Office) -> None:
    bot = Echo()
    async with listening(here, bot):
        conversation = await begin(here.desk, "one")
        await answers(here, conversation, 1)
        await say(here.desk, conversation, "hush")
        await say(here.desk, conversation, "two")
        said = await answers(here, conversation, 2)
    assert [text for text, _ in said] == ["one?", "two?"]
    assert bot.heard.count("hush") == 1
