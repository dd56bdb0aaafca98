"""The checkout as the house tests see it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELVES = [ROOT / "server" / "antiphon", ROOT / "bot" / "antiphon_bot"]
WIDGET = ROOT / "widget" / "src"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files() -> list[Path]:
    """The product's, but for migrations: those are history, printed once and never edited."""
    return sorted(file for shelf in SHELVES for file in shelf.rglob("*.py") if file.parent.name != "versions")


def typescript_files() -> list[Path]:
    return sorted(file for file in WIDGET.rglob("*.ts*") if not file.name.endswith(".gen.ts"))


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, Function):
            yield node


def lines(function: Function) -> int:
    """Lines of a function from its `def` on, the docstring not counted."""
    first = function.body[0]
    words = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or 0) - first.lineno + 1 if words else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def run(*command: str, cwd: Path = ROOT, **options: object) -> subprocess.CompletedProcess[str]:
    """A tool of this environment, from the root of the checkout."""
    first, *rest = command
    tool = Path(sys.executable).parent / first
    return subprocess.run([tool, *rest], cwd=cwd, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
