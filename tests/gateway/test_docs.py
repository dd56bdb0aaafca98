"""What is printed from the tables is what is committed, and says everything."""

import json
from pathlib import Path

import jsonschema
import msgspec

from antiphon.gateway import docs, frames
from antiphon.gateway.asyncapi import document as asyncapi
from antiphon.gateway.rest.all import routes
from antiphon.gateway.rest.openapi import document as openapi
from tests.gateway.house import House

ROOT = Path(__file__).resolve().parents[2]


def test_the_protocol_page_is_fresh() -> None:
    assert (ROOT / "docs" / "protocol.md").read_text() == docs.page()


def test_the_browsers_schema_is_fresh() -> None:
    committed = json.loads((ROOT / "widget" / "src" / "protocol" / "schema.json").read_text())
    assert committed == frames.schema()


def test_the_page_names_every_event() -> None:
    page = docs.page()
    asked = {event for calls in frames.NAMESPACES.values() for event in calls}
    said = {event for table in frames.SAID.values() for event in table}
    assert [event for event in asked | said if f"`{event}`" not in page] == []


def test_every_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(frames.schema())
    for schema in asyncapi("1")["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


async def test_the_rest_description_holds_every_route_and_resolves(house: House) -> None:
    status, served = await house.rest("GET", "/openapi.json")
    assert status == 200
    described = openapi(routes(house.node.wire), house.node.wire.hall.settings.version)
    assert served == msgspec.json.decode(msgspec.json.encode(described))
    for route in routes(house.node.wire):
        operation = served["paths"][route.path][route.method.lower()]
        assert {p["name"] for p in operation["parameters"] if p["in"] == "path"} == set(route.names)
    known = served["components"]["schemas"]
    for schema in known.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert [ref for ref in _refs(served) if ref.rpartition("/")[2] not in known] == []


async def test_the_sockets_description_is_served(house: House) -> None:
    status, served = await house.rest("GET", "/asyncapi.json")
    assert status == 200
    assert served["channels"].keys() == {"visitor", "agent", "supervisor"}


def _refs(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    return [ref for value in node for ref in _refs(value)] if isinstance(node, list) else []
