"""Choosing the engine: plain values in, a bot out. Called by the composition root alone."""

import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import aiohttp

from antiphon.bots.about import About
from antiphon.bots.action_server import ActionServerProcess
from antiphon.bots.actions import ActionServer, Clock
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.llm import ChatEndpoint
from antiphon.bots.none import NoBot
from antiphon.bots.port import Bot, Trackers
from antiphon.bots.rasa import RasaBot

KINDS = ("builtin", "rasa", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """An OpenAI-compatible endpoint, such as `http://127.0.0.1:11434/v1`."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)


class Engine(Bot, Protocol):
    """A bot that can say what it is, and looks after itself for as long as `run` runs."""

    def describe(self) -> str: ...

    def about(self) -> About: ...

    async def run(self) -> None: ...

    def look(self) -> None:
        """Something of its own may have changed: look now rather than later."""


def build(
    kind: str,
    *,
    http: aiohttp.ClientSession,
    trackers: Trackers,
    project: Path | None = None,
    action_url: str | None = None,
    rasa_url: str | None = None,
    cache: Path | None = None,
    llm: LanguageModel | None = None,
    encoder: Path | None = None,
    told: Mapping[str, str] | None = None,
    clock: Clock = lambda: time.monotonic_ns() // 1_000_000,
) -> Engine:
    """The bot of that kind. Raises ValueError with a sentence when a value it needs is missing.

    `project` defaults to the demo shop's; `encoder` is the folder of a sentence encoder. Without
    `action_url` the built-in bot runs its own action server, whose environment has `told` in it.
    """
    if kind == "none":
        return NoBot()
    if kind == "rasa":
        if not rasa_url:
            raise ValueError("The bot `rasa` needs the address of a Rasa server (ANTIPHON_RASA_URL).")
        return RasaBot(http, rasa_url, clock)
    if kind != "builtin":
        raise ValueError(f"There is no bot `{kind}`; there are {', '.join(KINDS)}.")
    folder = project or default_project()
    writer = ChatEndpoint(http, llm.url, llm.model, clock, key=llm.key) if llm else None
    if action_url:
        return BuiltinBot(
            folder, ActionServer(http, lambda: action_url, clock), trackers, cache, None, writer, encoder
        )
    server = ActionServerProcess(http, python=sys.executable, told=told)
    actions = ActionServer(http, server.webhook, clock)
    return BuiltinBot(folder, actions, trackers, cache, server, writer, encoder)


def copy_project(folder: Path) -> None:
    """The demo shop's project in a new folder, to be changed. Raises FileExistsError.

    Its actions are Python and stay where they are: in the package `antiphon_bot`.
    """
    shutil.copytree(default_project(), folder, ignore=shutil.ignore_patterns("antiphon_bot", "__pycache__"))


def default_project() -> Path:
    """The demo shop's Rasa project: inside `antiphon_bot` in a wheel, around it in a checkout."""
    package = find_spec("antiphon_bot")
    if package is None or package.origin is None:
        raise ValueError("The package `antiphon_bot` with the demo shop's bot is not installed.")
    home = Path(package.origin).parent
    return next((f for f in (home / "project", home.parent) if (f / "domain.yml").is_file()), home.parent)
