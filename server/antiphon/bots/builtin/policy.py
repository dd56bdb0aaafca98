"""What the bot does next: rules first, then memorised stories, the longest match of each.

Pure: a path and the fragments in, the name of an action out. `None` means that nothing fits.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from antiphon.bots.builtin.fragments import ANY, Fragment, Guard, Step
from antiphon.bots.builtin.tracker import Item

LISTEN = "action_listen"


class Policy:
    def __init__(self, fragments: Iterable[Fragment]) -> None:
        # every position of every fragment, by the step that comes just before it
        self._after: dict[tuple[str, str | None], list[tuple[Fragment, int]]] = defaultdict(list)
        self._openings: list[Fragment] = []
        for fragment in fragments:
            if fragment.steps[0].kind == "action":
                self._openings.append(fragment)
            for k, step in enumerate(fragment.steps, start=1):
                self._after[step.kind, step.name].append((fragment, k))

    def next_action(self, path: Sequence[Item]) -> str | None:
        if not path:
            return next((f.steps[0].name for f in self._openings if f.at_start), None)
        followed = self.followed(path)
        return followed[1] if followed else None

    def followed(self, path: Sequence[Item]) -> tuple[Fragment, str] | None:
        """The rule or story that decides what comes after a path that has begun, and what that is."""
        best: tuple[int, int, int] = (-1, 0, 0)
        chosen: tuple[Fragment, str] | None = None
        for fragment, k in self._after.get((path[-1].kind, path[-1].name), ()):
            action = _continuation(fragment, k)
            rank = (int(fragment.rule), k, fragment.conditions)
            if action is not None and rank > best and _fits(fragment, k, path):
                best, chosen = rank, (fragment, action)
        return chosen


def _continuation(fragment: Fragment, k: int) -> str | None:
    """The action that a fragment wants after its first k steps, if any."""
    if k < len(fragment.steps):
        step = fragment.steps[k]
        return step.name if step.kind == "action" else LISTEN if step.kind == "intent" else None
    return LISTEN if fragment.rule and fragment.listens else None


def _fits(fragment: Fragment, k: int, path: Sequence[Item]) -> bool:
    start = len(path) - k
    if start < 0 or (fragment.at_start and start > 0):
        return False
    first = path[start]
    if fragment.loop is not ANY and first.loop != fragment.loop:
        return False
    if not _hold(fragment.guards, first.slots):
        return False
    return all(_same(step, item) for step, item in zip(fragment.steps[:k], path[start:], strict=True))


def _same(step: Step, item: Item) -> bool:
    return (
        step.kind == item.kind
        and step.name == item.name
        and _hold(step.guards, item.slots)
        and all(_has(item, name, value) for name, value in step.entities)
    )


def _hold(guards: tuple[Guard, ...], slots: Any) -> bool:
    return all(_is(slots.get(name), wanted) for name, wanted in guards)


def _is(value: Any, wanted: Any) -> bool:
    if wanted is ANY:
        return value is not None
    return value == wanted or (isinstance(value, str) and str(wanted).lower() == value.lower())


def _has(item: Item, entity: str, wanted: Any) -> bool:
    return any(name == entity and (wanted is ANY or value == wanted) for name, value in item.entities)
