"""The schema only grows: a node of the release before works on it while nodes are restarted one by one."""

from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from antiphon.journal.engine import open_database
from antiphon.journal.migrate import _config, upgrade

Schema = dict[str, dict[str, dict[str, Any]]]


def schema(connection: Connection) -> Schema:
    """Table → column → what it is."""
    looked = inspect(connection)
    return {
        table: {column["name"]: dict(column) for column in looked.get_columns(table)}
        for table in looked.get_table_names()
    }


def destroyed(before: Schema, after: Schema) -> list[str]:
    """What a node that knows `before` would stumble over in `after`."""
    wrong = [f"table {table} is gone" for table in before.keys() - after.keys()]
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        wrong += [f"{table}.{name} is gone" for name in old.keys() - new.keys()]
        for name in old.keys() & new.keys():
            if str(old[name]["type"]) != str(new[name]["type"]):
                wrong.append(f"{table}.{name} is of another type")
            if old[name]["nullable"] and not new[name]["nullable"]:
                wrong.append(f"{table}.{name} must be given now")
        wrong += [
            f"{table}.{name} is new and must be given"
            for name in new.keys() - old.keys()
            if not new[name]["nullable"] and new[name]["default"] is None
        ]
    return wrong


async def test_every_migration_only_adds(fresh_database_url: str) -> None:
    database = open_database(fresh_database_url)
    script = ScriptDirectory.from_config(_config())
    revisions = [one.revision for one in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)], "one line, numbered"
    try:
        before: Schema = {}
        for revision in revisions:
            async with database.writing() as connection:
                await connection.run_sync(upgrade, revision)
                after = await connection.run_sync(schema)
            assert destroyed(before, after) == [], (
                f"migration {revision}: expand first, contract a release later"
            )
            before = after
    finally:
        await database.close()


COLUMN = {"type": "TEXT", "nullable": True, "default": None}
MUST = COLUMN | {"nullable": False}


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ({}, "table t is gone"),
        ({"t": {}}, "t.a is gone"),
        ({"t": {"b": COLUMN}}, "t.a is gone"),
        ({"t": {"a": COLUMN | {"type": "INTEGER"}}}, "t.a is of another type"),
        ({"t": {"a": MUST}}, "t.a must be given now"),
        ({"t": {"a": COLUMN, "b": MUST}}, "t.b is new and must be given"),
    ],
)
def test_what_destroys_is_noticed(after: Schema, says: str) -> None:
    assert destroyed({"t": {"a": COLUMN}}, after) == [says]


def test_what_only_adds_is_fine() -> None:
    after = {"t": {"a": COLUMN, "b": MUST | {"default": "0"}}, "u": {"c": MUST}}
    assert destroyed({"t": {"a": COLUMN}}, after) == []
