"""Prints the schema of all frames."""

import sys

import msgspec

from antiphon.gateway.frames.tables import schema

sys.stdout.write(msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n")
