"""A Rasa 3 project as one frozen value, or a `ProjectError` that says where and why it cannot be run.

Reading is slow (files, YAML): call `read_project` in a thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from antiphon.bots.builtin.domain import Domain, Variation, read_domain
from antiphon.bots.builtin.examples import Examples, read_examples
from antiphon.bots.builtin.fragments import Fragment, read_fragments
from antiphon.bots.builtin.source import Node, ProjectError, read_yaml
from antiphon.bots.conventions import read_marks, reason_of
from antiphon.bots.knowledge import Knowledge, read_articles

if TYPE_CHECKING:
    from antiphon.bots.builtin.embedding import Embedder

# What the engine says when a project does not.
SPOKEN = {
    "utter_ask_rephrase": "Sorry, I did not quite get that. Could you say it in other words?",
    "utter_did_you_mean": "I'm not sure I understood. Did you mean one of these?",
    "utter_default": "I'm afraid I can't help with that. I'll get a person for you.",
    "utter_handoff": "Of course. I'll get a person for you.",
    "utter_failure": "I'm sorry, something on our side is not working just now. I'll get a person for you.",
    "utter_fed_up": "I'm sorry this has been so trying. I'll get a person for you right away.",
    "utter_from_knowledge": "{answer}\n({guide}: “{question}”)",
    "utter_worded": "{answer}\n(Worded automatically from {sources})",
    "utter_going_round": "I keep giving you the same answer. I'll get a person who can look into it.",
    "utter_restart": "All right, from the beginning. What can I do for you?",
    "utter_something_else": "Something else",
    "utter_person_button": "Talk to a person",
}

OTHER_ENGINE = "use ANTIPHON_BOT=rasa"
POLICIES = {"RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy"}
UNRUNNABLE = {
    "TEDPolicy": "it generalises from stories; the built-in engine follows rules and memorised stories only",
    "UnexpecTEDIntentPolicy": "it needs Rasa's own models",
    "ResponseSelector": "it needs Rasa's own models",
    "CRFEntityExtractor": "learned entities need Rasa's own models",
    "DucklingEntityExtractor": "it needs a Duckling server that only Rasa asks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What config.yml says of confidence; what it leaves open is learned from the examples."""

    threshold: float | None = None
    ambiguity: float | None = None
    core_fallback: str = "action_default_fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    domain: Domain
    examples: Examples
    fragments: tuple[Fragment, ...]
    settings: Settings
    responses: Mapping[str, tuple[Variation, ...]]
    knowledge: Knowledge
    human_intents: Mapping[str, str]  # intents that ask for a person -> the response that grants it


def read_project(
    folder: Path, embedder: "Embedder | None" = None, read: Callable[[Path, str], Node] = read_yaml
) -> Project:
    """`embedder` lets articles be found by meaning; `read` may know files from before."""
    if not folder.is_dir():
        raise ProjectError(f"{folder}:1: no such folder")
    domain = read_domain(_documents(folder, "domain", read))
    _refuse_mute_forms(domain)
    data = _documents(folder, "data", read)
    fragments = read_fragments(data, domain)
    return Project(
        domain=domain,
        examples=read_examples(data, domain),
        fragments=fragments,
        settings=_settings(folder, read),
        responses={name: (Variation(text=text),) for name, text in SPOKEN.items()} | dict(domain.responses),
        knowledge=Knowledge(read_articles(folder / "knowledge"), embedder),
        human_intents=_human_intents(fragments, domain),
    )


def _documents(folder: Path, name: str, read: Callable[[Path, str], Node]) -> list[Node]:
    found = [read(file, str(file.relative_to(folder))) for file in files_of(folder, name)]
    if not found:
        raise ProjectError(f"{folder / name}.yml:1: no such file")
    return found


def files_of(folder: Path, name: str) -> list[Path]:
    """`name.yml`, and every YAML file in the folder `name`."""
    files = [folder / f"{name}.yml", folder / f"{name}.yaml"]
    files += sorted(p for pattern in ("*.yml", "*.yaml") for p in (folder / name).rglob(pattern))
    return [file for file in files if file.is_file()]


def asks_for(domain: Domain, form: str, slot: str) -> str | None:
    """The action or response that asks for a form's slot; the more particular first."""
    actions = (f"action_ask_{form}_{slot}", f"action_ask_{slot}")
    responses = (f"utter_ask_{form}_{slot}", f"utter_ask_{slot}")
    known = [name for name in actions if name in domain.actions]
    known += [name for name in responses if name in domain.responses]
    return known[0] if known else None


def _refuse_mute_forms(domain: Domain) -> None:
    for form in domain.forms.values():
        for slot in form.required:
            if asks_for(domain, form.name, slot) is None:
                raise ProjectError(
                    f"{form.place}: form `{form.name}` cannot ask for `{slot}`: there is no response "
                    f"`utter_ask_{form.name}_{slot}` or `utter_ask_{slot}`"
                )


def _settings(folder: Path, read: Callable[[Path, str], Node]) -> Settings:
    file = folder / "config.yml"
    if not file.is_file():
        return Settings()
    config = read(file, "config.yml")
    fallback = _component(config, "pipeline", "FallbackClassifier")
    rules = _component(config, "policies", "RulePolicy")
    _refuse_unrunnable(config)
    return Settings(
        threshold=_number(fallback, "threshold"),
        ambiguity=_number(fallback, "ambiguity_threshold"),
        core_fallback=_named(rules, "core_fallback_action_name") or Settings().core_fallback,
    )


def _components(config: Node, section: str) -> list[tuple[str, Node]]:
    node = config.get(section)
    found: list[tuple[str, Node]] = []
    for item in node.items() if node else []:
        name = item.get("name")
        if name is None:
            raise item.wrong("a component needs a `name`")
        found.append((name.text(), item))
    return found


def _component(config: Node, section: str, name: str) -> Node | None:
    return next((node for found, node in _components(config, section) if found == name), None)


def _refuse_unrunnable(config: Node) -> None:
    for section in ("pipeline", "policies"):
        for name, node in _components(config, section):
            if name in UNRUNNABLE:
                raise node.wrong(f"cannot run `{name}`: {UNRUNNABLE[name]}; {OTHER_ENGINE}")
            if "." in name:
                raise node.wrong(f"cannot run the custom component `{name}`; {OTHER_ENGINE}")
            if section == "policies" and name not in POLICIES:
                raise node.wrong(f"does not know the policy `{name}`; {OTHER_ENGINE}")


def _number(node: Node | None, key: str) -> float | None:
    found = node.get(key) if node else None
    if found is None:
        return None
    if not isinstance(found.value, int | float):
        raise found.wrong(f"`{key}` must be a number")
    return float(found.value)


def _named(node: Node | None, key: str) -> str | None:
    found = node.get(key) if node else None
    return found.text() if found else None


def _human_intents(fragments: tuple[Fragment, ...], domain: Domain) -> dict[str, str]:
    """Intents that a rule answers, whatever else is going on, with a hand-off that was asked for."""
    found: dict[str, str] = {}
    for fragment in fragments:
        if not fragment.rule or fragment.conditions or len(fragment.steps) < 2:
            continue
        intent, action = fragment.steps[:2]
        if intent.kind == "intent" and intent.name and action.name and _hands_over(domain, action.name):
            found[intent.name] = action.name
    return found or {"human": "utter_handoff"}


def _hands_over(domain: Domain, response: str) -> bool:
    variations = domain.responses.get(response, ())
    marks = [read_marks(variation.custom).handoff for variation in variations]
    return any(mark is not None and reason_of(mark) == "asked" for mark in marks)
