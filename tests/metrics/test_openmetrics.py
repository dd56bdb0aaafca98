"""The exposition is OpenMetrics by the reference parser, and its labels are queues only."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from antiphon.metrics import Board, Live
from antiphon.metrics.openmetrics import exposition, names

from .histories import GOLDEN, ms, read


def _board() -> Board:
    live = Live()
    now_ms = ms("2026-01-05T00:01:40Z")
    live.load([[e for e in h if e.at_ms <= now_ms] for h in read(GOLDEN / "tl2.ndjson")], now_ms=now_ms)
    return live.board(now_ms)


def test_the_reference_parser_reads_it() -> None:
    text = "\n".join([*exposition(_board()), "# EOF"]) + "\n"
    families = {family.name: family for family in text_string_to_metric_families(text)}
    level = families["antiphon_service_level_today_ratio"]
    assert level.unit == "ratio"
    assert level.documentation
    values = {sample.labels.get("queue", ""): sample.value for sample in level.samples}
    assert values == {"": 3 / 9, "A": 0.25, "B": 1}
    assert families["antiphon_longest_wait_now_seconds"].samples[0].value == 100
    assert {label for f in families.values() for s in f.samples for label in s.labels} == {"queue"}


def test_what_is_unknown_is_left_out_and_names_are_unique() -> None:
    lines = list(exposition(_board()))
    assert not any("csat_today_ratio " in line and not line.startswith("#") for line in lines)
    assert not any("None" in line for line in lines)
    assert len(names()) == len(set(names()))
