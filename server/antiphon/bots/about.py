"""What a bot tells those who run it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["ready", "training", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An intent of a project: how many examples it has, and some of them."""

    name: str
    title: str | None
    examples: int
    some: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which confidence on a bot acts, asks back, and takes two intents for too near each other."""

    answer: float
    offer: float
    ambiguity: float
    calibrated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a bot is and how it is. `says` is one sentence; `sentence` why it is not `ready`.

    `failed`: a change could not be taken over, and what was there before goes on answering.
    `folder` is the project's, None where it is no business of ours.
    """

    says: str
    state: State = "ready"
    sentence: str = ""
    since_ms: int = 0
    folder: Path | None = None
    limits: Limits | None = None
    intents: tuple[Known, ...] = ()
    articles: int = 0
    article_says: str | None = None  # how an article is said: with {answer}, {guide} and {question}
