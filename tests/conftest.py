"""What every test may ask for: a database of its own, a Redis of its own, a browser.

Rules: a suite that takes `database_url` runs on SQLite *and* PostgreSQL, for SQLite passing alone proves
nothing. Whatever a fixture makes it takes away again. Where a service is missing the test is skipped with
the reason; with ANTIPHON_NO_SKIPS=1 (so in `make test`) a skip is a failure, so nothing is left out silently.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest
import redis.asyncio as redis
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from antiphon.journal.engine import open_database
from antiphon.journal.migrate import migrate
from antiphon.journal.store import Store
from tests.postgres import CONNECT_S, SERVER, postgres_database
from tests.zygote import close_kept

REDIS = os.environ.get("ANTIPHON_TEST_REDIS", "redis://127.0.0.1:6379")
NO_SKIPS = os.environ.get("ANTIPHON_NO_SKIPS") == "1"
SEEN_MS = 15_000  # what has not come by then does not come; who promises less says so himself
BROWSER_FLOWS = ("test_story.py", "test_cast.py")
LONG = (  # files that take more than some twenty seconds, the longest first
    "flows/test_february.py", "browser/test_console_axe.py", "browser/test_console.py",
    "browser/test_reports_screen.py", "browser/test_board.py", "flows/test_cluster.py",
    "flows/test_reports.py", "browser/test_widget.py", "flows/test_story.py", "flows/test_restore.py",
    "gateway/test_webhooks.py",
    "browser/test_settings.py", "flows/test_kill.py", "browser/test_staffing_screen.py",
    "metrics/test_february.py", "browser/test_rasa_webchat.py", "browser/test_alert_settings.py",
    "browser/test_tickets.py", "browser/test_bot_settings.py", "browser/test_widget_axe.py",
    "demo/test_cast.py", "flows/test_clients.py", "gateway/test_alerts.py", "flows/test_export.py",
)  # fmt: skip
REDIS_DATABASES = range(1, 16)  # 0 may be somebody's own
REDIS_CLAIM_S = 900  # longer than any test run; frees the number of a run that was killed
CHROMIUM_FLAGS = [
    "--no-sandbox",  # containers and CI run as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
]

# Deterministic where nothing may be left to chance; while developing, a new look at every run.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile("ci" if NO_SKIPS else "dev")


# ------------------------------------------------------------------------------------------ databases


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """An empty database for one test module, in the form of ANTIPHON_DATABASE_URL."""
    async with _database(request.param, tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def fresh_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database for one test alone; dearer than `database_url`."""
    async with _database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def store(fresh_database_url: str) -> AsyncIterator[Store]:
    """The journal of an empty database."""
    database = open_database(fresh_database_url)
    await migrate(database)
    yield Store(database)
    await database.close()


@pytest.fixture(scope="module")
async def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """An empty PostgreSQL database for one module, for what concerns many nodes only."""
    async with _database("postgresql", tmp_path_factory.mktemp("unused")) as url:
        yield url


@asynccontextmanager
async def _database(engine: str, folder: Path) -> AsyncIterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'antiphon.db'}"
        return
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(postgres_database())
        except (OSError, TimeoutError) as away:
            place = urlsplit(SERVER).netloc
            pytest.skip(f"no PostgreSQL at {place}: {away} (scripts/services.sh starts one)")
        yield url


# ------------------------------------------------------------------------------------------ servers


@pytest.fixture(scope="session", autouse=True)
async def no_server_is_left() -> AsyncIterator[None]:
    """Servers are forked off one process, which takes them along."""
    yield
    await close_kept()


# ------------------------------------------------------------------------------------------ redis


@pytest.fixture(scope="module")
async def redis_url() -> AsyncIterator[str]:
    """A Redis database number that nobody else uses meanwhile; emptied before and after."""
    number = await _claim_redis()
    url = f"{REDIS}/{number}"
    try:
        yield url
    finally:
        async with redis.from_url(url) as client:
            await client.flushdb()


async def _claim_redis() -> int:
    for number in REDIS_DATABASES:
        async with redis.from_url(f"{REDIS}/{number}", socket_connect_timeout=CONNECT_S) as client:
            try:
                if await client.set("antiphon:test:claimed", os.getpid(), nx=True, ex=REDIS_CLAIM_S):
                    return number
            except redis.ConnectionError as away:
                pytest.skip(f"no Redis at {REDIS}: {away} (scripts/services.sh starts one)")
    pytest.skip(f"all {len(REDIS_DATABASES)} test databases of {REDIS} are claimed by other runs")


# ------------------------------------------------------------------------------------------ browser


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, one for the session; open windows with `browser.new_context()`."""
    chromium = os.environ.get("ANTIPHON_CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if chromium is None:
        pytest.skip("no Chromium (apt-get install chromium, or name it in ANTIPHON_CHROMIUM)")
    expect.set_options(timeout=SEEN_MS)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
async def window(browser: Browser) -> AsyncIterator[BrowserContext]:
    """One person's browser: own cookies and storage, closed after the test."""
    context = await browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    context.set_default_timeout(SEEN_MS)
    yield context
    await context.close()


# -------------------------------------------------------------------------------------------- in which order


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may be late; what fails in it three times is broken. Reruns are printed."""
    for item in items:
        if "browser" in item.path.parts or item.path.name in BROWSER_FLOWS:
            item.add_marker(pytest.mark.flaky(reruns=2))
    items.sort(key=lambda item: _turn(item.path))


def _turn(file: Path) -> int:
    """Long files begin first, or one of two processes would be left with them at the end."""
    name = f"{file.parent.name}/{file.name}"
    return LONG.index(name) if name in LONG else len(LONG)


# -------------------------------------------------------------------------------------------- no silent skip


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    _refuse_skip(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    _refuse_skip(report, collector.nodeid)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport, name: str) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped where nothing may be skipped (ANTIPHON_NO_SKIPS=1): {reason}"
