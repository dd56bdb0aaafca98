"""`antiphon openapi`: the REST interface as a document."""

import asyncio
import tempfile
from pathlib import Path

import click
import msgspec

from antiphon import __version__
from antiphon.app import open_node
from antiphon.config import Config
from antiphon.gateway.rest.all import routes
from antiphon.gateway.rest.openapi import document


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document."""
    click.echo(asyncio.run(_document()))


async def _document() -> str:
    """The routes of a node that never listens."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database_url=f"sqlite:///{Path(folder) / 'none.db'}", bot="none")
        async with open_node(config) as node:
            described = document(routes(node.wire), __version__)
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode()
