"""What a bot knows, remembers and says: `domain.yml` as frozen values.

Refuses what the engine could not honour; accepts and ignores what only matters to Rasa's training.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from antiphon.bots.builtin.source import Node

SlotType = Literal["text", "bool", "categorical", "float", "list", "any"]
MappingType = Literal["from_entity", "from_intent", "from_trigger_intent", "from_text", "custom"]

DEFAULT_INTENTS = ("nlu_fallback", "restart", "session_start", "back")
FALLBACK_ACTIONS = (
    "action_default_fallback",
    "action_two_stage_fallback",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
)
DEFAULT_ACTIONS = (
    *FALLBACK_ACTIONS,
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_back",
    "action_extract_slots",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotMapping:
    """One way a slot is filled; empty `intents` and `loops` mean any."""

    kind: MappingType
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: frozenset[str] = frozenset()
    not_intents: frozenset[str] = frozenset()
    value: Any = None
    # (active_loop, requested_slot or None for any), one of which must hold
    conditions: tuple[tuple[str | None, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    name: str
    kind: SlotType
    initial: Any = None
    mappings: tuple[SlotMapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    name: str
    required: tuple[str, ...]
    ignored_intents: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One way to say a response. `conditions` are (slot, value) pairs that must all hold."""

    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None
    channel: str | None = None
    conditions: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    intents: frozenset[str]
    entities: frozenset[str]
    slots: Mapping[str, Slot]
    forms: Mapping[str, Form]
    actions: frozenset[str]
    responses: Mapping[str, tuple[Variation, ...]]
    plain: Mapping[str, Any] = field(default_factory=dict)  # as an action server wants it

    def knows_action(self, name: str) -> bool:
        return name in self.responses or name in self.actions or name in self.forms or name in DEFAULT_ACTIONS


def read_domain(documents: list[Node]) -> Domain:
    """One domain from one or more files."""
    intents, entities = _names(documents, "intents"), _names(documents, "entities")
    domain = Domain(
        intents=frozenset(intents) | frozenset(DEFAULT_INTENTS),
        entities=frozenset(entities),
        slots={name: _slot(name, node) for name, node in _entries(documents, "slots")},
        forms={name: _form(name, node) for name, node in _entries(documents, "forms")},
        actions=frozenset(_names(documents, "actions")),
        responses={name: _variations(node) for name, node in _entries(documents, "responses")},
        plain=_merged(documents),
    )
    _check_forms(domain, documents)
    return domain


def _entries(documents: list[Node], key: str) -> list[tuple[str, Node]]:
    found = [node for document in documents if (node := document.get(key)) is not None]
    return [entry for node in found for entry in node.mapping().items()]


def _names(documents: list[Node], key: str) -> list[str]:
    found = [node for document in documents if (node := document.get(key)) is not None]
    return [_name(item) for node in found for item in node.items()]


def _name(item: Node) -> str:
    """`- greet` or `- greet: {use_entities: []}`."""
    if not isinstance(item.value, dict):
        return item.text()
    name, settings = next(iter(item.mapping().items()))
    for unsupported in ("roles", "groups"):
        if isinstance(settings.value, dict) and settings.get(unsupported):
            raise settings.wrong(f"entity {unsupported} need Rasa's own models; use ANTIPHON_BOT=rasa")
    return name


def _merged(documents: list[Node]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for document in documents:
        for key, value in document.plain().items():
            if isinstance(value, dict) and isinstance(merged.get(key), dict):
                merged[key] = {**merged[key], **value}
            elif isinstance(value, list) and isinstance(merged.get(key), list):
                merged[key] = merged[key] + value
            else:
                merged[key] = value
    return merged


# ------------------------------------------------------------------ slots and forms


def _slot(name: str, node: Node) -> Slot:
    kind = node.get("type")
    if kind is None or kind.text() not in get_args(SlotType):
        raise (kind or node).wrong(f"slot `{name}` needs a type of {', '.join(get_args(SlotType))}")
    mappings = node.get("mappings")
    initial = node.get("initial_value")
    return Slot(
        name=name,
        kind=kind.text(),  # type: ignore[arg-type]  # checked two lines above
        initial=initial.plain() if initial else None,
        mappings=tuple(_slot_mapping(item) for item in mappings.items()) if mappings else (),
    )


def _slot_mapping(node: Node) -> SlotMapping:
    kind = node.get("type")
    if kind is None or kind.text() not in get_args(MappingType):
        raise (kind or node).wrong(f"a mapping needs a type of {', '.join(get_args(MappingType))}")
    known = node.mapping()
    if kind.text() == "from_entity" and "entity" not in known:
        raise node.wrong("a `from_entity` mapping needs an `entity`")
    return SlotMapping(
        kind=kind.text(),  # type: ignore[arg-type]  # checked above
        entity=_word(node, "entity"),
        role=_word(node, "role"),
        group=_word(node, "group"),
        intents=_words(node, "intent"),
        not_intents=_words(node, "not_intent"),
        value=known["value"].plain() if "value" in known else None,
        conditions=_conditions(node.get("conditions")),
    )


def _conditions(node: Node | None) -> tuple[tuple[str | None, str | None], ...]:
    if node is None:
        return ()
    return tuple((_word(item, "active_loop"), _word(item, "requested_slot")) for item in node.items())


def _form(name: str, node: Node) -> Form:
    required = node.get("required_slots")
    if required is None:
        raise node.wrong(f"form `{name}` needs `required_slots`")
    return Form(
        name=name,
        required=required.texts(),
        ignored_intents=_words(node, "ignored_intents"),
        place=node.place,
    )


def _check_forms(domain: Domain, documents: list[Node]) -> None:
    for name, node in _entries(documents, "forms"):
        for slot in domain.forms[name].required:
            if slot not in domain.slots:
                raise node.wrong(f"form `{name}` requires the slot `{slot}`, which is not in the domain")


# ------------------------------------------------------------------ responses


def _variations(node: Node) -> tuple[Variation, ...]:
    found = tuple(_variation(item) for item in node.items())
    if not found:
        raise node.wrong("a response needs at least one way to say it")
    return found


def _variation(node: Node) -> Variation:
    text, buttons, image = node.get("text"), node.get("buttons"), node.get("image")
    custom, condition = node.get("custom"), node.get("condition")
    if not (text or image or custom or buttons):
        raise node.wrong("a response needs a `text`, an `image`, `buttons` or a `custom` payload")
    if custom and not isinstance(custom.value, dict):
        raise custom.wrong("a `custom` payload must be `key: value` lines")
    return Variation(
        text=text.text().strip() if text else "",
        buttons=tuple(_button(item) for item in buttons.items()) if buttons else (),
        image=image.text() if image else None,
        custom=custom.plain() if custom else None,
        channel=_word(node, "channel"),
        conditions=tuple(_slot_condition(item) for item in condition.items()) if condition else (),
    )


def _button(node: Node) -> tuple[str, str]:
    title = node.get("title")
    if title is None:
        raise node.wrong("a button needs a `title`")
    return title.text(), _word(node, "payload") or title.text()


def _slot_condition(node: Node) -> tuple[str, Any]:
    name = node.get("name")
    if name is None or _word(node, "type") != "slot":
        raise node.wrong("a condition must be `type: slot` with a `name` and a `value`")
    value = node.mapping().get("value")
    return name.text(), value.plain() if value else None


def _word(node: Node, key: str) -> str | None:
    found = node.get(key)
    return found.text() if found else None


def _words(node: Node, key: str) -> frozenset[str]:
    found = node.get(key)
    return frozenset(found.texts()) if found else frozenset()
