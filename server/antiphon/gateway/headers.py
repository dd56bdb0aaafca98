"""Security headers on every answer, and CORS for the little the widget needs."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; "
    "connect-src 'self' ws: wss:; media-src 'self'; font-src 'none'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
PAGE_CSP = f"{_PAGE}; frame-ancestors 'none'"
FRAMED_CSP = _PAGE  # the chat as a full page may be framed
_BARE_CSP = "default-src 'none'; frame-ancestors 'none'"  # JSON, text, files

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SHARED = ("/w.js", "/static/")  # what a shop's page on another origin imports


@web.middleware
async def security(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Headers on whatever the handler made, errors of the router included."""
    try:
        response = await handler(request)
    except web.HTTPException as raised:
        dress(request, raised)
        raise
    if not response.prepared:
        dress(request, response)
    return response


def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on; a page's own policy stays."""
    headers = response.headers
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", _BARE_CSP)
    if "frame-ancestors" in headers["Content-Security-Policy"]:
        headers.setdefault("X-Frame-Options", "DENY")
    if request.secure or request.headers.get("X-Forwarded-Proto") == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith(_SHARED):
        headers.setdefault("Access-Control-Allow-Origin", "*")
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    else:
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
