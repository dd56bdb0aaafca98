"""What goes out comes in again: the same events, and so the same numbers; and tables for other programs."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from antiphon.cli import main

GOLDEN = Path(__file__).parents[1] / "golden"
BESIDE = [
    {"ts": 5, "event": "ticket_created", "ticket": "t1", "conversation": "nobody's", "visitor": "v"},
    {"ts": 6, "event": "visit_started", "visitor": "=v", "session": "s", "page": "/a,b", "mood": ["odd"]},
    {"ts": 7, "event": "mention", "network": "x", "text": "Ärger\n", "actor": {"kind": "bot"}},
    {"ts": 8, "event": "shift_planned", "agent": "ann", "from": 10, "to": 20},
]


def antiphon(url: str, *words: str) -> bytes:
    """What a command wrote to standard output."""
    done = CliRunner().invoke(main, words, env={"ANTIPHON_DATABASE_URL": url}, catch_exceptions=False)
    assert done.exit_code == 0, (words, done.output)
    return done.stdout_bytes


@pytest.fixture
def filled(fresh_database_url: str, tmp_path: Path) -> str:
    """A journal of a story, which the export must bring back whole."""
    beside = tmp_path / "beside.ndjson"
    beside.write_text("".join(json.dumps(line) + "\n" for line in BESIDE))
    for file in (GOLDEN / "tl2.ndjson", beside):
        antiphon(fresh_database_url, "import", str(file))
    return fresh_database_url


def plain(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def test_events_come_back_as_they_were_and_the_numbers_with_them(filled: str, tmp_path: Path) -> None:
    out = tmp_path / "out.ndjson"
    antiphon(filled, "export", "--what", "events", "--format", "ndjson", "-o", str(out))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    told = antiphon(other, "import", str(out))
    lines = out.read_bytes()
    assert f"accepted {len(lines.splitlines())}, repeated 0, refused 0" in told.decode()
    again = antiphon(other, "export", "--what", "events", "--format", "ndjson")
    assert sorted(again.splitlines()) == sorted(lines.splitlines())  # the journal's order is that of time now
    for one in json.loads((GOLDEN / "tl2.expected.json").read_text())[:6]:
        where = [f"--where={dim}={one[dim]}" for dim in ("queue", "agent") if dim in one]
        period = ["--from", one["from"], "--to", one["to"], "--as-of", one["as_of"]]
        asked = ["report", "--kpi", one["kpi"], *period, *where, "--format", "json"]
        first, second = antiphon(filled, *asked), antiphon(other, *asked)
        assert first == second
        assert json.loads(second)["results"][0]["value"] == one["value"]


def test_events_as_a_table_say_the_same_as_the_lines(filled: str, tmp_path: Path) -> None:
    lines = plain(antiphon(filled, "export", "--what", "events", "--format", "ndjson"))
    parquet = str(tmp_path / "it's.parquet")
    antiphon(filled, "export", "--what", "events", "--format", "parquet", "-o", parquet)
    rows = duckdb.execute(
        "SELECT ts, event, conversation, id, more, text, agent FROM read_parquet(?)", [parquet]
    )
    told = [
        dict(zip(("ts", "event", "conversation", "id", "more", "text", "agent"), row, strict=True))
        for row in rows.fetchall()
    ]
    named = list(csv.DictReader(io.StringIO((antiphon(filled, "export", "--what", "events")).decode())))
    assert len(named) == len(told) == len(lines)
    for line, row, cells in zip(lines, told, named, strict=True):
        for name in ("ts", "event", "conversation", "id", "text", "agent"):
            assert row[name] == line.get(name)
            assert cells[name] == str(line.get(name) or "")
    [odd] = [row for row in told if row["more"]]
    assert json.loads(odd["more"]) == {"mood": ["odd"]}
    assert next(row for row in named if row["event"] == "visit_started")["visitor"] == "'=v"  # no formula


def test_one_row_a_conversation(filled: str, tmp_path: Path) -> None:
    rows = plain(antiphon(filled, "export", "--format", "ndjson"))
    started = [
        line
        for line in plain((GOLDEN / "tl2.ndjson").read_bytes())
        if line["event"] == "conversation_started"
    ]
    assert {row["conversation"]: row["started_at"] for row in rows} == {
        line["conversation"]: line["ts"] for line in started
    }  # fmt: skip
    named = list(csv.DictReader(io.StringIO((antiphon(filled, "export")).decode())))
    assert [row["conversation"] for row in named] == [row["conversation"] for row in rows]
    assert {row["left_at"] for row in named if not row["left_at"].isdigit()} <= {""}
    parquet = str(tmp_path / "conversations.parquet")
    antiphon(filled, "export", "--format", "parquet", "-o", parquet)
    found = duckdb.execute("SELECT conversation, served_at FROM read_parquet(?)", [parquet]).fetchall()
    assert found == [(row["conversation"], row["served_at"]) for row in rows]
