"""Pages, files and the headers on everything."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yarl

from antiphon.gateway.pages import built
from tests.gateway.house import House, open_house

PAGES = {
    "/": "index.html", "/demo": "demo.html", "/chat/default": "chat.html", "/console": "console.html",
    "/console/c/abc": "console.html", "/console/setup": "console.html", "/supervisor": "supervisor.html",
    "/supervisor/queues/support": "supervisor.html", "/admin": "admin.html", "/admin/sites": "admin.html",
}  # fmt: skip


def _build(root: Path) -> None:
    """A front end in the small, as the bundler leaves it."""
    (root / "assets").mkdir()
    for name in set(PAGES.values()):
        (root / name).write_text(f"<!doctype html><title>{name}</title>")
    script = b"console.log('hello');" * 50
    for name in ("w.js", "assets/visitor-Ab12Cd34.js"):
        (root / name).write_bytes(script)
        (root / f"{name}.gz").write_bytes(gzip.compress(script))
    (root / "assets" / "base-Ef56.css").write_text("body{}")
    (root / "manifest.json").write_text("{}")
    (root / ".secret").write_text("no")


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server with a build."""
    folder = tmp_path_factory.mktemp("site")
    root = folder / "static"
    root.mkdir()
    _build(root)
    (folder / "outside.txt").write_text("not for you")
    async with open_house(f"sqlite:///{folder / 'pages.db'}", root) as house:
        yield house


async def test_without_a_build_it_is_said_what_to_do(house: House) -> None:
    for path in ("/", "/console", "/chat/default", "/w.js", "/static/assets/x.js"):
        status, text = await house.rest("GET", path)
        assert (status, text) == (503, "The front end is not built: run make assets.\n")


def test_a_build_is_known_by_its_loader(tmp_path: Path) -> None:
    assert not built(tmp_path)
    _build(tmp_path)
    assert built(tmp_path)


@pytest.mark.parametrize(("path", "name"), PAGES.items())
async def test_a_face_serves_its_page_on_every_path_below_it(site: House, path: str, name: str) -> None:
    async with site.http.get(site.url + path) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert name in await answer.text()
        assert answer.headers["Cache-Control"] == "no-cache"
        policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert ("frame-ancestors 'none'" in policy) is not path.startswith("/chat/")


async def test_hashed_files_are_kept_for_ever_and_sent_compressed(site: House) -> None:
    headers = {"Accept-Encoding": "gzip"}
    async with site.http.get(site.url + "/static/assets/visitor-Ab12Cd34.js", headers=headers) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert (answer.content_type, answer.headers["Vary"]) == ("text/javascript", "Accept-Encoding")
        assert (await answer.text()).startswith("console.log")


async def test_shops_on_other_origins_may_load_the_loader_and_its_chunks(site: House) -> None:
    for path in ("/w.js", "/static/assets/visitor-Ab12Cd34.js", "/static/assets/base-Ef56.css"):
        async with site.http.get(site.url + path, headers={"Origin": "https://shop.example"}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert "Access-Control-Allow-Credentials" not in answer.headers
    async with site.http.get(site.url + "/w.js") as answer:
        assert answer.headers["Cache-Control"] == "max-age=300, stale-while-revalidate=86400"


@pytest.mark.parametrize(
    "path",
    ["../outside.txt", "..%2foutside.txt", "%2e%2e/outside.txt", "assets/../../outside.txt", ".secret",
     "manifest.json", "index.html", "w.js.gz", "assets", "assets/", "nothing.js", "/etc/passwd", "%00"],
)  # fmt: skip
async def test_nothing_but_the_files_of_the_build_is_served(site: House, path: str) -> None:
    url = yarl.URL(f"{site.url}/static/{path}", encoded=True)
    async with site.http.get(url) as answer:
        assert answer.status in (400, 404), await answer.text()


@pytest.mark.parametrize(
    "path", ["/", "/w.js", "/api/me", "/api/nothing", "/healthz", "/nowhere", "/openapi.json"]
)
async def test_every_answer_carries_the_security_headers(site: House, path: str) -> None:
    async with site.http.get(site.url + path) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert path.startswith("/w.js") or "Access-Control-Allow-Origin" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"] if path.startswith("/api/") else True
