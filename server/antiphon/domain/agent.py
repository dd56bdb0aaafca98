"""An agent's shift: whether he is there, how much he takes, from which queues."""

from dataclasses import dataclass, replace

from antiphon.domain.commands import SetStatus, Status
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
    """The shift after `event`."""
    if event.kind != "agent_status":
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


def decide(shift: Shift, command: SetStatus, now_ms: int) -> list[Event]:
    """One `agent_status` event, or none when nothing would change.

    A back-dated command never goes behind the shift's last change.
    """
    same = (command.status, command.reason, command.max_concurrency, command.queues)
    if shift.n and same == (shift.status, shift.reason, shift.max_concurrency, shift.queues):
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
