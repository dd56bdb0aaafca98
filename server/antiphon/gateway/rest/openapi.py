"""OpenAPI 3.1, printed from the same rows that serve."""

from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.gateway.errors import STATUS
from antiphon.gateway.frames import ErrorShape
from antiphon.gateway.rest.body import Query
from antiphon.gateway.rest.layer import Route


class Failure(msgspec.Struct, frozen=True):
    """Every failure looks like this."""

    error: ErrorShape


def document(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """The whole description."""
    types = list(dict.fromkeys(_types(routes)))
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    known = dict(zip(types, schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Antiphon", "version": version, "license": {"name": "MIT", "identifier": "MIT"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-antiphon"},
            },
        },
    }


def _types(routes: Sequence[Route]) -> list[Any]:
    found: list[Any] = [Failure]
    for route in routes:
        found += [kind for kind in (route.takes, route.gives) if kind is not None]
    return found


def _operation(route: Route, known: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "summary": route.says,
        "description": f"Least role: {route.role}." if route.role else "For everybody.",
        "tags": [route.path.split("/")[2]],
        "security": [{"bearer": []}, {"cookie": []}] if route.role else [],
        "parameters": [*_in_path(route), *_in_query(route.query)],
        "responses": {str(route.status): _answer(route, known), **_failures(known)},
    }
    if route.takes is not None:
        operation["requestBody"] = {"required": True, "content": _json(known[route.takes])}
    return operation


def _name(route: Route) -> str:
    words = [part.strip("{}") for part in route.path.split("/")[2:]]
    return "_".join([route.method.lower(), *(word.replace("-", "_") for word in words)])


def _in_path(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    return [{"name": name, "in": "path", "required": True, "schema": text} for name in route.names]


def _in_query(query: type[Query] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    (_,), components = msgspec.json.schema_components([query])
    schema = components[query.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": shape}
        for name, shape in schema["properties"].items()
    ]


def _answer(route: Route, known: dict[Any, Any]) -> dict[str, Any]:
    if route.gives is None:
        return {"description": "Done."}
    return {"description": "As asked.", "content": _json(known[route.gives])}


def _failures(known: dict[Any, Any]) -> dict[str, Any]:
    failure = {"description": "Refused.", "content": _json(known[Failure])}
    return {str(status): failure for status in sorted({*STATUS.values(), 413, 415})}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
