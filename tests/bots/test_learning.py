"""What was asked in vain becomes suggestions; a person accepts them into the project's files."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin import kept
from antiphon.bots.builtin.classifier import Classifier
from antiphon.bots.builtin.project import read_project
from antiphon.bots.builtin.source import ProjectError
from antiphon.bots.knowledge import Knowledge, read_articles
from antiphon.bots.privacy import clean, without
from antiphon.bots.workbench.learning import (
    Asked,
    accept_as_article,
    accept_as_examples,
    key_of,
    suggest,
)
from antiphon.domain.errors import Refused

PARKING = ["where can I park", "where can i park my car?", "can I park there", "where do I park the car"]
LATE = [
    "when will my plants arrive",
    "my plants did not arrive",
    "will my plants arrive",
    "plants arrive when",
]

EXAMPLES = read_project(default_project()).examples.examples


@pytest.fixture(scope="module")
def trained(cache: Path) -> Classifier:
    return kept.load_or_train(EXAMPLES, cache)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(default_project(), tmp_path / "bot", ignore=shutil.ignore_patterns("antiphon_bot"))
    return tmp_path / "bot"


def asked(texts: list[str], answer: str | None = None) -> list[Asked]:
    return [Asked(visitor=f"v{n}", text=text, answer=answer) for n, text in enumerate(texts)]


def test_the_same_question_of_several_people_is_a_suggestion(trained: Classifier) -> None:
    answers = ["In the yard behind the shop.", "Behind the shop, in the yard!", "No idea."]
    heard = [
        *(
            Asked(visitor=f"v{n}", text=t, answer=a)
            for n, (t, a) in enumerate(zip(PARKING, [*answers, None], strict=True))
        ),
        Asked(visitor="v8", text="who was the first king of France"),
        Asked(visitor="v9", text="do you breed hamsters"),
    ]
    (found,) = suggest(heard, trained, EXAMPLES)
    assert found.question in PARKING
    assert found.visitors == 4
    assert set(found.texts) == set(PARKING)
    assert found.answer in answers[:2], "what most agents said"
    assert found.intent is None


def test_what_is_close_to_an_intent_becomes_examples_of_it(trained: Classifier) -> None:
    (found,) = suggest(asked(LATE), trained, EXAMPLES)
    assert found.intent == "order_status"


def test_one_person_asking_often_is_one_person(trained: Classifier) -> None:
    assert suggest([Asked(visitor="v1", text=text) for text in PARKING], trained, EXAMPLES) == []


def test_nothing_asked_is_nothing_suggested(trained: Classifier) -> None:
    assert suggest([], trained, EXAMPLES) == []
    assert suggest(asked(["", " ", "…"]), trained, EXAMPLES) == []


def test_personal_data_never_gets_into_a_suggestion() -> None:
    told = "I'm ann@example.org, +44 20 7946 0000, card 4111 1111 1111 1111, order MG-1042"
    assert clean(told) == "I'm (mail address), (phone number), card (card number), order (number)"


def test_accepted_examples_are_learned_and_the_file_stays_as_it_was(project: Path) -> None:
    before = (project / "data" / "nlu.yml").read_text()
    assert accept_as_examples(project, "order_status", [*LATE, "where is my order"]) == len(LATE)
    after = (project / "data" / "nlu.yml").read_text()
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line.strip() for line in added] == [f"- {text}" for text in LATE]
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    examples = read_project(project).examples.examples
    assert {e.text for e in examples if e.intent == "order_status"} >= set(LATE)
    assert accept_as_examples(project, "order_status", LATE) == 0


def test_examples_for_an_unknown_intent_are_refused(project: Path) -> None:
    with pytest.raises(ProjectError, match="no examples of the intent `parking`"):
        accept_as_examples(project, "parking", PARKING)


def test_examples_are_found_in_any_file_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "data.yml").write_text("nlu:\n  - intent: greet\n    examples: |\n      - hi\n")
    assert accept_as_examples(tmp_path, "greet", ["good day", "HI"]) == 1
    assert (tmp_path / "data.yml").read_text().endswith("      - hi\n      - good day\n")


def test_hostile_text_stays_an_example(project: Path) -> None:
    accept_as_examples(project, "greet", ["- [x](order_number) # {boo}", "hi\n- intent: evil"])
    texts = {e.text for e in read_project(project).examples.examples if e.intent == "greet"}
    assert "hi - intent: evil" in texts


def test_examples_that_are_no_block_text_are_left_to_a_person(project: Path) -> None:
    words = "nlu:\n  - intent: greet\n    examples: [hi there, hello]\n"
    (project / "data" / "aaa.yml").write_text(words)
    with pytest.raises(ProjectError, match=r"^data/aaa.yml:3: the examples of `greet` are written"):
        accept_as_examples(project, "greet", ["good day"])
    assert (project / "data" / "aaa.yml").read_text() == words


def test_an_accepted_article_is_found(project: Path, trained: Classifier) -> None:
    (suggestion,) = suggest(asked(PARKING, "Behind the shop."), trained, EXAMPLES)
    placed = accept_as_article(project, suggestion, "In the yard behind the shop.")
    assert (placed.guide, placed.file) == ("Learned from conversations", "learned-from-conversations.md")
    with pytest.raises(Refused, match="has an article of this question"):
        accept_as_article(project, suggestion, "And again.")
    best = Knowledge(read_articles(project / "knowledge")).search("is there a place to park my car")[0]
    assert best.article.answer == "In the yard behind the shop."
    edited = accept_as_article(project, suggestion, "No cars.", question="May I drive?", guide="shop.md")
    assert (edited.guide, edited.question, edited.answer) == ("Shop guide", "May I drive?", "No cars.")


def test_what_was_dropped_is_not_suggested_again_however_many_ask_it(trained: Classifier) -> None:
    (before,) = suggest(asked(PARKING), trained, EXAMPLES)
    more = asked([*PARKING, "where may I park", "park my car where", "where do I park"])
    assert suggest(more, trained, EXAMPLES)
    assert suggest(more, trained, EXAMPLES, {before.id}) == []


def test_who_says_it_again_in_other_words_asks_the_same(trained: Classifier) -> None:
    again = ["behind the mill perhaps", "behind the mill maybe", "perhaps behind the mill", "maybe a mill"]
    once = [replace(a, conversation=f"c{n}", at_ms=10 * n) for n, a in enumerate(asked(PARKING))]
    twice = [replace(a, conversation=f"c{n}", at_ms=10 * n + 1) for n, a in enumerate(asked(again))]
    elsewhere = [replace(one, conversation=f"d{n}") for n, one in enumerate(twice)]
    assert len(suggest([*twice, *once], trained, EXAMPLES)) == 1
    (found,) = suggest([*twice, *once], trained, EXAMPLES)
    assert found.question in PARKING, "what was asked first"
    assert {*found.texts} >= {*PARKING, "behind the mill perhaps"}
    assert found.visitors == 4
    assert len(suggest([*elsewhere, *once], trained, EXAMPLES)) == 2
    assert suggest([*twice, *once], trained, EXAMPLES, {key_of("behind the mill maybe")}) == []


def test_a_sentence_with_a_name_is_left_out() -> None:
    told = "Hi Ann! This is Tom Lee. You can park in May, ann says. Ask for Lee."
    assert without(told, "Ann Dale", "Tom Lee") == "You can park in May, ann says."
    assert without(told, "") == told
    assert without("Hello Ann", "Ann") == ""


def test_how_often_and_when_last_it_was_asked(trained: Classifier) -> None:
    heard = [Asked(visitor=f"v{n % 3}", text=PARKING[n % 4], at_ms=n) for n in range(8)]
    (found,) = suggest(heard, trained, EXAMPLES)
    assert (found.visitors, found.times, found.last_ms) == (3, 8, 7)
