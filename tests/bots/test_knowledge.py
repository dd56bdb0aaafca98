"""Articles: read from Markdown, found by what people ask, answered with their source."""

from pathlib import Path

import pytest

from antiphon.bots.build import default_project
from antiphon.bots.knowledge import Knowledge, read_articles
from tests.bots.conftest import Chat, texts

GUIDE = """\
# Tea guide

Nothing above the first question is an article.

## How long do I brew green tea?
Also: brewing time; steep sencha

Two minutes at 70 degrees.

- never with boiling water

## Empty

### Where do the leaves go afterwards?
Onto the roses.
"""


@pytest.fixture(scope="module")
def shop_knowledge() -> Knowledge:
    return Knowledge(read_articles(default_project() / "knowledge"))


def test_a_guide_becomes_articles(tmp_path: Path) -> None:
    (tmp_path / "tea.md").write_text(GUIDE)
    brew, leaves = read_articles(tmp_path)
    assert (brew.guide, brew.question) == ("Tea guide", "How long do I brew green tea?")
    assert brew.also == ("brewing time", "steep sencha")
    assert brew.answer == "Two minutes at 70 degrees.\n\n- never with boiling water"
    assert brew.place == "tea.md:5"
    assert leaves.answer == "Onto the roses."


def test_no_folder_and_no_articles_are_no_error(tmp_path: Path) -> None:
    assert read_articles(tmp_path / "none") == []
    assert Knowledge([]).search("anything") == []


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("how to repot my ficus", "How do I repot a plant?"),
        ("is the lily toxic for cats", "Which plants are safe for cats and dogs?"),
        ("fungs gnats!!", "How do I get rid of flies in the soil?"),
        ("do you have student discounts", "Do you give a discount?"),
        ("can i give old pots back", "Do you take old pots back?"),
        ("I need to change my address", "How do I change or cancel an order?"),
        ("privacy", "What happens to my data?"),
    ],
)
def test_the_right_article_is_found(shop_knowledge: Knowledge, asked: str, question: str) -> None:
    best, *others = shop_knowledge.search(asked)
    assert best.article.question == question
    assert best.score >= 0.35
    assert all(best.score > other.score for other in others)


@pytest.mark.parametrize(
    "asked", ["what's the weather like", "how do I install linux", "asdf qwer", "hello", ""]
)
def test_foreign_questions_find_nothing_worth_saying(shop_knowledge: Knowledge, asked: str) -> None:
    assert all(found.score < 0.35 for found in shop_knowledge.search(asked))


async def test_an_article_answers_with_its_source_and_asks_whether_it_helped(chat: Chat) -> None:
    outcome = await chat.says("are there plants that are not poisonous for my cat?")
    assert texts(outcome)[0].startswith("Calatheas, spider plants")
    assert texts(outcome)[0].endswith("(Plant guide: “Which plants are safe for cats and dogs?”)")
    assert not any(reply.fallback for reply in outcome.replies)
    assert outcome.intent == "knowledge"
    assert (await chat.presses("Yes, thanks")).confirm is True


async def test_a_sure_article_outdoes_an_unsure_intent(chat: Chat) -> None:
    outcome = await chat.says("cancel my order please")
    assert texts(outcome)[0].startswith("As long as it is not packed yet")
