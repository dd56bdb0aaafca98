"""Imports point down (the contracts are in pyproject.toml)."""

import shutil
from pathlib import Path

from tests.house.tree import ROOT, run


def test_imports_point_down() -> None:
    ran = run("lint-imports", "--no-cache", "--no-logo")
    assert ran.returncode == 0, ran.stdout


def test_an_import_across_the_lines_is_found(tmp_path: Path) -> None:
    for shelf in ("server", "bot"):
        leave = shutil.ignore_patterns("static", "__pycache__")
        shutil.copytree(ROOT / shelf, tmp_path / shelf, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "server/antiphon/domain/leak.py").write_text("import asyncio\nfrom antiphon import journal\n")
    paths = f"{tmp_path / 'server'}:{tmp_path / 'bot'}"
    ran = run("lint-imports", "--no-cache", "--no-logo", cwd=tmp_path, env={"PYTHONPATH": paths})
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "antiphon.domain.leak -> antiphon.journal" in ran.stdout
    assert "antiphon.domain.leak -> asyncio" in ran.stdout
