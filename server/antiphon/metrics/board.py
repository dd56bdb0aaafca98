"""The live board of the contract: queues, agents, totals, alerts, as of one instant.

Everything in one board shares one `as_of_ms` (M18). A frame to a supervisor is `whole` at first,
and then only
what changed: rows by their id, totals by the KPI's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from antiphon.metrics.ledger import LIVE, Standing
from antiphon.metrics.question import Question
from antiphon.metrics.scene import AgentNow, Scene, serving
from antiphon.metrics.tally import Figure

# Today's figures shown for each queue; every other live KPI is in the totals.
BY_QUEUE = (
    "queue_offered", "service_level", "queue_wait_answered_avg", "queue_wait_answered_p90",
    "queue_abandonment_rate", "short_abandons", "missed_chats", "first_response_time", "response_time_avg",
    "aht",
    "csat", "nps", "concurrency_system_avg", "resolved_issues",
)  # fmt: skip
_QUEUE_KPIS = tuple(kpi for kpi in LIVE if kpi.id in BY_QUEUE)
_LOST = next(kpi for kpi in LIVE if kpi.id == "queue_abandonment_rate_raw")
_LEVEL = next(kpi for kpi in LIVE if kpi.id == "service_level")
_ENOUGH = 5  # requests before a service level below its target is news

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One moment; the rows are plain JSON."""

    as_of_ms: int
    queues: Sequence[Row]
    agents: Sequence[Row]
    totals: Mapping[str, Row]
    alerts: Sequence[Row]

    def wire(self) -> dict[str, Any]:
        """The whole board as the contract's frame."""
        return {
            "as_of_ms": self.as_of_ms, "whole": True, "queues": list(self.queues),
            "agents": list(self.agents),
            "totals": dict(self.totals), "alerts": list(self.alerts),
        }  # fmt: skip

    def since(self, old: "Board | None") -> dict[str, Any]:
        """What changed since `old`; the whole board when a row has gone or there is no old one."""
        if old is None or _ids(old.queues, "queue") - _ids(self.queues, "queue"):
            return self.wire()
        if _ids(old.agents, "agent") - _ids(self.agents, "agent"):
            return self.wire()
        frame: dict[str, Any] = {
            "as_of_ms": self.as_of_ms,
            "whole": False,
            "queues": _news(old.queues, self.queues, "queue"),
            "agents": _news(old.agents, self.agents, "agent"),
            "totals": {id_: row for id_, row in self.totals.items() if old.totals.get(id_) != row},
        }
        if list(old.alerts) != list(self.alerts):
            frame["alerts"] = list(self.alerts)
        return frame


def _ids(rows: Sequence[Row], name: str) -> set[str]:
    return {row[name] for row in rows}


def _news(old: Sequence[Row], new: Sequence[Row], name: str) -> list[Row]:
    before = {row[name]: row for row in old}
    return [row for row in new if before.get(row[name]) != row]


def has_news(frame: Mapping[str, Any]) -> bool:
    """Is there anything in the frame but its time?"""
    return bool(frame["whole"] or frame["queues"] or frame["agents"] or frame["totals"] or "alerts" in frame)


def assemble(standing: Standing, scene: Scene, q: Question) -> Board:
    """The board of one moment out of the totals and the floor."""
    agents = scene.agents()
    queues = [_queue_row(queue, standing, scene, agents, q) for queue in scene.queues()]
    return Board(
        as_of_ms=q.as_of_ms,
        queues=queues,
        agents=[_agent_row(agent) for agent in agents],
        totals={kpi.id: _tile(kpi.id, standing.figure(kpi, q), q) for kpi in LIVE},
        alerts=_alerts(queues),
    )


def _tile(kpi: str, figure: Figure, q: Question, queue: str = "") -> Row:
    row: Row = {"value": figure.value, "num": figure.num, "den": figure.den, "n": figure.n}
    if figure.pending:
        row["pending"] = figure.pending
    limits = q.settings.limits(queue)
    targets = {"service_level": limits.sl_target, "first_response_time": limits.frt_target_s}
    if kpi in targets:
        row["target"] = targets[kpi]
    return row


def _queue_row(queue: str, standing: Standing, scene: Scene, agents: list[AgentNow], q: Question) -> Row:
    plan = scene.floorplan.queue.get(queue)
    waiting = scene.waiting_since(queue)
    mine = serving(agents, queue)
    limits = q.settings.limits(queue)
    level, lost = standing.figure(_LEVEL, q, queue), standing.figure(_LOST, q, queue)
    return {
        "queue": queue,
        "name": plan.name if plan else queue,
        "open": plan.hours.is_open(scene.now_ms) if plan else True,
        "waiting": len(waiting),
        "longest_wait_ms": scene.now_ms - waiting[0] if waiting else None,
        "waiting_since_ms": waiting[0] if waiting else None,
        "service_level_today": {"num": level.num or 0, "den": level.den or 0},
        "sl_target": limits.sl_target,
        "sl_threshold_s": limits.sl_threshold_s,
        "abandoned_today": lost.num or 0,
        "agents_online": sum(agent.status == "online" for agent in mine),
        "free_slots": sum(agent.free for agent in mine),
        "kpis": {kpi.id: _tile(kpi.id, standing.figure(kpi, q, queue), q, queue) for kpi in _QUEUE_KPIS},
    }


def _agent_row(agent: AgentNow) -> Row:
    return {
        "agent": agent.plan.id,
        "name": agent.plan.name or agent.plan.id,
        "status": agent.status,
        "reason": agent.reason or None,
        "since_ms": agent.since_ms,
        "load": agent.load,
        "wrapups": agent.wrapups,
        "max_concurrency": agent.max_concurrency,
        "free_slots": agent.free,
        "queues": list(agent.queues),
        "conversations": list(agent.conversations),
    }


def _alerts(queues: Sequence[Row]) -> list[Row]:
    """What a supervisor must not have to look for."""
    alerts: list[Row] = []
    for row in queues:
        if row["waiting"] and not row["agents_online"]:
            alerts.append({"kind": "nobody_online", "queue": row["queue"], "waiting": row["waiting"]})
        level = row["service_level_today"]
        if level["den"] >= _ENOUGH and level["num"] < row["sl_target"] * level["den"]:
            value = level["num"] / level["den"]
            alerts.append({
                "kind": "service_level_low", "queue": row["queue"], "value": value,
                "target": row["sl_target"],
            })  # fmt: skip
    return alerts
