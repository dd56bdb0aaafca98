"""Rules and stories as one thing: fragments of a conversation, step after step.

A fragment predicts its next action when its earlier steps are the tail of the conversation's path. Steps are
intents, actions and loop changes; what must be true of slots is a guard on the step before it. The run of a
form that closes it is dropped, as a path does (see `tracker`), so `action: f, active_loop: null` is one step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

from antiphon.bots.builtin.domain import Domain
from antiphon.bots.builtin.source import Node, ProjectError

ANY: Any = object()  # a guard's value: set to anything
MAX_ALTERNATIVES = 64  # of one story's `or`s together

Guard = tuple[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    kind: Literal["intent", "action", "loop"]
    name: str | None
    entities: tuple[Guard, ...] = ()
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    name: str
    place: str
    rule: bool
    steps: tuple[Step, ...]
    guards: tuple[Guard, ...] = ()
    loop: Any = ANY  # which loop must be active where it begins; None for none
    at_start: bool = False
    listens: bool = True

    @property
    def conditions(self) -> int:
        return len(self.guards) + 2 * (self.loop is not ANY) + self.at_start


def read_fragments(documents: list[Node], domain: Domain) -> tuple[Fragment, ...]:
    """Every rule and story of the project; refuses what could not be followed, and contradictions."""
    found = tuple(
        fragment
        for document in documents
        for section, rule in (("rules", True), ("stories", False))
        if (node := document.get(section)) is not None
        for item in node.items()
        for fragment in _fragments(item, rule, domain)
    )
    _refuse_contradictions(found)
    return found


def _fragments(node: Node, rule: bool, domain: Domain) -> Iterator[Fragment]:
    name, steps = node.get("rule" if rule else "story"), node.get("steps")
    if name is None or steps is None:
        raise node.wrong(f"expected `{'rule' if rule else 'story'}: name` with `steps`")
    start, wait = node.get("conversation_start"), node.mapping().get("wait_for_user_input")
    base = Fragment(
        name=name.text(),
        place=name.place,
        rule=rule,
        steps=(),
        at_start=bool(start and start.value),
        listens=wait is None or bool(wait.value),
    )
    if condition := node.get("condition"):
        base = _conditioned(base, condition, domain)
    for alternative in _alternatives(steps):
        yield _checked(_walk(base, alternative, domain), node)


def _conditioned(base: Fragment, node: Node, domain: Domain) -> Fragment:
    for item in node.items():
        for kind, value in item.mapping().items():
            if kind == "slot_was_set":
                base = replace(base, guards=base.guards + _guards(value, domain))
            elif kind == "active_loop":
                base = replace(base, loop=_loop_name(value, domain))
            else:
                raise value.wrong(f"a condition is `slot_was_set` or `active_loop`, not `{kind}`")
    return base


def _alternatives(steps: Node) -> Iterator[list[Node]]:
    """The steps with every `or` decided, in every way."""
    choices: list[list[Node]] = []
    count = 1
    for item in steps.items():
        options = item.mapping()["or"].items() if "or" in item.mapping() else [item]
        count *= len(options)
        if count > MAX_ALTERNATIVES:
            raise item.wrong(f"more than {MAX_ALTERNATIVES} alternatives; split the story")
        choices.append(options)
    return (list(chosen) for chosen in product(*choices))


def _walk(base: Fragment, items: list[Node], domain: Domain) -> Fragment:
    fragment = base
    for item in items:
        known = item.mapping()
        if "slot_was_set" in known:
            fragment = _guarded(fragment, _guards(known["slot_was_set"], domain))
        else:
            fragment = _stepped(fragment, _step(item, domain))
    return fragment


def _guarded(fragment: Fragment, guards: tuple[Guard, ...]) -> Fragment:
    """Slots set after a step belong to it; before the first, to the beginning."""
    if not fragment.steps:
        return replace(fragment, guards=fragment.guards + guards)
    last = fragment.steps[-1]
    return replace(fragment, steps=(*fragment.steps[:-1], replace(last, guards=last.guards + guards)))


def _stepped(fragment: Fragment, step: Step) -> Fragment:
    before = fragment.steps
    closes = step.kind == "loop" and step.name is None
    if closes and before and before[-1].kind == "action" and _opened(before, fragment) == before[-1].name:
        before = before[:-1]
    return replace(fragment, steps=(*before, step))


def _opened(steps: tuple[Step, ...], fragment: Fragment) -> str | None:
    """The loop that is active after these steps, as far as the fragment says."""
    changes = [step.name for step in steps if step.kind == "loop"]
    return changes[-1] if changes else (None if fragment.loop is ANY else fragment.loop)


# ------------------------------------------------------------------ one step


def _step(item: Node, domain: Domain) -> Step:
    known = item.mapping()
    for kind, read in STEPS.items():
        if kind in known:
            return read(item, known[kind], domain)
    raise item.wrong(f"cannot follow this step ({', '.join(known)}); {UNSUPPORTED}")


UNSUPPORTED = "checkpoints, end-to-end texts and actions by `bot:` need ANTIPHON_BOT=rasa"


def _intent_step(item: Node, value: Node, domain: Domain) -> Step:
    name = value.text()
    if name not in domain.intents:
        raise value.wrong(f"intent `{name}` is not in the domain")
    entities = item.get("entities")
    return Step(kind="intent", name=name, entities=_entities(entities) if entities else ())


def _entities(node: Node) -> tuple[Guard, ...]:
    found: list[Guard] = []
    for item in node.items():
        if isinstance(item.value, dict):
            found += [(name, ANY if value.value is None else value.text()) for name, value in _pairs(item)]
        else:
            found.append((item.text(), ANY))
    return tuple(found)


def _pairs(item: Node) -> list[tuple[str, Node]]:
    return [(name, value) for name, value in item.mapping().items() if name not in ("role", "group")]


def _action_step(item: Node, value: Node, domain: Domain) -> Step:
    name = value.text()
    if not domain.knows_action(name):
        raise value.wrong(f"action `{name}` is not in the domain")
    return Step(kind="action", name=name)


def _loop_step(item: Node, value: Node, domain: Domain) -> Step:
    return Step(kind="loop", name=_loop_name(value, domain))


def _loop_name(value: Node, domain: Domain) -> str | None:
    if value.value is None:
        return None
    name = value.text()
    if name not in domain.forms and name != "action_two_stage_fallback":
        raise value.wrong(f"form `{name}` is not in the domain")
    return name


STEPS = {"intent": _intent_step, "action": _action_step, "active_loop": _loop_step}


def _guards(node: Node, domain: Domain) -> tuple[Guard, ...]:
    found: list[Guard] = []
    for item in node.items():
        if isinstance(item.value, dict):
            found += [(name, value.plain()) for name, value in item.mapping().items()]
        else:
            found.append((item.text(), ANY))
    for name, _ in found:
        if name not in domain.slots and name != "requested_slot":
            raise node.wrong(f"slot `{name}` is not in the domain")
    return tuple(guard for guard in found if guard[0] != "requested_slot")


# ------------------------------------------------------------------ what must not be


def _checked(fragment: Fragment, node: Node) -> Fragment:
    if not any(step.kind == "action" for step in fragment.steps):
        raise node.wrong(f"`{fragment.name}` never comes to an action")
    if fragment.steps[0].kind == "action" and fragment.loop is ANY and not fragment.at_start:
        raise node.wrong(f"`{fragment.name}` begins with an action, so it would never be reached")
    return fragment


def _refuse_contradictions(fragments: tuple[Fragment, ...]) -> None:
    """Two fragments that begin alike must not go on to different actions."""
    seen: dict[Any, tuple[Step, Fragment]] = {}
    for fragment in fragments:
        start = (fragment.rule, _key(fragment.guards), fragment.loop, fragment.at_start)
        for k, step in enumerate(fragment.steps):
            if k == 0 or step.kind != "action":
                continue
            key = (
                start,
                tuple((s.kind, s.name, _key(s.entities), _key(s.guards)) for s in fragment.steps[:k]),
            )
            other, first = seen.setdefault(key, (step, fragment))
            if other.name != step.name:
                raise ProjectError(
                    f"{fragment.place}: `{fragment.name}` goes on with `{step.name}` where "
                    f"`{first.name}` ({first.place}) goes on with `{other.name}`"
                )


def _key(guards: tuple[Guard, ...]) -> frozenset[str]:
    return frozenset(f"{name}={'*' if value is ANY else value!r}" for name, value in guards)
