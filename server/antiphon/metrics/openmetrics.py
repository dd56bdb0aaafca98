"""The live board as OpenMetrics lines. Names, help and units come from the catalogue; labels are queues only.

A ratio is exposed as itself and as its two sums (`_num`, `_den`),
so that whoever adds up nodes or queues never
has to average percentages. What is unknown (null) is left out, never 0.
"""

from collections.abc import Iterator

from antiphon.metrics.board import BY_QUEUE, Board
from antiphon.metrics.catalogue import BY_ID, Kpi
from antiphon.metrics.ledger import LIVE

PREFIX = "antiphon_"
_UNITS = {"s": "seconds", "ratio": "ratio"}
_NOW = ("waiting", "agents_online", "free_slots")


def name_of(kpi: Kpi) -> str:
    """The metric's name: what it is, and the unit as OpenMetrics wants it, at the end."""
    unit = _UNITS.get(kpi.unit, "")
    period = "" if kpi.klass == "S" else "_today"
    return f"{PREFIX}{kpi.id}{period}{'_' + unit if unit else ''}"


def exposition(board: Board) -> Iterator[str]:
    """The lines of one board, without the closing `# EOF`."""
    for kpi in LIVE:
        yield from _family(kpi, board)
    yield from _queues_now(board)


def _family(kpi: Kpi, board: Board) -> Iterator[str]:
    name, unit = name_of(kpi), _UNITS.get(kpi.unit, "")
    tiles = [("", board.totals.get(kpi.id))]
    if kpi.id in BY_QUEUE:
        tiles += [(_label(row["queue"]), row["kpis"].get(kpi.id)) for row in board.queues]
    known = [(label, tile) for label, tile in tiles if tile and tile["value"] is not None]
    if known:
        yield from _head(name, kpi.says, unit)
        yield from (f"{name}{label} {tile['value']}" for label, tile in known)
    if unit == "ratio":
        for part in ("num", "den"):
            bare = f"{name.removesuffix('_ratio')}_{part}"
            yield from _head(bare, f"{kpi.says} ({part})", "")
            yield from (f"{bare}{label} {tile[part] or 0}" for label, tile in tiles if tile)


def _queues_now(board: Board) -> Iterator[str]:
    for part in _NOW:
        name = f"{PREFIX}queue_{part}"
        yield from _head(name, f"By queue, at this moment: {part.replace('_', ' ')}.", "")
        yield from (f"{name}{_label(row['queue'])} {row[part]}" for row in board.queues)


def _head(name: str, says: str, unit: str) -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    if unit:
        yield f"# UNIT {name} {unit}"
    yield f"# HELP {name} {says}"


def _label(queue: str) -> str:
    escaped = queue.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{queue="{escaped}"}}'


def names() -> list[str]:
    """Every name the catalogue can expose."""
    return [name_of(BY_ID[kpi.id]) for kpi in LIVE]
