"""The articles of a project one by one, as an administrator sees and changes them.

A change rewrites the lines of one article and nothing else of its file. What would not be read again as it
was written is refused. Files are only ever found by listing the folder, never by a name that was sent.
All of it is reading and writing files: call it in a thread, one change at a time.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from antiphon.bots.files import write_whole
from antiphon.bots.knowledge import FILE_BYTES, Article, Section, guides, read_guide, sections
from antiphon.domain.errors import Refused

NAME_CHARS = 60  # of a new guide's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody wrote."""

    question: str
    also: tuple[str, ...] = ()
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An article and where it stands. `version` changes with every word of it, `id` with its question."""

    id: str
    version: str
    file: str
    line: int
    guide: str
    question: str
    also: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A file of articles."""

    file: str
    title: str
    articles: int


class Articles:
    """Of one project's folder `knowledge`."""

    def __init__(self, project: Path) -> None:
        self._folder = project / "knowledge"

    def all(self) -> tuple[list[Placed], list[Guide]]:
        """Every article and every guide, in the order of the files. Raises `ProjectError`."""
        found: list[Placed] = []
        files = []
        for file in guides(self._folder):
            words = read_guide(file, self._folder)
            name = str(file.relative_to(self._folder))
            mine = [placed for placed, _ in _placed(words, name)]
            files.append(Guide(file=name, title=_title(words, name), articles=len(mine)))
            found += mine
        return found, files

    def add(self, guide: str, words: Words) -> Placed:
        """At the end of a guide: a file of `all`, a title of one, or the title of a new one."""
        _check(words)
        _, known = self.all()
        file = next((one.file for one in known if guide in (one.file, one.title)), None)
        text = self._read(file) if file else f"# {_checked_title(guide)}\n"
        name = file or self._free(guide, {one.file for one in known})
        if any(one.question == words.question for one, _ in _placed(text, name)):
            raise Refused("conflict", "The guide has an article of this question.", field="question")
        self._write(name, f"{text.rstrip()}\n\n{_block(words, '##')}")
        return self._by_question(name, words.question)

    def change(self, key: str, version: str, words: Words) -> Placed:
        """Raises `Refused`: `not_found`, or `conflict` when it is no longer the one that was read."""
        _check(words)
        placed, section, text = self._find(key)
        if placed.version != version:
            raise Refused("conflict", "Somebody changed this article meanwhile. Load it again.")
        others = [one for one, _ in _placed(text, placed.file) if one.id != key]
        if any(one.question == words.question for one in others):
            raise Refused("conflict", "The guide has an article of this question.", field="question")
        self._replace(placed.file, text, section, _block(words, section.marks))
        return self._by_question(placed.file, words.question)

    def remove(self, key: str) -> Placed:
        """Raises `Refused("not_found")`."""
        placed, section, text = self._find(key)
        self._replace(placed.file, text, section, "")
        return placed

    # -- files ------------------------------------------------------------------------------------

    def _find(self, key: str) -> tuple[Placed, Section, str]:
        for file in guides(self._folder):
            text, name = read_guide(file, self._folder), str(file.relative_to(self._folder))
            for placed, section in _placed(text, name):
                if placed.id == key:
                    return placed, section, text
        raise Refused("not_found", "There is no such article.")

    def _by_question(self, name: str, question: str) -> Placed:
        return next(one for one, _ in _placed(self._read(name), name) if one.question == question)

    def _read(self, name: str) -> str:
        return read_guide(self._folder / name, self._folder)

    def _replace(self, name: str, text: str, section: Section, block: str) -> None:
        lines = text.splitlines(keepends=True)
        rest = "".join(lines[section.end :])
        before = "".join(lines[: section.start])
        self._write(name, f"{before}{block}{_gap(block, rest)}{rest}".rstrip() + "\n")

    def _write(self, name: str, text: str) -> None:
        if len(text.encode()) > FILE_BYTES:
            raise Refused(
                "too_long", f"A guide has at most {FILE_BYTES} bytes. Begin another.", field="answer"
            )
        file = self._folder / name
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise Refused("conflict", f"{name} is a link to somewhere else: change it there.")
        write_whole(file, text)

    def _free(self, title: str, taken: set[str]) -> str:
        """A file's name for a new guide."""
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "-", plain)[:NAME_CHARS].strip("-") or "guide"
        names = [f"{name}.md", *(f"{name}-{n}.md" for n in range(2, len(taken) + 3))]
        return next(one for one in names if one not in taken and not (self._folder / one).exists())


def _placed(text: str, name: str) -> list[tuple[Placed, Section]]:
    lines, seen = text.splitlines(), Counter[str]()
    found = []
    for section in sections(text, name):
        article = section.article
        seen[article.question] += 1
        key = f"{name}\0{article.question}\0{seen[article.question]}"
        placed = Placed(
            id=_hash(key), version=_hash("\n".join(lines[section.start : section.end])), file=name,
            line=section.start + 1, guide=article.guide, question=article.question, also=article.also,
            answer=article.answer,
        )  # fmt: skip
        found.append((placed, section))
    return found


def _title(text: str, name: str) -> str:
    first = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), "")
    return first or Path(name).stem.replace("-", " ")


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


# -- what is written --------------------------------------------------------------------------------


def _block(words: Words, marks: str) -> str:
    also = [f"Also: {'; '.join(words.also)}"] if words.also else []
    return "\n".join([f"{marks} {words.question}", *also, "", words.answer, ""])


def _gap(block: str, rest: str) -> str:
    return "\n" if block and rest.strip() else ""


def _check(words: Words) -> None:
    """It must be read as it was written. Raises `Refused` with the field that would not be."""
    alone = _again(Words(question=words.question, answer="x"))
    if alone is None or alone.question != words.question:
        raise Refused(
            "bad_text", "A question is one line, and does not begin or end with “#”.", field="question"
        )
    some = _again(Words(question=words.question, also=words.also, answer="x"))
    if some is None or some.also != words.also:
        raise Refused("bad_text", "Another wording is one line without “;”.", field="also")
    whole = _again(words)
    if whole is None or whole.answer != words.answer:
        raise Refused("bad_text", "No line of an answer may begin with “# ” or “Also:”.", field="answer")


def _again(words: Words) -> Article | None:
    found: Sequence[Section] = list(sections(_block(words, "##"), "new.md"))
    return found[0].article if len(found) == 1 else None


def _checked_title(title: str) -> str:
    if _title(f"# {title}\n", "") != title or len(title.splitlines()) != 1:
        raise Refused("bad_text", "A guide's title is one line.", field="guide")
    return title
