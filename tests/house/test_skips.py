"""A test that is left out is said, and where nothing may be left out it fails."""

from pathlib import Path

from tests.house.tree import ROOT, run

STORY = """
import pytest

@pytest.mark.skipif(True, reason="the moon is wrong")
def test_left_out():
    raise AssertionError
"""


def outcome(folder: Path, no_skips: str) -> tuple[int, str]:
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (folder / "test_story.py").write_text(STORY)
    options = ("-p", "no:cacheprovider", "-c", "pyproject.toml", "--rootdir", str(folder))
    ran = run("pytest", *options, str(folder), env={"ANTIPHON_NO_SKIPS": no_skips})
    return ran.returncode, ran.stdout


def test_a_skip_is_printed_with_its_reason(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, "0")
    assert code == 0
    assert "the moon is wrong" in said


def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, "1")
    assert code == 1
    assert "the moon is wrong" in said
