"""What pyproject.toml asks for is what the locks install, by hash."""

import json
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<marker> ;[^\\]*)? \\$", re.MULTILINE)
EXTRAS = ("postgres", "redis", "actions", "speed")  # installed by `make install`
ASIDE = ("parquet", "embeddings")  # for who asks for them


def pins(lock: str) -> dict[str, set[str]]:
    """Package → its versions; two where Python's own version decides."""
    found: dict[str, set[str]] = {}
    for pin in PIN.finditer((ROOT / "locks" / lock).read_text()):
        found.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return found


def asked(*, dev: bool, extras: tuple[str, ...] = EXTRAS) -> list[Requirement]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    optional = settings["project"]["optional-dependencies"]
    groups = settings["dependency-groups"]
    words = settings["project"]["dependencies"] + groups["build"]
    words += [word for extra in extras for word in optional[extra]]
    words += [word for word in groups["dev"] if isinstance(word, str)] if dev else []
    return [Requirement(word) for word in words]


def test_the_locks_hold_what_is_asked_for() -> None:
    for lock, dev in (("run.lock", False), ("dev.lock", True)):
        locked = pins(lock)
        for requirement in asked(dev=dev):
            versions = locked.get(canonicalize_name(requirement.name), set())
            assert versions, f"{lock} has no {requirement.name}: run scripts/lock.sh"
            assert all(version in requirement.specifier for version in versions), (
                lock,
                requirement,
                versions,
            )


def test_tests_run_on_the_versions_that_are_installed() -> None:
    run, dev = pins("run.lock"), pins("dev.lock")
    assert {package: dev.get(package) for package in run} == run


def test_every_pin_has_its_hashes() -> None:
    for lock in ("run.lock", "dev.lock"):
        entries = re.split(r"\n(?=\S)", (ROOT / "locks" / lock).read_text().strip())
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_front_ends_lock_serves_every_platform() -> None:
    packages = json.loads((ROOT / "widget" / "package-lock.json").read_text())["packages"]
    wanted = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    locked = {path.rpartition("node_modules/")[2] for path in packages}
    assert wanted - locked == set(), "npm ci would refuse: write the lock anew without node_modules beside it"
