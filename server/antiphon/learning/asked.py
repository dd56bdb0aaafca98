"""What the bot did not understand, and what an agent answered afterwards.

A turn counts when its reply was a fallback, when it was handed over for low confidence, or when the bot was
less sure than it would have to be now; not when the bot failed or went round in circles. Spam and tests are
left out; words that were erased are not there.
"""

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from antiphon.bots.conventions import FALLBACK, KNOWLEDGE
from antiphon.bots.privacy import without
from antiphon.bots.workbench.learning import TEXTS, Asked
from antiphon.domain.events import Event
from antiphon.journal.store import Store
from antiphon.journal.visitors import names_of

FLAGS = ("conversation_started", "spam_flagged", "spam_cleared")
KINDS = (*FLAGS, "message")

UNDERSTOOD = ("failure", "loop")  # reasons of a hand-off whose last words are marked as fallback all the same

Turn = tuple[int | None, int]  # `n` of what was asked, where that is known, and of what came of it


async def not_understood(store: Store, from_ms: int, to_ms: int, sure: float) -> list[Asked]:
    """At most `TEXTS`, the latest first. `sure`: from which confidence on the bot answers."""
    missed = await _missed_turns(store, from_ms, to_ms, sure)
    found = [
        asked
        async for history in store.histories(missed, KINDS, words=True)
        for asked in _asked_in(history, missed[history[0].stream])
    ]
    names = await names_of(store.database, {asked.visitor for asked in found})
    told = [replace(asked, answer=_nameless(asked, names.get(asked.visitor, ""))) for asked in found]
    return sorted(told, key=lambda asked: -asked.at_ms)


def _nameless(asked: Asked, visitor: str) -> str | None:
    """The answer without the sentences that greet the visitor by name."""
    return (without(asked.answer, visitor) or None) if asked.answer else None


async def _missed_turns(store: Store, from_ms: int, to_ms: int, sure: float) -> dict[str, list[Turn]]:
    known: set[tuple[str, int]] = set()  # of turns that were counted, or that are not to be
    missed: dict[str, list[Turn]] = {}
    async with aclosing(store.by_bots(from_ms, to_ms)) as events:
        async for event in events:
            turn = (event.stream, event.cause or event.n)
            understood = event.kind == "handoff_requested" and event.data.get("reason") in UNDERSTOOD
            if turn in known or not (understood or _missed(event, sure)):
                continue
            known.add(turn)
            if not understood:
                missed.setdefault(event.stream, []).append((event.cause, event.n))
            if sum(map(len, missed.values())) >= TEXTS:
                break
    return missed


def _missed(event: Event, sure: float) -> bool:
    data = event.data
    if event.kind == "handoff_requested":
        return data.get("reason") == "low_confidence"
    if data.get("auto") or data.get("fallback"):
        return not data.get("auto")
    intent, confidence = data.get("intent"), data.get("confidence")
    known = intent in (None, FALLBACK, KNOWLEDGE)
    return not known and isinstance(confidence, int | float) and confidence < sure


def _asked_in(history: Sequence[Event], turns: Sequence[Turn]) -> Iterator[Asked]:
    """`history`: of the kinds above, in order. Each text once, however many turns it took."""
    if left_out(history):
        return
    started = next((e.data for e in history if e.kind == "conversation_started"), {})
    said = [event for event in history if event.kind == "message"]
    for at in sorted({at for turn in turns if (at := _place(said, turn)) is not None}):
        text = _text(said[at])
        if text:
            visitor = str(started.get("visitor") or said[at].actor.id or said[at].stream)
            yield Asked(
                visitor=visitor, text=text, answer=_answer(said[at + 1 :]), at_ms=said[at].at_ms,
                conversation=said[at].stream,
            )  # fmt: skip


def _place(said: Sequence[Event], turn: Turn) -> int | None:
    """Where in what was said the visitor's words of a turn are; other systems do not tell their causes."""
    asked, answered = turn
    fits = [
        at
        for at, event in enumerate(said)
        if event.data.get("sender") == "visitor"
        and (event.n == asked if asked is not None else event.n < answered)
    ]
    return fits[-1] if fits else None


def _text(event: Event) -> str:
    """What was typed; a pressed button is no words of theirs."""
    words: Any = event.words or {}
    text = str(words.get("text") or "")
    return "" if words.get("payload") or text.startswith("/") else text


def _answer(later: Sequence[Event]) -> str | None:
    """The longest of the first messages that an agent wrote in one go: the others are greetings.

    A sentence with the agent's own name is one, too.
    """
    run: list[str] = []
    for event in later:
        sender, data = event.data.get("sender"), event.data
        if sender == "agent" and data.get("public") is not False and not data.get("auto"):
            run.append(without(_text(event), event.actor.name or ""))
        elif sender == "visitor" and run:
            break
    return max(run, key=len, default="") or None


def left_out(history: Sequence[Event]) -> bool:
    """Spam, or somebody's test."""
    out = False
    for event in history:
        if event.kind == "conversation_started":
            out = bool(event.data.get("test"))
        elif event.kind in ("spam_flagged", "spam_cleared"):
            out = event.kind == "spam_flagged"
    return out
