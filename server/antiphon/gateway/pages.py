"""Pages and files, as the front end built them. `widget/README.md` says which file is what.

Pages are sent as they are; without a build the answer is 503 "run make assets". Hashed names
never change and are kept by browsers for a year; compressed siblings are picked by aiohttp.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from antiphon.gateway.headers import FRAMED_CSP, PAGE_CSP

STATIC = Path(__file__).resolve().parent.parent / "web" / "static"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# path → file; a face serves every path below it, its router reads the rest
_PAGES = {
    "/": "index.html",
    "/demo": "demo.html",
    "/chat/{site}": "chat.html",
    "/console": "console.html",
    "/console/{rest:.*}": "console.html",
    "/supervisor": "supervisor.html",
    "/supervisor/{rest:.*}": "supervisor.html",
    "/admin": "admin.html",
    "/admin/{rest:.*}": "admin.html",
}
_LOADER = "max-age=300, stale-while-revalidate=86400"
_FOREVER = "public, max-age=31536000, immutable"
_UNSERVED = ("manifest.json",)
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml",
          ".json": "application/json", ".webmanifest": "application/manifest+json"}  # fmt: skip


def built(root: Path = STATIC) -> bool:
    """Is there a front end to serve?"""
    return (root / "w.js").is_file()


def add_to(app: web.Application, root: Path = STATIC) -> None:
    """All pages and files on the router; `root` is where the build lies."""
    for path, name in _PAGES.items():
        framed = path.startswith("/chat/")
        app.router.add_get(path, _page(root / name, FRAMED_CSP if framed else PAGE_CSP))
    app.router.add_get("/w.js", _loader(root / "w.js"))
    app.router.add_get("/static/{path:.+}", _files(root))
    app.router.add_get("/favicon.ico", _no_icon)


def _page(file: Path, policy: str) -> Handler:
    async def page(request: web.Request) -> web.StreamResponse:
        response = _send(file, "no-cache")
        response.headers["Content-Security-Policy"] = policy
        return response

    return page


def _loader(file: Path) -> Handler:
    async def loader(request: web.Request) -> web.StreamResponse:
        return _send(file, _LOADER)

    return loader


async def _no_icon(request: web.Request) -> web.Response:
    """The pages name their own; browsers ask all the same."""
    return web.Response(status=204)


def _files(root: Path) -> Handler:
    async def files(request: web.Request) -> web.StreamResponse:
        file = _inside(root, request.match_info["path"])
        if file is None:
            raise web.HTTPNotFound(text="There is no such file.") if built(root) else _unbuilt()
        hashed = file.parent.name == "assets"
        return _send(file, _FOREVER if hashed else _LOADER)

    return files


def _inside(root: Path, path: str) -> Path | None:
    """The file of a name under `root`; nothing hidden, nothing outside, no page by its file name."""
    if "\0" in path:
        return None
    wanted = (root / path).resolve()
    if not wanted.is_relative_to(root.resolve()) or any(part.startswith(".") for part in wanted.parts[-2:]):
        return None
    if wanted.name in _UNSERVED or wanted.suffix in (".html", ".gz", ".br", ".map"):
        return None
    return wanted if wanted.is_file() else None


def _send(file: Path, cache: str) -> web.StreamResponse:
    if not file.is_file():
        raise _unbuilt()
    response = web.FileResponse(file)
    response.headers["Cache-Control"] = cache
    if file.suffix in _TYPES:
        response.content_type = _TYPES[file.suffix]
        response.charset = "utf-8"
    return response


def _unbuilt() -> web.HTTPException:
    return web.HTTPServiceUnavailable(text="The front end is not built: run make assets.\n")
