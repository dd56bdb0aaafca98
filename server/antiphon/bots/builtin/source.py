"""The text of a Rasa project: YAML in which every value knows its file and line.

Rules: nothing but plain data is constructed from a file; what is wrong is said as `file:line: reason`.
Used by the readers of a project (`domain`, `examples`, `fragments`, `project`) and by nobody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

FILE_BYTES = 8_000_000  # a project's file is written by people; what is larger is a mistake


class ProjectError(Exception):
    """The project cannot be run as it is. The message starts with the place: `data/rules.yml:12: …`."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands."""

    value: Any
    file: str
    line: int

    def wrong(self, reason: str) -> ProjectError:
        return ProjectError(f"{self.place}: {reason}")

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def get(self, key: str) -> "Node | None":
        found = self.mapping().get(key)
        return found if found is not None and found.value is not None else None

    def mapping(self) -> dict[str, "Node"]:
        if not isinstance(self.value, CommentedMap):
            raise self.wrong(f"expected `key: value` lines here, found {self._kind()}")
        lines = self.value.lc.data or {}
        return {
            str(key): Node(value, self.file, lines[key][0] + 1 if key in lines else self.line)
            for key, value in self.value.items()
        }

    def items(self) -> list["Node"]:
        if not isinstance(self.value, CommentedSeq):
            raise self.wrong(f"expected a list here, found {self._kind()}")
        lines = self.value.lc.data or {}
        return [
            Node(value, self.file, lines[i][0] + 1 if i in lines else self.line)
            for i, value in enumerate(self.value)
        ]

    def text(self) -> str:
        if isinstance(self.value, (CommentedMap, CommentedSeq)) or self.value is None:
            raise self.wrong(f"expected a word or a text here, found {self._kind()}")
        return str(self.value)

    def texts(self) -> tuple[str, ...]:
        """A list of words, or one word alone."""
        if isinstance(self.value, CommentedSeq):
            return tuple(item.text() for item in self.items())
        return (self.text(),)

    def plain(self) -> Any:
        """The value as ordinary dicts, lists and scalars."""
        return _plain(self.value)

    def _kind(self) -> str:
        if self.value is None:
            return "nothing"
        return {CommentedMap: "`key: value` lines", CommentedSeq: "a list"}.get(type(self.value), "a text")


def read_yaml(path: Path, shown: str) -> Node:
    """The document in a file; `shown` is how messages name the file."""
    if path.stat().st_size > FILE_BYTES:
        raise ProjectError(f"{shown}:1: larger than {FILE_BYTES} bytes")
    try:
        return parse_yaml(path.read_text(encoding="utf-8"), shown)
    except UnicodeDecodeError as broken:
        raise ProjectError(f"{shown}:1: not UTF-8: {broken.reason}") from broken


class Reader:
    """`read_yaml` for who reads the same files again and again: what has not changed is not parsed anew."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int], Node]] = {}

    def read(self, path: Path, shown: str) -> Node:
        told = path.stat()
        stamp = (told.st_mtime_ns, told.st_size)
        before = self._known.get(path)
        if before is None or before[0] != stamp:
            before = self._known[path] = (stamp, read_yaml(path, shown))
        return before[1]


def parse_yaml(words: str, shown: str) -> Node:
    """The document in a text."""
    try:
        document = YAML(typ="rt").load(words)
    except MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise ProjectError(f"{shown}:{line}: not valid YAML: {broken.problem}") from broken
    except YAMLError as broken:
        raise ProjectError(f"{shown}:1: not valid YAML: {broken}") from broken
    return Node(document if document is not None else CommentedMap(), shown, 1)


def example_lines(node: Node) -> Iterator[Node]:
    """The `- example` lines of a block text, each with its own line number."""
    if isinstance(node.value, CommentedSeq):
        yield from (_example(item) for item in node.items())
        return
    for offset, line in enumerate(node.text().splitlines(), start=1):
        words = line.strip()
        if not words:
            continue
        if not words.startswith("-"):
            raise Node(words, node.file, node.line + offset).wrong("an example must begin with `- `")
        yield Node(words[1:].strip(), node.file, node.line + offset)


def _example(item: Node) -> Node:
    """The long form of an example: `- text: |` with metadata beside it."""
    if isinstance(item.value, CommentedMap):
        text = item.mapping().get("text")
        if text is None:
            raise item.wrong("an example needs a `text`")
        return Node(text.text().strip().removeprefix("- ").strip(), item.file, text.line)
    return Node(item.text(), item.file, item.line)


def _plain(value: Any) -> Any:
    if isinstance(value, CommentedMap):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, CommentedSeq):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float):  # ruamel keeps the spelling of numbers in classes of its own
        if isinstance(value, kind):
            return kind(value)
    return str(value)
