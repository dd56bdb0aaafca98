"""Words that must not stand in the tree, and why not."""

import json
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, WIDGET, name, python_files

# The widget lives on strangers' pages under Trusted Types and a strict CSP: text never becomes HTML or code.
HTML_FROM_TEXT = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
CODE_FROM_TEXT = r"\beval\(|new Function\(|setTimeout\(['\"`]"
UNTYPED = r":\s*any\b|\bas any\b|<any>|@ts-ignore|@ts-nocheck"
# A lock says what, never from where.
ADDRESS = r"https?://|--(extra-)?index-url|--find-links|file:"
# A test left out is a test that is not there.
LEFT_OUT = r"\b(it|test|describe)\.(skip|only|todo)\b|\b(xit|xdescribe|fit)\("
# what is ignored names its code and its reason, in the same line
IGNORED = re.compile(r"# (type: ignore|noqa)(?P<said>.*)$")
REASON = re.compile(r"(\[[\w-]+\]|: [A-Z]+\d+)\W+\w")


def found(files: list[Path], pattern: str) -> list[str]:
    return [
        f"{name(file)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if re.search(pattern, line) and not line.lstrip().startswith(("//", "*", "#"))
    ]


@pytest.mark.parametrize("pattern", [HTML_FROM_TEXT, CODE_FROM_TEXT, UNTYPED])
def test_the_widget_makes_neither_markup_nor_code_of_text(pattern: str) -> None:
    assert found(sorted(WIDGET.rglob("*.ts*")), pattern) == []


def test_locks_name_no_address() -> None:
    assert found(sorted((ROOT / "locks").glob("*.lock")), ADDRESS) == []
    packages = json.loads((ROOT / "widget" / "package-lock.json").read_text())["packages"]
    assert [package for package, entry in packages.items() if "resolved" in entry] == []
    assert [package for package, entry in packages.items() if package and "integrity" not in entry] == []


def test_no_test_of_the_front_end_is_left_out() -> None:
    tests = [file for file in (ROOT / "widget").rglob("*.test.ts*") if "node_modules" not in file.parts]
    assert tests
    assert found(tests, LEFT_OUT) == []


def test_every_ignored_rule_gives_its_reason() -> None:
    lines = found(python_files(), IGNORED.pattern)
    assert [line for line in lines if not REASON.match(IGNORED.search(line)["said"])] == []  # type: ignore[index]
