"""What the engine cannot run it refuses, with file, line and reason."""

from pathlib import Path

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin.project import read_project
from antiphon.bots.builtin.source import ProjectError
from tests.bots.conftest import write_project

DOMAIN = """\
version: "3.1"
intents: [greet, bye]
entities: [size]
slots:
  size:
    type: text
    mappings: [{type: from_entity, entity: size}]
responses:
  utter_hi: [{text: Hi}]
  utter_bye: [{text: Bye}]
"""
NLU = """\
nlu:
  - intent: greet
    examples: |
      - hi
      - hello [big](size) one
"""
RULES = """\
rules:
  - rule: greet
    steps:
      - intent: greet
      - action: utter_hi
"""


def test_the_shop_is_a_project() -> None:
    project = read_project(default_project())
    assert project.human_intents == {"human": "utter_handoff"}
    assert project.examples.titles["returns"] == "Sending something back"
    assert {example.intent for example in project.examples.examples} <= project.domain.intents


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "reason"),
    [
        ("domain", "type: text", "type: words", "domain.yml:6", "needs a type of text, bool"),
        (
            "domain",
            "{type: from_entity, entity: size}",
            "{type: from_entity}",
            "domain.yml:7",
            "needs an `entity`",
        ),
        ("domain", "[{text: Hi}]", "[{}]", "domain.yml:9", "needs a `text`"),
        ("domain", "[{text: Hi}]", "Hi", "domain.yml:9", "expected a list here, found a text"),
        ("domain", "[greet, bye]", "[greet, bye", "domain.yml:3", "not valid YAML"),
        ("domain", "[size]", "[{size: {roles: [from]}}]", "domain.yml:3", "roles need Rasa's own models"),
        (
            "domain",
            "[size]",
            "[size]\nforms: {f: {required_slots: [size]}}",
            "domain.yml:4",
            "cannot ask for `size`",
        ),
        (
            "data_nlu",
            "intent: greet",
            "intent: grete",
            "data/nlu.yml:2",
            "intent `grete` is not in the domain",
        ),
        ("data_nlu", "- hi", "hi", "data/nlu.yml:4", "must begin with `- `"),
        ("data_nlu", "(size)", "(sise)", "data/nlu.yml:5", "entity `sise` is not in the domain"),
        ("data_nlu", "(size)", '{"entity": "size", "role": "x"}', "data/nlu.yml:5", "roles and groups"),
        ("data_nlu", "intent: greet", "intent: faq/price", "data/nlu.yml:2", "ResponseSelector"),
        (
            "data_nlu",
            "- intent: greet",
            "- regex: size\n    examples: |\n      - (\n  - intent: greet",
            "data/nlu.yml:4",
            "not a regular expression",
        ),
        (
            "data_rules",
            "utter_hi",
            "utter_hey",
            "data/rules.yml:5",
            "action `utter_hey` is not in the domain",
        ),
        (
            "data_rules",
            "- intent: greet",
            "- intent: great",
            "data/rules.yml:4",
            "intent `great` is not in the domain",
        ),
        ("data_rules", "- intent: greet", "- user: hi there", "data/rules.yml:4", "cannot follow this step"),
        ("data_rules", "- intent: greet", "- checkpoint: a", "data/rules.yml:4", "checkpoints"),
        (
            "data_rules",
            "- action: utter_hi",
            "- active_loop: form",
            "data/rules.yml:5",
            "form `form` is not in the domain",
        ),
        (
            "data_rules",
            "- rule: greet",
            "- rule: greet\n    condition: [{slot_was_set: [{colour: red}]}]",
            "data/rules.yml:3",
            "slot `colour` is not",
        ),
        ("config", "RulePolicy", "TEDPolicy", "config.yml:2", "cannot run `TEDPolicy`"),
        ("config", "RulePolicy", "my.own.Policy", "config.yml:2", "custom component"),
    ],
)
def test_a_project_that_cannot_be_run_is_refused(
    tmp_path: Path, file: str, old: str, new: str, place: str, reason: str
) -> None:
    files = {
        "domain": DOMAIN,
        "data_nlu": NLU,
        "data_rules": RULES,
        "config": "policies:\n  - name: RulePolicy\n",
    }
    read_project(write_project(tmp_path, **files))
    assert old in files[file]
    with pytest.raises(ProjectError) as refused:
        read_project(write_project(tmp_path, **{file: files[file].replace(old, new)}))
    assert str(refused.value).startswith(f"{place}: ")
    assert reason in str(refused.value)


def test_contradicting_rules_name_each_other(tmp_path: Path) -> None:
    other = RULES + "  - rule: greet back\n    steps:\n      - intent: greet\n      - action: utter_bye\n"
    with pytest.raises(
        ProjectError, match=r"data/rules.yml:6: `greet back` goes on with `utter_bye` where `greet`"
    ):
        read_project(write_project(tmp_path, domain=DOMAIN, data_nlu=NLU, data_rules=other))


def test_a_missing_folder_and_a_missing_domain_are_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no such folder"):
        read_project(tmp_path / "nowhere")
    with pytest.raises(ProjectError, match=r"domain.yml:1: no such file"):
        read_project(tmp_path)


def test_a_domain_may_be_split_over_files(tmp_path: Path) -> None:
    write_project(tmp_path, data_nlu=NLU, data_rules=RULES)
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "a.yml").write_text(DOMAIN)
    (tmp_path / "domain" / "b.yml").write_text("intents: [later]\nresponses: {utter_more: [{text: More}]}\n")
    domain = read_project(tmp_path).domain
    assert {"greet", "later"} <= domain.intents
    assert {"utter_hi", "utter_more"} <= set(domain.responses)
    assert domain.plain["intents"] == ["greet", "bye", "later"]
