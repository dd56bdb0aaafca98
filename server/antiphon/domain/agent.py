"""An agent's shift: whether he is there, how much he takes, from which queues; and when he is paid to be."""

from dataclasses import dataclass, replace
from typing import Any

from antiphon.domain.commands import Employ, PlanShift, SetStatus, Status
from antiphon.domain.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The agent's side, folded from `agent_status` events."""

    agent: str
    n: int = 0
    status: Status = "offline"
    reason: str | None = None
    since_ms: int = 0
    max_concurrency: int = 3
    queues: tuple[str, ...] = ()

    @property
    def capacity(self) -> int:
        """Slots offered to the router: none unless online."""
        return self.max_concurrency if self.status == "online" else 0


def stream_of(agent: str) -> str:
    """The name of an agent's stream in the journal."""
    return f"agent:{agent}"


def evolve(shift: Shift, event: Event) -> Shift:
    """The shift after `event`. Where somebody was by another system's history says nothing of now."""
    if event.kind != "agent_status" or event.imported:
        return replace(shift, n=event.n)
    d = event.data
    return Shift(
        agent=shift.agent,
        n=event.n,
        status=d["status"],
        reason=d.get("reason"),
        since_ms=event.at_ms if d["status"] != shift.status else shift.since_ms or event.at_ms,
        max_concurrency=d.get("max_concurrency") or shift.max_concurrency,
        queues=tuple(d["queues"]) if d.get("queues") is not None else shift.queues,
    )


def decide(shift: Shift, command: SetStatus | PlanShift | Employ, now_ms: int) -> list[Event]:
    """What the command makes of the agent's stream; nothing when nothing would change."""
    if isinstance(command, SetStatus):
        return _status(shift, command, now_ms)
    kind, data = _planned(command) if isinstance(command, PlanShift) else _employed(command)
    return [
        Event(
            kind=kind, stream=stream_of(command.agent), at_ms=max(shift.since_ms, now_ms),
            actor=command.actor, data={"agent": command.agent, **data}, cmid=command.cmid,
        )
    ]  # fmt: skip


def _planned(command: PlanShift) -> tuple[str, dict[str, Any]]:
    kind = "shift_withdrawn" if command.withdrawn else "shift_planned"
    return kind, {"start_ms": command.start_ms, "end_ms": command.end_ms}


def _employed(command: Employ) -> tuple[str, dict[str, Any]]:
    return ("employee_left", {"voluntary": command.voluntary}) if command.left else ("employee_hired", {})


def _status(shift: Shift, command: SetStatus, now_ms: int) -> list[Event]:
    """A back-dated command never goes behind the shift's last change."""
    same = (command.status, command.reason, command.max_concurrency, command.queues)
    if shift.since_ms and same == (shift.status, shift.reason, shift.max_concurrency, shift.queues):
        return []
    data = {
        "agent": command.agent,
        "status": command.status,
        "max_concurrency": command.max_concurrency,
        "queues": list(command.queues),
    }
    if command.reason:
        data["reason"] = command.reason
    if command.actor.id not in (None, command.agent):
        data["by"] = command.actor.id
    at_ms = max(shift.since_ms, command.at_ms or now_ms)
    return [
        Event(
            kind="agent_status", stream=stream_of(command.agent), at_ms=at_ms, actor=command.actor,
            data=data, cmid=command.cmid,
        )
    ]  # fmt: skip
