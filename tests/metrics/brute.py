"""The same figures by brute force: a tick at a time, from the words of the definitions. Shares no code.

Everything is asked of the plain list of events: who is waiting, engaged, there — at this instant? Slow, and
simple enough to be believed. Instants of the random logs are few,
so only instants at which something happens,
and the ends of graces and wrap-ups, are ticked; between two of them nothing changes.
"""

from collections.abc import Sequence
from typing import Any

import numpy

from antiphon.domain.events import Event

from .brute_ticks import by_tick, handling, mean, share

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
            "csat": None, "asked": 0, "first_human": None, "channel": start.data["channel"], "handed": [],
            "said": {"visitor": 0, "bot": 0, "agent": 0}, "open_ms": 0,
        }  # fmt: skip
        away = how_away = None
        is_open, visit, turn, confirmed, warm = True, None, None, False, False
        last_word, opened = "", start.at_ms
        for i, e in enumerate(self.events):
            d, t = e.data, e.at_ms
            if not is_open and e.kind in ("reopened", "queue_entered", "accepted", "bot_started", "diverted"):
                is_open, confirmed, opened = True, False, t
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
            if self.from_visitor(e) or self.is_reply(e):
                last_word = d["sender"]
                seen["said"][last_word] += 1
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
                    one = {"agent": d["agent"], "from": t, "to": None, "wraps": [], "ghost": away is not None,
                           "replied": None}  # fmt: skip
                    seen["engaged"].append(one)
                if visit is not None:
                    visit.update(left=t, outcome="answered")
                    visit = None
                if seen["accepted"] is None and away is None:
                    seen["accepted"] = t
            elif e.kind == "transferred":
                warm = bool(d.get("warm"))
                seen["handed"].append(bool(seen["engaged"]))
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
                    seen["open_ms"] += t - opened
                    waits = [x["to"] - x["from"] for x in seen["turns"] if x["by"] in ("human", "nobody")]
                    done = {
                        "at": t, "resolved": bool(d.get("resolved")) or confirmed, "reopened": None,
                        "waited": sum(waits), "said": dict(seen["said"]), "open_ms": seen["open_ms"],
                        "unanswered": sum(x["by"] == "nobody" for x in seen["turns"]),
                        "served": seen["served"] is not None, "dropped": last_word == "visitor",
                        "accepted": seen["accepted"], "agents": len(seen["engaged"]),
                    }  # fmt: skip
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
        own = [x for x in seen["engaged"] if human and x["agent"] == e.data["agent"] and x["to"] is None]
        if own and away is None and own[0]["replied"] is None:
            own[0]["replied"] = e.at_ms
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
    last = [
        (s, own[-1]) for _, s in clean
        if (own := [c for c in s["closes"] if c["at"] < b]) and own[-1]["at"] >= a
    ]  # fmt: skip
    answered_waits = [waited[id(v)] for v in visits if v["outcome"] == "answered"]
    heard = [v for c, s in clean if s["channel"] == "web" for v in s["visits"] if a <= v["entered"] < b]
    gone = [v for v in heard if v["outcome"] == "abandoned"]
    soon = count("abandoned", most=LEVEL)
    lost = sum(o in ("abandoned_in_queue", "abandoned_after_accept") for o in outcomes)
    taken = [o for _, s, o in asked if s["accepted"] is not None and o != "pending"]
    in_target = sum(f <= TARGET for f in first)
    too_late = sum(o == "pending" and now - s["requested"] > TARGET for _, s, o in asked)
    everybody = answered + left + closed + late
    started = [(s, c.outcome(s)) for c, s in clean if a <= s["started"] < b]
    engaged = [x for _, s in clean for x in s["engaged"] if a <= x["from"] < b and x["replied"] is not None]
    handed = [s["handed"] for _, s in clean if s["accepted"] is not None and a <= s["accepted"] < b]
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
        "csat_mean": share(sum(ratings), len(ratings)),
        "dsat": share(sum(r <= 2 for r in ratings), len(ratings)),
        "queue_entered": len(visits),
        "conversations_human_requested": len(asked),
        "queue_wait_answered_p50": middle(answered_waits, 50),
        "queue_wait_answered_p90": middle(answered_waits, 90),
        "queue_wait_answered_max": middle(answered_waits, 100),
        "queue_abandon_time_avg": mean([waited[id(v)] for v in visits if v["outcome"] == "abandoned"]),
        "queue_wait_all_avg": mean(
            [waited[id(v)] for v in visits if v["outcome"] in ("answered", "abandoned", "system_closed")]
        ),
        "service_level_answered_only": share(in_time, answered),
        "service_level_neutral": share(in_time, everybody - soon),
        "service_level_positive": share(in_time + soon, everybody),
        "service_level_short_positive": share(in_time + short, everybody),
        "short_abandon_rate": share(short, answered + left + closed),
        "overflow_rate": share(count("overflow"), len(visits)),
        "silent_abandonment_share": share(sum(v["silent"] for v in gone), len(gone)),
        "longest_wait_now": share(
            max(
                (now - v["entered"] for _, s in clean for v in s["visits"] if v["outcome"] == "waiting"),
                default=0,
            ),
            1000,
        )
        if any(waiting(c, s) for c, s in clean)
        else None,
        "conversation_abandonment_rate": share(lost, missed + outcomes.count("served")),
        "abandoned_after_accept_rate": share(taken.count("abandoned_after_accept"), len(taken)),
        "frt_within_target": share(in_target, missed + outcomes.count("served") + too_late),
        "first_response_time_p50": middle(first, 50),
        "first_response_time_p90": middle(first, 90),
        "first_response_time_any_p90": middle(any_, 90),
        "first_response_time_e2e": mean([s["served"] - s["started"] for s, o in started if o == "served"]),
        "response_time_p50": middle(turns, 50),
        "response_time_p90": middle(turns, 90),
        "response_time_max": middle(turns, 100),
        "agent_first_response_time": mean([x["replied"] - x["from"] for x in engaged]),
        "transfer_rate": share(sum(any(h) for h in handed), len(handed)),
        "transfers_per_conversation": share(sum(sum(h) for h in handed), len(handed)),
        "customer_wait_total": mean([c["waited"] for _, c in last]),
        "dropped_rate": share(
            sum(c["served"] and c["dropped"] for _, c in last), sum(c["served"] for _, c in last)
        ),
        "unanswered_turns": sum(c["unanswered"] for _, c in last),
        "conversation_duration_avg": mean([c["open_ms"] for _, c in last]),
        "messages_per_conversation": share(sum(sum(c["said"].values()) for _, c in last), len(last)),
        "messages_per_conversation_bot": share(sum(c["said"]["bot"] for _, c in last), len(last)),
        "messages_per_conversation_human": share(sum(c["said"]["agent"] for _, c in last), len(last)),
        "messages_per_conversation_visitor": share(sum(c["said"]["visitor"] for _, c in last), len(last)),
        "contacts_by_topic": len(last),
        "resolution_time_p90": middle([c["at"] - s["started"] for s, c in resolved], 90),
        "spam_rate": share(
            sum(s["spam"] for _, s in seen if a <= s["started"] < b),
            sum(a <= s["started"] < b for _, s in seen),
        ),
        "active_conversations_now": sum(any(x["to"] is None for x in s["engaged"]) for _, s in clean),
        **by_tick(streams, [s for _, s in seen], [s for _, s in clean], a, min(b, now), now),
        **handling([s for _, s in seen], a, b, now),
    }


def middle(values: Sequence[float], percent: float) -> float | None:
    return float(numpy.percentile(values, percent)) / 1000 if values else None


def waiting(chat: Chat, seen: dict[str, Any]) -> bool:
    return any(v["outcome"] == "waiting" for v in seen["visits"])
