"""`docs/protocol.md`, printed from the tables: `python -m antiphon.gateway.docs`."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from antiphon.gateway import errors, frames
from antiphon.gateway.limits import Limits
from antiphon.gateway.render import SHOWN

_HEAD = """\
<!-- Generated from server/antiphon/gateway/frames/ by `make docs`; do not edit. -->
# The socket protocol

Socket.IO (protocol 5) at `/socket.io/`, WebSocket transport; a client that begins by long-polling may, and
moves. Three namespaces: `/visitor`, `/agent`, `/supervisor`.

Every event a client sends takes **one object** and is acknowledged with `{"ok": true, …}` or with `{"ok":
false, "error": {"code", "message", "retryable", "request_id", "field"?, "retry_after_ms"?}}`. Unknown
fields are refused. "Not yours" and "does not exist" are the same answer, `not_found`.

## What is promised

- An `ok` for something that was said means that it is stored: it survives the end of any process.
- What is said is known by (conversation, sender, `cmid`). Say it again with the same `cmid`, over any
  connection, and the answer is the first one, with `dup: true`; the same `cmid` with other words is a
  `conflict`. A retry of what is stored is never refused for its rate.
- Nobody need wait for an answer before he says the next thing: what one client says in one conversation is
  stored in the order he said it. When something fails (`retryable: true`), what he said after it there is
  refused likewise until it is said again on that connection, or ten seconds have passed: say all again, in
  order.
- `seq` counts 1, 2, 3 … within a conversation, without gap or repeat, over all kinds. What an audience may
  not see comes as `{"conversation", "seq", "epoch", "kind": "hidden"}`, so that its count stays whole.
- A client drops what it has (`seq` ≤ its last), shows what is next, holds what is ahead and asks once with
  `sync`. `head` comes on joining and every 15 s, so a frame that was lost on the way is noticed.
- `conflict` with `resync: true` means that the log is another one (a restored backup): load the
  conversation anew.
- An error with `retryable: false` was not stored and never will be.
- `notice {kind: "draining", retry_in_ms}`: this server goes away; connect again after that time.
- Typing, reading, presence: best effort, the latest wins, nothing is kept.

Text is kept as it is. Control characters other than line feed and tab are refused (`bad_text`), and so is a
text of space only. Numbers are finite, integers within ±2^53, objects no deeper than 12 levels, no key
twice.
"""

_AUTH = {
    "/visitor": (
        frames.VisitorAuth,
        (
            "No log-in: `token` from an earlier `session` makes the same visitor again. With `identity` the\n"
            "shop says who it is; if the site has a secret, `hash` is HMAC-SHA256(secret, id) in hex."
        ),
    ),
    "/agent": (
        frames.TicketAuth,
        "A `ticket` from `POST /api/socket-ticket`: good for one connection and for a minute.",
    ),
    "/supervisor": (frames.TicketAuth, "The same ticket, of a supervisor or an administrator."),
}


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_codes(), *_limits(), *_namespaces(), *_visible(), *_structs()]).rstrip() + "\n"


def _codes() -> Iterator[str]:
    yield "## Error codes\n"
    yield "| code | status over HTTP |\n|---|---|"
    yield from (f"| `{code}` | {status} |" for code, status in errors.STATUS.items())
    yield ""


def _limits() -> Iterator[str]:
    limits = Limits()
    yield "## Limits\n"
    yield "| what | at once | then |\n|---|---|---|"
    for name, what in (
        ("visitor", "events of a visitor's socket"), ("user", "events of an agent's socket"),
        ("hints", "typing, read and page of one socket"), ("frames", "frames of one socket"),
        ("login_account", "log-ins of one account"), ("login_address", "log-ins from one address"),
        ("rest", "REST requests of one user"),
    ):  # fmt: skip
        rate = getattr(limits, name)
        yield f"| {what} | {rate.burst:g} | {_per(rate.per_s)} |"
    yield f"\nA frame or a body: {limits.frame_bytes} bytes. A message: {frames.MAX_TEXT} characters."
    yield f"Join a namespace within {limits.connect_s:g} s. An answer comes within {limits.call_s:g} s.\n"


def _per(per_s: float) -> str:
    return f"{per_s:g} a second" if per_s >= 1 else f"one in {1 / per_s:g} s"


def _namespaces() -> Iterator[str]:
    for namespace, calls in frames.NAMESPACES.items():
        auth, says = _AUTH[namespace]
        yield f"## `{namespace}`\n"
        yield f"Connect with [`{auth.__name__}`](#{auth.__name__.lower()}). {says}\n"
        yield "| send | with | `ok` gives | |\n|---|---|---|---|"
        for event, call in calls.items():
            yield f"| `{event}` | {_link(call.takes)} | `{call.gives}` | {call.says} |"
        yield "\n| hear | |\n|---|---|"
        for event, kind in frames.SAID[namespace].items():
            yield f"| `{event}` | {_link(kind) if kind else 'the live board; see below'} |"
        yield ""


def _visible() -> Iterator[str]:
    yield "## The board\n"
    yield "`board` comes with `whole: true` at once and then, within a second of a change, with only the rows"
    yield "of `queues`, `agents` and `conversations` and the `totals` that changed. `gone` names the rows"
    yield "that are no more: `{queues: [id], agents: [id], conversations: [id]}`.\n"
    yield "## What a visitor sees of an event\n"
    yield "Agents and supervisors see every field. A visitor sees these; every other kind is `hidden`.\n"
    yield "| kind | fields of `data` |\n|---|---|"
    yield from (
        f"| `{kind}` | {', '.join(f'`{name}`' for name in names) or '–'} |" for kind, names in SHOWN.items()
    )
    yield "\nA message that is not public (a note, a whisper) is hidden too.\n"


def _structs() -> Iterator[str]:
    yield "## The objects\n"
    for name, schema in frames.schema()["$defs"].items():
        yield f"### {name}\n"
        if schema.get("description"):
            yield schema["description"].strip() + "\n"
        yield "| field | | |\n|---|---|---|"
        required = schema.get("required", ())
        for field, shape in schema.get("properties", {}).items():
            yield f"| `{field}` | {_shape(shape)} | {'' if field in required else 'may be left out'} |"
        yield ""


def _link(kind: type) -> str:
    return f"[`{kind.__name__}`](#{kind.__name__.lower()})"


def _shape(shape: Mapping[str, Any]) -> str:
    """A field's type in a few words."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in shape:
        return " or ".join(_shape(one) for one in shape["anyOf"])
    if "enum" in shape:
        return " · ".join(f"`{value}`" for value in shape["enum"])
    kind = shape.get("type", "anything")
    if kind == "array":
        return f"list of {_shape(shape.get('items') or {})}" if shape.get("items") else "list"
    return f"{kind}{_bounds(shape)}"


def _bounds(shape: Mapping[str, Any]) -> str:
    told = [
        f"{says} {shape[name]}"
        for name, says in (
            ("minLength", "at least"), ("maxLength", "at most"), ("minimum", "≥"), ("maximum", "≤"),
            ("pattern", "like"),
        )
        if name in shape
    ]  # fmt: skip
    words = ", ".join(f"`{one}`" if one.startswith("like") else one for one in told)
    return f" ({words})" if told else ""


if __name__ == "__main__":
    sys.stdout.write(page())
