"""The same figures by brute force: a tick at a time, from the words of the definitions. Shares no code.

Everything is asked of the plain list of events: who is waiting, engaged, there — at this instant? Slow,
and simple
enough to be believed. Instants of the random logs are few, so only instants at which something happens,
and the
ends of graces and wrap-ups, are ticked; between two of them nothing changes.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from antiphon.domain.events import Event

GRACE, WRAP = 60_000, 120_000
LEVEL, SHORT, TARGET = 30_000, 10_000, 60_000


class Chat:
    """One conversation read again and again from the start."""

    def __init__(self, events: Sequence[Event], now: int) -> None:
        self.events = [e for e in events if e.at_ms <= now]
        self.now = now

    # -- presence ------------------------------------------------------------------------------------

    def lost(self, i: int) -> bool:
        """Is the disconnect at position i a leave, as known now?"""
        gone = self.events[i]
        limit = gone.at_ms + GRACE
        for e in self.events[i + 1 :]:
            if e.at_ms <= limit and (e.kind == "visitor_reconnected" or self.from_visitor(e)):
                return False
        return limit <= self.now

    @staticmethod
    def from_visitor(e: Event) -> bool:
        return e.kind == "message" and e.data.get("sender") == "visitor"

    @staticmethod
    def is_reply(e: Event) -> bool:
        plain = e.kind == "message" and not e.data.get("auto") and e.data.get("public", True)
        return plain and e.data["sender"] != "visitor"

    def leaves(self, i: int) -> str:
        """How the visitor leaves at position i: '' (he does not), 'word' or 'silent'."""
        e = self.events[i]
        if e.kind == "visitor_ended" or (e.kind == "closed" and e.data.get("by") == "visitor"):
            return "word"
        return "silent" if e.kind == "visitor_disconnected" and self.lost(i) else ""

    # -- a walk that only notes what the definitions name ------------------------------------------------

    def walk(self) -> dict[str, Any]:  # noqa: C901 - one walk, to be read from top to bottom
        start = self.events[0]
        seen: dict[str, Any] = {
            "started": start.at_ms, "visits": [], "engaged": [], "turns": [], "closes": [], "requested": None,
            "served": None, "left": None, "accepted": None, "diverted": False, "any": None, "spam": False,
            "csat": None, "asked": 0, "first_human": None,
        }  # fmt: skip
        away = how_away = None
        is_open, visit, turn, confirmed, warm = True, None, None, False, False
        for i, e in enumerate(self.events):
            d, t = e.data, e.at_ms
            if not is_open and e.kind in ("reopened", "queue_entered", "accepted", "bot_started", "diverted"):
                is_open, confirmed = True, False
                seen["left"] = None
                seen["closes"][-1]["reopened"] = t
                if e.kind == "reopened":
                    away = None
            if e.kind in ("queue_entered", "bot_started", "diverted") and not warm:
                self.end_engagements(seen, t)
            how = self.leaves(i)
            if how and away is None:
                away, how_away = t, how
                if is_open:
                    if visit is not None:
                        visit.update(left=t, outcome="abandoned", silent=how == "silent")
                        visit = None
                    if turn is not None:
                        seen["turns"].append({"from": turn, "to": t, "by": "nobody"})
                        turn = None
                    if seen["requested"] is not None and seen["served"] is None and seen["left"] is None:
                        seen["left"] = t
            if e.kind == "visitor_reconnected":
                away = None
            elif self.from_visitor(e):
                away = None
                turn = t if turn is None else turn
            elif self.is_reply(e):
                turn = self.replied(seen, e, turn, away)
            elif e.kind == "queue_entered":
                if visit is None or visit["queue"] != d["queue"]:
                    if visit is not None:
                        visit.update(left=t, outcome="overflow")
                    if seen["requested"] is None:
                        seen["requested"] = t
                    visit = {
                        "queue": d["queue"],
                        "entered": t,
                        "left": None,
                        "outcome": "waiting",
                        "silent": False,
                    }
                    seen["visits"].append(visit)
                    if away is not None:
                        visit.update(left=t, outcome="abandoned", silent=how_away == "silent")
                        visit = None
                        if seen["served"] is None and seen["left"] is None:
                            seen["left"] = t
            elif e.kind == "accepted":
                if not any(x["agent"] == d["agent"] and x["to"] is None for x in seen["engaged"]):
                    one = {"agent": d["agent"], "from": t, "to": None, "wraps": [], "ghost": away is not None}
                    seen["engaged"].append(one)
                if visit is not None:
                    visit.update(left=t, outcome="answered")
                    visit = None
                if seen["accepted"] is None and away is None:
                    seen["accepted"] = t
            elif e.kind == "transferred":
                warm = bool(d.get("warm"))
                here = [x for x in seen["engaged"] if x["to"] is None]
                if not warm and here:
                    here[-1]["to"] = t
            elif e.kind in ("agent_left", "agent_lost"):
                for x in seen["engaged"]:
                    if x["agent"] == d["agent"] and x["to"] is None:
                        x["to"] = t
                        break
            elif e.kind == "diverted":
                seen["diverted"] = True
                if visit is not None:
                    visit.update(left=t, outcome="diverted")
                    visit = None
            elif e.kind == "bot_confirm" and d["answer"] == "yes":
                confirmed = True
                if not is_open:
                    seen["closes"][-1]["resolved"] = True
            elif e.kind == "closed":
                if visit is not None:
                    visit.update(left=t, outcome="system_closed")
                    visit = None
                if turn is not None:
                    seen["turns"].append({"from": turn, "to": t, "by": "nobody"})
                    turn = None
                self.end_engagements(seen, t)
                warm = False
                if is_open:
                    is_open = False
                    done = {"at": t, "resolved": bool(d.get("resolved")) or confirmed, "reopened": None}
                    seen["closes"].append(done)
            elif e.kind == "wrapup_started":
                self.wrapup(seen, d["agent"], t)
            elif e.kind == "wrapup_ended":
                self.wrapup_over(seen, d["agent"], t)
            elif e.kind in ("spam_flagged", "spam_cleared"):
                seen["spam"] = e.kind == "spam_flagged"
            elif e.kind == "survey_answered" and d["kind"] == "csat":
                first = seen["csat"][0] if seen["csat"] else t
                seen["csat"] = (first, d["score"])
        seen["open"], seen["away"] = is_open, away
        return seen

    @staticmethod
    def replied(seen: dict[str, Any], e: Event, turn: int | None, away: int | None) -> None:
        human = e.data["sender"] == "agent"
        if away is None:
            seen["any"] = e.at_ms if seen["any"] is None else seen["any"]
            if human and seen["requested"] is not None and seen["served"] is None and seen["left"] is None:
                seen["served"] = e.at_ms
        if turn is not None:
            first = human and seen["first_human"] is None
            seen["turns"].append(
                {"from": turn, "to": e.at_ms, "by": "human" if human else "bot", "first": first}
            )
        if human and seen["first_human"] is None:
            seen["first_human"] = e.at_ms

    @staticmethod
    def end_engagements(seen: dict[str, Any], t: int) -> None:
        for x in seen["engaged"]:
            if x["to"] is None:
                x["to"] = t

    @staticmethod
    def wrapup(seen: dict[str, Any], agent: str, t: int) -> None:
        mine = [x for x in seen["engaged"] if x["agent"] == agent]
        if mine and not any(w[1] is None for w in mine[-1]["wraps"]):
            mine[-1]["wraps"].append([t, None])

    @staticmethod
    def wrapup_over(seen: dict[str, Any], agent: str, t: int) -> None:
        mine = [x for x in seen["engaged"] if x["agent"] == agent]
        for w in mine[-1]["wraps"] if mine else ():
            if w[1] is None:
                w[1] = min(t, w[0] + WRAP)

    def outcome(self, seen: dict[str, Any]) -> str:
        if seen["requested"] is None:
            return ""
        if seen["served"] is not None:
            return "served"
        if seen["visits"] and seen["visits"][-1]["outcome"] == "abandoned":
            return "abandoned_in_queue"
        if seen["diverted"]:
            return "diverted"
        if seen["left"] is not None and seen["accepted"] is not None and seen["accepted"] <= seen["left"]:
            return "abandoned_after_accept"
        return "pending" if seen["open"] else "unanswered_closed"


def share(num: float, den: float) -> float | None:
    return num / den if den else None


def figures(streams: Sequence[Sequence[Event]], a: int, b: int, now: int) -> dict[str, Any]:
    """KPIs of the period [a, b) as of `now`, counted one by one."""
    chats = [(Chat(h, now), h) for h in streams if not h[0].stream.startswith("agent:") and h[0].at_ms <= now]
    seen = [(chat, chat.walk()) for chat, _ in chats]
    clean = [(chat, s) for chat, s in seen if not s["spam"]]
    visits = [v for _, s in clean for v in s["visits"] if a <= v["entered"] < b]
    waited = {id(v): (now if v["left"] is None else v["left"]) - v["entered"] for v in visits}

    def count(*outcomes: str, most: int | None = None) -> int:
        return sum(v["outcome"] in outcomes and (most is None or waited[id(v)] <= most) for v in visits)

    answered, left, closed = count("answered"), count("abandoned"), count("system_closed")
    short, in_time = count("abandoned", most=SHORT), count("answered", most=LEVEL)
    late = sum(v["outcome"] == "waiting" and waited[id(v)] > LEVEL for v in visits)
    asked = [(c, s, c.outcome(s)) for c, s in clean if s["requested"] is not None and a <= s["requested"] < b]
    outcomes = [o for _, _, o in asked]
    missed = sum(o in ("abandoned_in_queue", "abandoned_after_accept", "unanswered_closed") for o in outcomes)
    first = [s["served"] - s["requested"] for _, s, o in asked if o == "served"]
    turns = [
        t["to"] - t["from"] for _, s in clean for t in s["turns"]
        if t["by"] == "human" and not t["first"] and a <= t["from"] < b
    ]  # fmt: skip
    any_ = [s["any"] - s["started"] for _, s in clean if s["any"] is not None and a <= s["started"] < b]
    closes = [
        (s, c) for _, s in clean for c in s["closes"]
        if a <= c["at"] < b and (c["reopened"] is None or c["reopened"] >= b)
    ]  # fmt: skip
    resolved = [(s, c) for s, c in closes if c["resolved"]]
    ratings = [s["csat"][1] for _, s in clean if s["csat"] and a <= s["csat"][0] < b]
    return {
        "conversations_started": sum(a <= s["started"] < b for _, s in clean),
        "queue_offered": answered + left + closed,
        "service_level": share(in_time, answered + left - short + closed + late),
        "service_level_strict": share(in_time, answered + left + closed + late),
        "queue_abandonment_rate": share(left - short, answered + left + closed - short),
        "queue_abandonment_rate_raw": share(left, answered + left + closed),
        "short_abandons": short,
        "queue_wait_answered_avg": mean([waited[id(v)] for v in visits if v["outcome"] == "answered"]),
        "queue_wait_max": max((waited[id(v)] for v in visits), default=None),
        "queue_length_now": sum(waiting(chat, s) for chat, s in clean),
        "missed_chats": missed,
        "missed_chat_rate": share(missed, missed + outcomes.count("served")),
        "abandoned_after_accept": outcomes.count("abandoned_after_accept"),
        "first_response_time": mean(first),
        "first_response_time_any": mean(any_),
        "response_time_avg": mean(turns),
        "resolved_issues": len(resolved),
        "resolution_rate": share(len(resolved), len(closes)),
        "resolution_time": mean([c["at"] - s["started"] for s, c in resolved]),
        "active_issues": sum(s["open"] for _, s in clean),
        "csat": share(sum(r >= 4 for r in ratings), len(ratings)),
        "active_conversations_now": sum(any(x["to"] is None for x in s["engaged"]) for _, s in clean),
        **by_tick(streams, [s for _, s in seen], [s for _, s in clean], a, min(b, now), now),
        **handling([s for _, s in seen], a, b, now),
    }


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) / 1000 if values else None


def waiting(chat: Chat, seen: dict[str, Any]) -> bool:
    return any(v["outcome"] == "waiting" for v in seen["visits"])


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
    sums = dict.fromkeys(("line", "chats", "c", "any_c", "busy", "work", "load", "slots", "online"), 0)
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
            status = known[-1].data["status"] if known else "offline" if statuses.get(agent) else ""
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
    return {
        "queue_length_avg": share(sums["line"], b - a),
        "queue_length_peak": peak_line or 0,
        "concurrency_system_avg": share(sums["chats"], b - a),
        "concurrency_system_peak": peak_chats or 0,
        "concurrency_avg": share(sums["c"], sums["any_c"]),
        "occupancy": share(sums["busy"], sums["work"]),
        "slot_occupancy": share(sums["load"], sums["slots"]),
        "status_time_online": sums["online"] / 1000,
    }
