"""A chat with a bot in the terminal. `read` gives a line or None at the end, `write` shows one."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator

from antiphon.bots.port import Bot, BotFailed, Outcome, Turn

Read = Callable[[], str | None]
Write = Callable[[str], None]


async def chat(bot: Bot, read: Read, write: Write) -> None:
    """Talk until the input ends. A number presses the button of that number in the last reply."""
    conversation = f"shell-{secrets.token_hex(8)}"
    outcome = await _turn(bot, Turn(conversation=conversation, text="", at_ms=_now_ms(), start=True), write)
    while (line := await asyncio.to_thread(read)) is not None:
        if not line.strip():
            continue
        text = _pressed(line.strip(), outcome)
        outcome = await _turn(bot, Turn(conversation=conversation, text=text, at_ms=_now_ms()), write)


async def _turn(bot: Bot, turn: Turn, write: Write) -> Outcome:
    try:
        outcome = await bot.reply(turn)
    except BotFailed as failure:
        write(f"! {failure}")
        return Outcome()
    for line in lines(outcome):
        write(line)
    return outcome


def lines(outcome: Outcome) -> Iterator[str]:
    number = 0
    for reply in outcome.replies:
        yield f"bot: {reply.text}" if reply.text else "bot:"
        if reply.image:
            yield f"     image {reply.image}"
        if reply.custom:
            yield f"     custom {dict(reply.custom)}"
        for button in reply.quick_replies:
            number += 1
            yield f"     [{number}] {button.title}"
    if outcome.intent:
        yield f"     ({outcome.intent} {outcome.confidence or 0:.0%})"
    if outcome.handoff:
        yield f"     → hand-off: {outcome.handoff.reason}"
        yield from (f"       {line}" for line in outcome.handoff.summary.splitlines())


def _pressed(line: str, outcome: Outcome) -> str:
    buttons = [button for reply in outcome.replies for button in reply.quick_replies]
    if line.isdigit() and 1 <= int(line) <= len(buttons):
        return buttons[int(line) - 1].payload
    return line


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
