"""docs/reliability.md names a test for every invariant, and the tests it names are there."""

import re

from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text()


def test_every_invariant_is_held_by_somebody() -> None:
    rows = re.findall(r"^\| (M\d+) \|.*\| (.*) \|$", PAGE, re.MULTILINE)
    assert [name for name, _ in rows] == [f"M{i}" for i in range(1, 19)]
    assert all("`" in held for _, held in rows)


def test_what_is_named_is_there() -> None:
    named = re.findall(r"`((?:tests|widget|server)/[\w./]+)`", PAGE)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []
