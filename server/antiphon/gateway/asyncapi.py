"""AsyncAPI 3.0 of the sockets, printed from the tables of `frames.py`."""

from typing import Any

import msgspec

from antiphon.gateway import frames


def document(version: str) -> dict[str, Any]:
    """A channel a namespace; what the client asks and what the server says."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for namespace, calls in frames.NAMESPACES.items():
        name = namespace.strip("/")
        said = frames.SAID[namespace]
        channels[name] = {
            "address": namespace,
            "messages": {**{e: _asked(call) for e, call in calls.items()},
                         **{f"{e}_said": _said(e, kind) for e, kind in said.items()}},
        }  # fmt: skip
        operations |= {f"{name}_{event}": _operation(name, event, "receive") for event in calls}
        operations |= {f"{name}_{event}_said": _operation(name, f"{event}_said", "send") for event in said}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Antiphon sockets", "version": version,
                 "description": "Socket.IO at /socket.io/ over WebSocket; every event is acknowledged."},
        "channels": channels,
        "operations": operations,
        "components": {"schemas": _schemas()},
    }  # fmt: skip


def _asked(call: frames.Call) -> dict[str, Any]:
    return {"summary": call.says, "description": f"ok: {call.gives}", "payload": _ref(call.takes)}


def _said(event: str, kind: type[frames.Out] | None) -> dict[str, Any]:
    return {"name": event, "payload": _ref(kind) if kind else {"type": "object"}}


def _operation(channel: str, message: str, action: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message}"}],
    }


def _ref(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _schemas() -> dict[str, Any]:
    text = msgspec.json.encode(frames.schema()["$defs"])
    schemas: dict[str, Any] = msgspec.json.decode(text.replace(b"#/$defs/", b"#/components/schemas/"))
    return schemas
