"""What a simulated agent knows: the plays, found again by what the visitor said. Pure.

An agent is given lines of text and nothing else. `Repertoire.find` compares them with every line a
visitor of the plays may say (rare words weigh most); `Mind` is one agent's thread through one
conversation. A stranger who follows no play, a real person, is answered politely by topic, never
with the same sentence twice.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log, sqrt
from random import Random

from antiphon.demo.dialogues import Block, Dialogue, dialogues, variants, words

SURE = 0.55  # cosine from which a line counts as known
SAME_PLAY = 0.25  # added for the play that is already being played
_WORD = re.compile(r"[\w’']+")

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A visitor's block in a play: the ways it may be said, as words and how often."""

    play: Dialogue
    block: int
    said: tuple[Counter[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Lines (mark, text) to say; `over` when that was the end, `known` when it comes from a play."""

    lines: tuple[tuple[str, str], ...]
    over: bool = False
    known: bool = False


class Repertoire:
    """Every play's cues. Likeness is the cosine of the words, rare ones weighing most."""

    def __init__(self, plays: Iterable[Dialogue]) -> None:
        self._cues = [cue for play in plays for cue in _cues(play)]
        seen = Counter(word for cue in self._cues for word in set().union(*cue.said))
        self._weights = {word: log(1 + len(self._cues) / often) for word, often in seen.items()}
        self._strange = log(1 + len(self._cues))
        self._vectors = [tuple(map(self._vector, cue.said)) for cue in self._cues]

    def find(self, text: str, near: Cue | None = None) -> Cue | None:
        """The cue that these words most likely are, or None when they are like none."""
        asked = self._vector(Counter(_tokens(text)))
        best, found = SURE, None
        for cue, vectors in zip(self._cues, self._vectors, strict=True):
            likeness = max(_dot(asked, vector) for vector in vectors)
            if near is not None and likeness > 0.2 and cue.play is near.play and cue.block > near.block:
                likeness += SAME_PLAY
            if likeness >= best:
                best, found = likeness, cue
        return found

    def _vector(self, said: Counter[str]) -> Weights:
        """Of length 1, or empty."""
        weighed = {word: often * self._weights.get(word, self._strange) for word, often in said.items()}
        length = sqrt(sum(weight * weight for weight in weighed.values()))
        return {word: weight / length for word, weight in weighed.items()}


def _dot(one: Weights, other: Weights) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


@cache
def repertoire() -> Repertoire:
    """Everything there is to know, encores included."""
    encores = (
        Dialogue(
            key=f"encore-{number}", queue=one["queue"], topic="follow-up", page="/", button=True,
            talk=(Block(visitor=(one["visitor"],), answer=(("A", one["agent"]),)),),
        )
        for number, one in enumerate(words()["encores"])
    )  # fmt: skip
    return Repertoire((*dialogues(), *encores))


class Mind:
    """One agent in one conversation."""

    def __init__(self, knows: Repertoire, random: Random) -> None:
        self._knows, self._random = knows, random
        self._cue: Cue | None = None
        self._used: set[str] = set()
        self.topic: str | None = None
        self.flag: str | None = None

    def answer(self, lines: Sequence[str], queue: str | None) -> Answer:
        """What to say to the visitor's last lines, in the queue where the conversation is."""
        text = " ".join(lines)
        cue = self._knows.find(text, self._cue) or next(
            (found for line in reversed(lines) if (found := self._knows.find(line, self._cue))), None
        )
        if cue is None:
            return self._improvise(text, queue)
        self._cue, self.topic, self.flag = cue, cue.play.topic, cue.play.flag
        return self._from_play(cue, queue)

    def _from_play(self, cue: Cue, queue: str | None) -> Answer:
        block = cue.play.talk[cue.block]
        handed = [text.split()[0] for mark, text in block.answer if mark == "T"]
        if queue in handed:  # I am the one it was handed to
            block = cue.play.talk[cue.block + 1]
        last = not block.answer or cue.block + 1 >= len(cue.play.talk)
        return Answer(lines=block.answer, over=last, known=True)

    def _improvise(self, text: str, queue: str | None) -> Answer:
        """Honest asides first, then what the topic has to say, each sentence once."""
        aside = None if is_german(text) else self._aside(text)
        if aside:
            return Answer(lines=(("A", aside),))
        sayings = _sayings(text, queue)
        fresh = [saying for saying in sayings if saying not in self._used] or sayings[-1:]
        self._used.add(fresh[0])
        return Answer(lines=(("A", fresh[0]),))

    def _aside(self, text: str) -> str | None:
        said = f" {' '.join(_tokens(text))} "
        for aside in words()["asides"]:
            if aside["text"] not in self._used and any(f" {w} " in said for w in aside["words"]):
                self._used.add(aside["text"])
                return str(aside["text"])
        return None


def is_german(text: str) -> bool:
    """Enough of the little words."""
    return len(set(words()["german"].split()) & set(_tokens(text))) >= 2


def _sayings(text: str, queue: str | None) -> list[str]:
    """What may be said about it: the topic whose words occur most, else the queue's, else anybody's."""
    if is_german(text):
        return list(words()["topics"][-1]["de"])
    said = set(_tokens(text))
    topics = words()["topics"]
    best = max(topics, key=lambda t: (len(said & set(t["words"].split())), t["queue"] == queue))
    return list(best["en"] if best["words"] else topics[-1]["en"])


def _cues(play: Dialogue) -> Iterator[Cue]:
    for number, block in enumerate(play.talk):
        if block.visitor:
            lines = [variants(line) for line in block.visitor]
            whole = " ".join(options[0] for options in lines)
            said = tuple(Counter(_tokens(one)) for one in (*(o for options in lines for o in options), whole))
            yield Cue(play=play, block=number, said=said)


def _tokens(text: str) -> list[str]:
    return [word.strip("'’") for word in _WORD.findall(text.lower())]
