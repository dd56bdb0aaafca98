"""What is printed from the code is committed as the code prints it now."""

from tests.house.tree import ROOT, run


def test_generated_files_are_fresh() -> None:
    ran = run("python", "scripts/generate.py", "--check")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text()
    decisions = [file.name for file in folder.glob("[0-9]*.md")]
    assert decisions
    assert [decision for decision in decisions if f"({decision})" not in listed] == []
