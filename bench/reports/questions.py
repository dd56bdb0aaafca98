"""The questions, as a person asks them and as the best SQL we know over the same facts.

Both sides answer for the same columns; `same` compares every group's value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.reports.year import DAY_MS, DAYS, START_MS

QUARTER_MS = 900_000
END_MS = START_MS + DAYS * DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`sql` gives one row a group: the columns of `by`, `began` if there is an interval, and the values."""

    name: str
    kpis: Sequence[str]
    from_ms: int
    to_ms: int
    sql: Mapping[str, str]  # the KPIs' columns, in their order → the statement that has them
    by: Sequence[str] = ()
    interval: str = ""


def _last(days: int) -> tuple[int, int]:
    return END_MS - days * DAY_MS, END_MS


def _month() -> tuple[int, int]:
    """Thirty days from the middle of the year."""
    return START_MS + 150 * DAY_MS, START_MS + 180 * DAY_MS


_SERVED = "outcome = 'served' AND initiator <> 'agent' AND spam = 0"
_SHORT = "(outcome = 'abandoned' AND left_at - entered_at <= 10000)"
_DECIDED = "(outcome = 'answered' OR outcome = 'abandoned' OR outcome = 'system_closed')"
_BREACHED = "(outcome = 'waiting' AND $as_of - entered_at > 30000)"
_LEVEL = f"""
    count(*) FILTER (outcome = 'answered' AND left_at - entered_at <= 30000) AS hits,
    count(*) FILTER (({_DECIDED} AND NOT {_SHORT}) OR {_BREACHED}) AS units,
    hits / nullif(units, 0) AS value"""
_GIVEN_UP = f"""
    count(*) FILTER (outcome = 'abandoned' AND NOT {_SHORT}) AS hits,
    count(*) FILTER ({_DECIDED} AND NOT {_SHORT}) AS units, hits / nullif(units, 0) AS value"""


def _visits(measures: str, step_ms: int, key: str = "") -> str:
    keys = f"{key}, " if key else ""
    return f"""
        SELECT {keys}entered_at // {step_ms} * {step_ms} AS began, {measures}
        FROM visit WHERE entered_at >= $from AND entered_at < $to AND spam = 0
        GROUP BY {keys}began ORDER BY {keys}began"""


def _waits(measures: str, step_ms: int) -> str:
    return f"""
        SELECT requested_at // {step_ms} * {step_ms} AS began, {measures}
        FROM conversation WHERE requested_at >= $from AND requested_at < $to AND {_SERVED}
        GROUP BY began ORDER BY began"""


def _named(share: str, number: int, name: str) -> str:
    """A share under names of its own, for two beside each other."""
    share = share.replace("hits", f"hits{number}").replace("units", f"units{number}")
    return share.replace("AS value", f"AS {name}")


_RESPONSE = "(served_at - response_from) / 1000.0"
_CONCURRENCY = f"""
    WITH one AS (
        SELECT agent, greatest(started_at, $from) AS a, least(ended_at, $to) AS b
        FROM engagement WHERE started_at < $to AND ended_at > $from AND ended_at > started_at),
    step AS (
        SELECT agent, t, sum(d) AS d
        FROM (SELECT agent, a AS t, 1 AS d FROM one UNION ALL SELECT agent, b, -1 FROM one)
        GROUP BY agent, t),
    run AS (
        SELECT agent, t, sum(d) OVER w AS c, lead(t) OVER w AS u
        FROM step WINDOW w AS (PARTITION BY agent ORDER BY t)),
    piece AS (
        SELECT agent, c, t, u, unnest(range(t // {QUARTER_MS}, (u - 1) // {QUARTER_MS} + 1)) AS q
        FROM run WHERE c > 0)
    SELECT agent, q * {QUARTER_MS} AS began,
        sum(c * (least(u, (q + 1) * {QUARTER_MS}) - greatest(t, q * {QUARTER_MS})))
        / sum(least(u, (q + 1) * {QUARTER_MS}) - greatest(t, q * {QUARTER_MS})) AS value
    FROM piece GROUP BY agent, q ORDER BY agent, q"""
_RATED = """
    SELECT agent, count(*) FILTER (kind = 'csat') AS asked, count(*) FILTER (kind = 'nps') AS scored,
        count(*) FILTER (kind = 'csat' AND score >= 4) / nullif(asked, 0) AS csat,
        100 * (count(*) FILTER (kind = 'nps' AND score >= 9) - count(*) FILTER (kind = 'nps' AND score <= 6))
        / nullif(scored, 0) AS nps
    FROM answer
    WHERE first_at >= $from AND first_at < $to AND superseded_at >= $to AND spam = 0
        AND kind IN ('csat', 'nps')
    GROUP BY agent ORDER BY agent"""


def _question(
    name: str, kpis: Sequence[str], period: tuple[int, int], sql: Mapping[str, str], interval: str = "",
    by: Sequence[str] = (),
) -> Question:  # fmt: skip
    return Question(
        name=name, kpis=kpis, from_ms=period[0], to_ms=period[1], sql=sql, by=by, interval=interval
    )


HOUR_MS = 4 * QUARTER_MS
QUESTIONS = (
    _question(
        "first response, mean/p50/p90, by hour, 30 d",
        ("first_response_time", "first_response_time_p50", "first_response_time_p90"), _month(),
        {"value p50 p90": _waits(
            f"avg({_RESPONSE}) AS value, count(*) AS n, quantile_cont({_RESPONSE}, [0.5, 0.9]) AS qs, "
            "qs[1] AS p50, qs[2] AS p90", HOUR_MS)},
        "1h",
    ),
    _question(
        "service level, day x queue, 30 d", ("service_level",), _month(),
        {"value": _visits(_LEVEL, DAY_MS, "queue")}, "1d", ("queue",),
    ),
    _question(
        "abandonment, channel x day, 365 d", ("queue_abandonment_rate",), _last(DAYS),
        {"value": _visits(_GIVEN_UP, DAY_MS, "channel")}, "1d", ("channel",),
    ),
    _question(
        "concurrency, agent x 15 min, 7 d", ("concurrency_avg",),
        (START_MS + 170 * DAY_MS, START_MS + 177 * DAY_MS), {"value": _CONCURRENCY}, "15m", ("agent",),
    ),
    _question(
        "CSAT and NPS, agent, 365 d", ("csat", "nps"), _last(DAYS), {"csat nps": _RATED}, "", ("agent",),
    ),
    _question(
        "today, 4 figures, by 15 min",
        ("service_level", "queue_abandonment_rate", "first_response_time", "first_response_time_p90"),
        _last(1),
        {
            "level gone": _visits(
                f"{_named(_LEVEL, 1, 'level')}, {_named(_GIVEN_UP, 2, 'gone')}", QUARTER_MS),
            "mean p90": _waits(
                f"avg({_RESPONSE}) AS mean, quantile_cont({_RESPONSE}, 0.9) AS p90", QUARTER_MS),
        },
        "15m",
    ),
)  # fmt: skip
