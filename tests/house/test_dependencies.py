"""What is imported is asked for in pyproject.toml, by its own name and not by luck."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.house.test_locks import ASIDE, EXTRAS, asked
from tests.house.tree import ROOT, SHELVES, name

OURS = {"antiphon", "antiphon_bot", "tests", "bench", "scripts"}
DISTRIBUTIONS = packages_distributions()


def imported(file: Path) -> Iterator[str]:
    """Top-level names of other people's packages."""
    for node in ast.walk(ast.parse(file.read_text())):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += (
            [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        )
        tops = {module.split(".")[0] for module in modules}
        yield from tops - OURS - sys.stdlib_module_names


def unasked(files: list[Path], *, dev: bool) -> dict[str, str]:
    known = {canonicalize_name(requirement.name) for requirement in asked(dev=dev, extras=EXTRAS + ASIDE)}
    return {
        f"{name(file)} imports {top}": "not in pyproject.toml"
        for file in files
        for top in imported(file)
        if not known & {canonicalize_name(one) for one in DISTRIBUTIONS.get(top, [])}
    }


def test_the_product_asks_for_what_it_imports() -> None:
    assert unasked([file for shelf in SHELVES for file in shelf.rglob("*.py")], dev=False) == {}


def test_tests_ask_for_what_they_import() -> None:
    folders = (ROOT / "tests", ROOT / "bench", ROOT / "scripts")
    files = [file for folder in folders for file in folder.rglob("*.py")]
    local = {file.stem for file in files} | {file.parent.name for file in files}
    found = unasked(files, dev=True)
    assert {said for said in found if said.rpartition(" ")[2] not in local} == set()


def test_nothing_is_asked_for_that_nobody_uses() -> None:
    by_name_only = {"tzdata", "hatchling"}  # the zones' data; what builds the wheel
    source = "".join(file.read_text() for shelf in SHELVES for file in shelf.rglob("*.py"))
    modules: dict[str, set[str]] = {}  # one distribution may bring several
    for module, dists in DISTRIBUTIONS.items():
        for dist in map(canonicalize_name, dists):
            modules.setdefault(dist, set()).add(module.split(".")[0])
    packages = {
        canonicalize_name(requirement.name) for requirement in asked(dev=False, extras=EXTRAS + ASIDE)
    } - by_name_only
    assert {package for package in packages if not any(one in source for one in modules[package])} == set()
