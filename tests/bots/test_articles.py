"""Articles one by one: what is added, changed and removed, and what is refused instead of misread."""

import errno
from pathlib import Path

import pytest

from antiphon.bots.articles import Articles, Words
from antiphon.bots.files import why_not
from antiphon.bots.knowledge import FILE_BYTES, read_articles
from antiphon.domain.errors import Refused

SHOP = """\
# Shop guide

Some words before.

## Where can I park?
Also: parking; a place for my car

Behind the shop.

- Two hours are free.

### When are you open?

From nine to six.

## Nothing yet

# Garden

## Do you dig?
Yes.
"""
LINES = Words(question="Do you wrap gifts?", also=("gift wrapping", "wrap it"), answer="Yes.\n\n*Gladly.*")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "knowledge" / "more").mkdir(parents=True)
    (tmp_path / "knowledge" / "shop.md").write_text(SHOP)
    (tmp_path / "knowledge" / "more" / "roses.md").write_text("## Do roses grow?\n\nUp.\n")
    return tmp_path


def test_all_of_them_with_their_places(project: Path) -> None:
    found, guides = Articles(project).all()
    assert [(one.file, one.line, one.guide, one.question, one.also) for one in found] == [
        ("more/roses.md", 1, "roses", "Do roses grow?", ()),
        ("shop.md", 5, "Shop guide", "Where can I park?", ("parking", "a place for my car")),
        ("shop.md", 12, "Shop guide", "When are you open?", ()),
        ("shop.md", 20, "Garden", "Do you dig?", ()),
    ]
    assert found[1].answer == "Behind the shop.\n\n- Two hours are free."
    told = [(guide.file, guide.title, guide.articles) for guide in guides]
    assert told == [("more/roses.md", "roses", 1), ("shop.md", "Shop guide", 3)]
    assert Articles(project / "nowhere").all() == ([], [])


def test_an_article_is_changed_and_nothing_else(project: Path) -> None:
    articles = Articles(project)
    park = articles.all()[0][1]
    new = articles.change(park.id, park.version, LINES)
    assert (new.question, new.also, new.answer) == (LINES.question, LINES.also, LINES.answer)
    assert new.id != park.id
    block = SHOP[SHOP.index("## Where") : SHOP.index("### When")]
    written = "## Do you wrap gifts?\nAlso: gift wrapping; wrap it\n\nYes.\n\n*Gladly.*\n\n"
    assert (project / "knowledge" / "shop.md").read_text() == SHOP.replace(block, written)
    with pytest.raises(Refused, match="no such article"):
        articles.change(park.id, park.version, LINES)


def test_who_read_an_older_one_is_told(project: Path) -> None:
    articles = Articles(project)
    hours = articles.all()[0][2]
    articles.change(hours.id, hours.version, Words(question=hours.question, answer="From ten."))
    with pytest.raises(Refused, match="Somebody changed this article") as no:
        articles.change(hours.id, hours.version, Words(question=hours.question, answer="From eleven."))
    assert no.value.code == "conflict"
    assert "### When are you open?\n\nFrom ten.\n" in (project / "knowledge" / "shop.md").read_text()


def test_an_article_is_removed(project: Path) -> None:
    articles = Articles(project)
    for one in articles.all()[0][1:]:
        articles.remove(one.id)
    left = (project / "knowledge" / "shop.md").read_text()
    assert left == "# Shop guide\n\nSome words before.\n\n## Nothing yet\n\n# Garden\n"
    articles.add("shop.md", LINES)
    assert [one.answer for one in read_articles(project / "knowledge")] == ["Up.", LINES.answer]


@pytest.mark.parametrize(
    ("guide", "file"),
    [
        ("shop.md", "shop.md"),
        ("Shop guide", "shop.md"),
        ("Gärten & Höfe", "garten-hofe.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("more/roses.md", "more/roses.md"),
        ("/etc/cron.d/x.md", "etc-cron-d-x-md.md"),
        ("贈り物", "guide.md"),
        ("Shop", "shop-2.md"),
    ],
)
def test_a_guide_is_one_of_ours_or_new_and_never_elsewhere(project: Path, guide: str, file: str) -> None:
    before = {*project.parent.rglob("*")}
    placed = Articles(project).add(guide, LINES)
    assert placed.file == file
    new = {*project.parent.rglob("*")} - before
    assert all(one.is_relative_to(project / "knowledge") for one in new)
    with pytest.raises(Refused, match="has an article of this question"):
        Articles(project).add(file, LINES)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": "two\nlines"}, "question"),
        ({"question": " space"}, "question"),
        ({"question": "C#"}, "question"),
        ({"question": ""}, "question"),
        ({"also": ("a; b",)}, "also"),
        ({"also": ("",)}, "also"),
        ({"also": ("two\n# lines",)}, "also"),
        ({"answer": "Yes.\n# Boo\nNo."}, "answer"),
        ({"answer": "Yes.\nAlso: no."}, "answer"),
        ({"answer": "## Boo"}, "answer"),
        ({"answer": "one\u2028two"}, "answer"),
    ],
)
def test_what_would_be_misread_is_refused_with_its_field(
    project: Path, change: dict[str, object], field: str
) -> None:
    words = Words(**{"question": "What?", "answer": "That.", **change})  # type: ignore[arg-type]  # made wrong
    with pytest.raises(Refused) as no:
        Articles(project).add("shop.md", words)
    assert (no.value.code, no.value.field) == ("bad_text", field)
    assert (project / "knowledge" / "shop.md").read_text() == SHOP


def test_a_guide_has_an_end(project: Path) -> None:
    with pytest.raises(Refused, match="Begin another") as no:
        Articles(project).add("shop.md", Words(question="What?", answer="x" * FILE_BYTES))
    assert no.value.code == "too_long"


def test_a_link_to_somewhere_else_is_read_and_not_written(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("## May I?\n\nNo.\n")
    (project / "knowledge" / "link.md").symlink_to(outside)
    articles = Articles(project)
    key = next(one.id for one in articles.all()[0] if one.file == "link.md")
    with pytest.raises(Refused, match=r"link.md is a link to somewhere else"):
        articles.remove(key)
    assert outside.read_text() == "## May I?\n\nNo.\n"


def test_a_disk_that_takes_nothing_is_a_sentence(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "shop.md")

    monkeypatch.setattr(Path, "replace", no)
    with pytest.raises(Refused, match="cannot be written: Read-only file system"):
        Articles(project).add("shop.md", LINES)
    assert [one.name for one in (project / "knowledge").iterdir() if one.name.startswith(".")] == []
    assert why_not(project) == ""
    assert "may not write" in why_not(project / "nowhere")
