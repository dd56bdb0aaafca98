"""What is published is the wheel, so the wheel is tested and not only the tree it was built from."""

import asyncio
import os
import re
import signal
import site
import socket
import subprocess
import venv
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.house.tree import ROOT, run

START_S = 30
FACES = ("index.html", "demo.html", "chat.html", "console.html", "supervisor.html", "w.js", "manifest.json")

PAGES = ("/", "/demo", "/w.js", "/chat/default", "/console", "/supervisor", "/healthz", "/readyz")


def unused_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (ROOT / "server/antiphon/web/static/manifest.json").exists(), "run `make assets` first"
    folder = tmp_path_factory.mktemp("dist")
    built = run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel alone: its programs' folder."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False)
    pip = ("-m", "pip", "--python", str(place / "bin" / "python"), "install", "--quiet")
    ran = run("python", *pip, "--no-deps", "--no-index", str(wheel))
    assert ran.returncode == 0, ran.stderr
    return place / "bin"


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """This environment's packages without the checkout: PYTHONPATH reads no .pth file."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": site.getsitepackages()[0],
        "ANTIPHON_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('data') / 'antiphon.db'}",
        "ANTIPHON_PORT": str(unused_port()),
    }


def test_the_top_level_is_two_packages(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"antiphon", "antiphon_bot"}
    assert len(tops) == 3


@pytest.mark.parametrize("face", FACES)
def test_the_front_end_is_inside(names: list[str], face: str) -> None:
    assert f"antiphon/web/static/{face}" in names


def test_the_migrations_and_the_bots_project_are_inside(names: list[str]) -> None:
    assert [name for name in names if re.match(r"antiphon/journal/migrations/versions/\w+\.py", name)]
    for file in ("domain.yml", "config.yml", "endpoints.yml", "credentials.yml", "data/nlu.yml"):
        assert f"antiphon_bot/project/{file}" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".map"))]


def test_it_imports_alone(installed: Path) -> None:
    script = "import antiphon, antiphon_bot; print(antiphon.__file__)"
    ran = subprocess.run(
        [installed / "python", "-I", "-c", script], capture_output=True, text=True, check=True
    )
    assert str(installed.parent) in ran.stdout


def test_its_command_line_speaks(installed: Path, surroundings: dict[str, str]) -> None:
    ran = subprocess.run(
        [installed / "antiphon", "--help"], env=surroundings, capture_output=True, text=True, check=True
    )
    for command in ("serve", "demo", "migrate"):
        assert command in ran.stdout


@pytest.fixture
async def served(installed: Path, surroundings: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    """The address of the server that the wheel runs."""
    process = await asyncio.create_subprocess_exec(
        installed / "antiphon", "serve", env=surroundings, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(START_S):
            async for line in process.stdout:
                if found := re.match(rb"Antiphon runs at (http://[\w.:]+)", line):
                    yield found[1].decode()
                    break
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), START_S)
    assert process.returncode == 0


async def test_it_serves_its_pages(served: str) -> None:
    async with aiohttp.ClientSession(served) as visitor:
        for page in (
            "/",
            "/demo",
            "/w.js",
            "/chat/default",
            "/console",
            "/supervisor",
            "/healthz",
            "/readyz",
        ):
            async with visitor.get(page) as answer:
                assert answer.status == 200, page
