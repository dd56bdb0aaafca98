"""What the bot did in a period: the catalogue's numbers, and the turns behind them."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from antiphon.gateway.rest.body import Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.learning.turns import Bin
from antiphon.metrics.answers import Answers, Asked, instant
from antiphon.metrics.calendar import zone_of
from antiphon.metrics.results import Result

FIGURES = (
    "bot_conversations", "bot_fallback_rate", "bot_fallback_rate_conversation", "bot_containment_rate",
    "bot_deflection_rate", "bot_resolution_rate", "bot_negative_rate", "bot_handoff_rate",
    "bot_confidence_avg",
)  # fmt: skip
INTENTS = 50
_CANDIDATE = {
    "automation_candidate_score": "score", "topic_volume_share": "volume_share",
    "topic_repeatability": "repeatability", "topic_simplicity": "simplicity",
    "automation_hours_candidate": "hours",
}  # fmt: skip


class PeriodQuery(Query, frozen=True):
    """As of `/api/reports`."""

    since: Annotated[str, Meta(max_length=40)] = msgspec.field(name="from")
    until: Annotated[str, Meta(max_length=40)] = msgspec.field(name="to")
    tz: Annotated[str, Meta(max_length=60)] = "UTC"


class IntentUsed(msgspec.Struct, frozen=True, kw_only=True):
    """What messages were taken for: how many, `fallbacks` of them in vain, and how sure on average."""

    name: str
    title: str | None
    turns: int
    fallbacks: int
    confidence: float | None


class Handoffs(msgspec.Struct, frozen=True, kw_only=True):
    reason: str
    count: int


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that people handle and a bot could (kpis.md R10); `hours` it could save them."""

    topic: str
    score: float
    volume_share: float | None = None
    repeatability: float | None = None
    simplicity: float | None = None
    hours: float | None = None


class BotReport(msgspec.Struct, frozen=True, kw_only=True):
    """`figures` as `/api/reports` gives them. `silent`: turns without a confidence, in no bin."""

    figures: list[dict[str, Any]]
    turns: int
    silent: int
    confidence: list[Bin]
    intents: list[IntentUsed]
    handoffs: list[Handoffs]
    candidates: list[Candidate]


async def report(ask: Ask) -> BotReport:
    hall, query = ask.wire.hall, ask.query
    figures = await hall.answers.answer(_asked(query, FIGURES))
    zone = zone_of(query.tz)
    from_ms, to_ms = instant(query.since, zone, "from"), instant(query.until, zone, "to")
    counted = await hall.teacher.counted(from_ms, to_ms)
    return BotReport(
        figures=[figure.wire() for figure in figures], turns=counted.turns, silent=counted.silent,
        confidence=counted.confidence,
        intents=await _intents(ask, counted.sure),
        handoffs=await _handoffs(hall.answers, query), candidates=await _candidates(hall.answers, query),
    )  # fmt: skip


def _asked(query: PeriodQuery, kpis: tuple[str, ...], *by: str) -> Asked:
    return Asked(kpis=kpis, since=query.since, until=query.until, tz=query.tz, by=by)


async def _intents(ask: Ask, sure: Mapping[str, float]) -> list[IntentUsed]:
    """The most used first; `""` are the turns for which nothing was likely at all."""
    hall = ask.wire.hall
    titles = {known.name: known.title for known in hall.teacher.about().intents}
    found = await hall.answers.answer(_asked(ask.query, ("bot_fallback_rate",), "intent"))
    used = [
        IntentUsed(
            name=name, title=titles.get(name), turns=int(one.den or 0), fallbacks=int(one.num or 0),
            confidence=sure.get(name),
        )
        for one in found if (name := str(one.group.get("intent") or "")) or one.den
    ]  # fmt: skip
    return sorted(used, key=lambda one: (-one.turns, one.name))[:INTENTS]


async def _handoffs(answers: Answers, query: PeriodQuery) -> list[Handoffs]:
    found = await answers.answer(_asked(query, ("bot_handoff_rate",), "reason"))
    counts = [(str(one.group.get("reason") or ""), int(one.num or 0)) for one in found]
    ordered = sorted((one for one in counts if one[1]), key=lambda one: (-one[1], one[0]))
    return [Handoffs(reason=reason, count=count) for reason, count in ordered]


async def _candidates(answers: Answers, query: PeriodQuery) -> list[Candidate]:
    """Topics with a score, the best first."""
    topics: dict[str, dict[str, float]] = {}
    for one in await answers.answer(_asked(query, tuple(_CANDIDATE), "topic")):
        if isinstance(one.value, int | float):
            topics.setdefault(_topic(one), {})[_CANDIDATE[one.id]] = float(one.value)
    ranked = [_candidate(topic, told) for topic, told in topics.items() if topic and "score" in told]
    return sorted(ranked, key=lambda one: (-one.score, one.topic))


def _topic(one: Result) -> str:
    return str(one.group.get("topic") or "")


def _candidate(topic: str, told: Mapping[str, float]) -> Candidate:
    return msgspec.convert({"topic": topic, **told}, Candidate)


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/bot/report", says="What the bot did in a period.", run=report,
              role="supervisor", query=PeriodQuery, gives=BotReport, long=True),
    ]  # fmt: skip
