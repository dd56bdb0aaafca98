"""The brute force checker's clockwork: what is looked at tick by tick (see `brute`)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from antiphon.domain.events import Event

WRAP = 120_000


def share(num: float, den: float) -> float | None:
    return num / den if den else None


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) / 1000 if values else None


def handling(seen: Sequence[dict[str, Any]], a: int, b: int, now: int) -> dict[str, Any]:
    """AHT and ghost time: whole engagements whose last bit ended in the period."""
    done, ghosts = [], 0.0
    for x in (x for s in seen for x in s["engaged"]):
        wraps = [
            (w[0], w[1] if w[1] is not None else (w[0] + WRAP if w[0] + WRAP <= now else None))
            for w in x["wraps"]
        ]
        if x["to"] is None or any(end is None for _, end in wraps):
            continue
        end = max([x["to"], *(end for _, end in wraps if end is not None)])
        took = x["to"] - x["from"] + sum((end or 0) - start for start, end in wraps)
        if a <= end < b:
            done.append(took)
    for x in (x for s in seen if not s["spam"] for x in s["engaged"] if x["ghost"]):
        wraps = [
            (w[0], w[1] if w[1] is not None else (w[0] + WRAP if w[0] + WRAP <= now else None))
            for w in x["wraps"]
        ]
        if x["to"] is not None and all(end is not None for _, end in wraps):
            end = max([x["to"], *(end for _, end in wraps if end is not None)])
            if a <= end < b:
                ghosts += x["to"] - x["from"] + sum((end or 0) - start for start, end in wraps)
    return {"aht": mean(done), "ghost_agent_time": ghosts / 1000}


def by_tick(
    streams: Sequence[Sequence[Event]], everybody: Sequence[dict[str, Any]], clean: Sequence[dict[str, Any]],
    a: int, b: int, now: int,
) -> dict[str, Any]:  # fmt: skip
    """Time-weighted figures: at each tick, look who is there and what he has."""
    engaged = [
        (x["agent"], x["from"], now + 1 if x["to"] is None else x["to"])
        for s in everybody
        for x in s["engaged"]
    ]
    wraps = [
        (x["agent"], w[0], min(w[0] + WRAP if w[1] is None else w[1], now + 1))
        for s in everybody for x in s["engaged"] for w in x["wraps"]
    ]  # fmt: skip
    lines = [(v["entered"], now + 1 if v["left"] is None else v["left"]) for s in clean for v in s["visits"]]
    handled = [[(x["from"], now + 1 if x["to"] is None else x["to"]) for x in s["engaged"]] for s in clean]
    statuses = {
        h[0].data["agent"]: [e for e in h if e.at_ms <= now]
        for h in streams
        if h[0].stream.startswith("agent:")
    }
    agents = set(statuses) | {x[0] for x in engaged}
    instants = (
        {a, b} | {t for _, f, u in (*engaged, *wraps) for t in (f, u)} | {t for pair in lines for t in pair}
    )
    instants |= {e.at_ms for h in statuses.values() for e in h}
    ticks = sorted(t for t in instants if a <= t <= b)
    known_by_then = any(e.at_ms < b for h in statuses.values() for e in h)
    known_by_then |= any(f < min(b, u) for _, f, u in (*engaged, *wraps))
    sums = dict.fromkeys(
        ("line", "chats", "c", "any_c", "busy", "work", "load", "slots", "online", "online_c"), 0
    )
    stood = dict.fromkeys(("busy", "away", "offline", ""), 0)
    most = 0
    peak_line = peak_chats = None
    for t, until in pairwise(ticks):
        span = until - t
        line = sum(f <= t < u for f, u in lines)
        chats = sum(any(f <= t < u for f, u in spans) for spans in handled)
        peak_line, peak_chats = max(peak_line or 0, line), max(peak_chats or 0, chats)
        sums["line"] += line * span
        sums["chats"] += chats * span
        for agent in agents:
            known = [e for e in statuses.get(agent, ()) if e.at_ms <= t]
            status = known[-1].data["status"] if known else ""
            cap = known[-1].data["max_concurrency"] if known and status == "online" else 0
            c = sum(who == agent and f <= t < u for who, f, u in engaged)
            load = c + sum(who == agent and f <= t < u for who, f, u in wraps)
            busy, idle = load > 0 and status not in ("offline", ""), load == 0 and status == "online"
            sums["c"] += c * span
            sums["any_c"] += span if c else 0
            sums["busy"] += span if busy else 0
            sums["work"] += span if busy or idle else 0
            sums["load"] += load * span
            sums["slots"] += max(cap, load) * span
            sums["online"] += span if status == "online" else 0
            sums["online_c"] += c * span if status == "online" else 0
            most = max(most, c)
            if status != "online":
                stood[status] += span
    return {
        "queue_length_avg": share(sums["line"], b - a),
        "queue_length_peak": peak_line or 0,
        "concurrency_system_avg": share(sums["chats"], b - a),
        "concurrency_system_peak": peak_chats or 0,
        "concurrency_avg": share(sums["c"], sums["any_c"]),
        "occupancy": share(sums["busy"], sums["work"]),
        "slot_occupancy": share(sums["load"], sums["slots"]),
        "status_time_online": sums["online"] / 1000,
        "status_time_busy": stood["busy"] / 1000,
        "status_time_away": stood["away"] / 1000,
        "status_time_offline": stood["offline"] / 1000,
        "login_time": (sums["online"] + stood["busy"] + stood["away"]) / 1000,
        "concurrency_avg_online": share(sums["online_c"], sums["online"]),
        "utilisation_online": share(sums["work"], sums["online"] + stood["busy"] + stood["away"]),
        "concurrency_peak": most if known_by_then else None,
        "time_at_concurrency": sums["any_c"] / 1000,
    }
