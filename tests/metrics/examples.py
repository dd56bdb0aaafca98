"""One worked case for every KPI: a small history and the figures it must give.

The figures are those of the examples in the definitions where these give any; the rest are worked by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics import Settings

from .words import (
    DAY_S,
    accept,
    bot,
    chat,
    close,
    ends,
    handoff,
    move,
    queue,
    rating,
    reply,
    says,
    shift,
    stream,
    wrapup,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Example:
    """A history, a period in seconds from T0, and what comes out."""

    name: str
    streams: Sequence[Sequence[Event]]
    to: float = 3600
    since: float = 0
    as_of: float | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    gives: Mapping[str, Any]


def waits(*seconds: float, outcome: str = "accept") -> list[list[Event]]:
    """Chats that waited so long, and were accepted or left."""
    leave = {"accept": accept, "end": ends}[outcome]
    return [chat(f"{outcome}{i}-{s}", queue(0), leave(s)) for i, s in enumerate(seconds)]


def many(n: int, *moves: Any, name: str = "m", **start: Any) -> list[list[Event]]:
    return [chat(f"{name}{i}", *moves, **start) for i in range(n)]


# ICMI's data set: A=1000, B=60, N=860, b=20, s=10.
ICMI = [
    *many(860, queue(0), accept(30), name="in-time"),
    *many(140, queue(0), accept(31), name="late"),
    *many(10, queue(0), ends(10), name="short"),
    *many(10, queue(0), ends(30), name="soon"),
    *many(40, queue(0), ends(31), name="long"),
]
TL4 = [
    chat("served", queue(0), accept(5), reply(20), close(100)),
    chat("dropped", queue(0), accept(5), reply(20), says(60), close(100)),
    chat("greeted", queue(0), accept(8), reply(8, auto=True), ends(40), close(40, "visitor", resolved=False)),
    chat("forgotten", queue(0), accept(5), close(900, "system", resolved=False)),
]
TL6 = [
    chat(
        "t", says(0), queue(0), accept(5), reply(9),
        move(65, "transferred", **{"from": "ann"}, to_queue="B"), *wrapup(65, 70),
        queue(65, "B", "transfer"), accept(80, "bob"), says(100), reply(102, "bob"),
        says(110), move(145, "transferred", **{"from": "bob"}, to_agent="cid"), *wrapup(145, 150, "bob"),
        accept(145, "cid"), reply(150, "cid"), close(195), *wrapup(195, 210, "cid"),
    ),
]  # fmt: skip
TL10 = [
    chat("c1", says(0), queue(0), accept(1), reply(4), says(20), reply(35), says(50), reply(58), says(90),
         close(100)),
    chat("c2", says(0), queue(0), accept(1), reply(2), says(10), reply(30), says(40), says(70), reply(100),
         says(110), reply(114), close(120)),
]  # fmt: skip
CSAT = [
    chat(f"s{score}-{i}", close(10), rating(20, "csat", score))
    for score, n in {5: 42, 4: 32, 3: 10, 2: 9, 1: 14}.items()
    for i in range(n)
]
TL12 = [
    chat("b1", says(0), bot(1), close(60, "visitor", resolved=False), move(50, "bot_confirm", answer="yes")),
    chat("b2", says(0), bot(1, fallback=True), says(5), bot(6, fallback=True), ends(30),
         close(30, "visitor", resolved=False), visitor="w"),
    chat("b3", says(0), bot(1), says(5), handoff(6), queue(6), accept(8), reply(9), close(60)),
    chat("b4", says(0), bot(1), close(60, "visitor", resolved=False), move(61, "bot_confirm", answer="no")),
    chat("b7", says(0), bot(1), handoff(6), move(7, "diverted", reason="off_hours"), close(60, "system")),
    chat("b6", says(0), bot(1), says(20)),
    chat("b2-again", queue(36 * 3600), accept(36 * 3600 + 5), at=36 * 3600, visitor="w"),
]  # fmt: skip

TIER_0 = [
    Example(
        name="an hour is half-open", since=3600, to=7200,
        streams=[chat(f"c{s}", at=s) for s in (3599.999, 3600, 7199.999, 7200)],
        gives={"conversations_started": 2},
    ),
    Example(name="three waits", streams=waits(29, 30, 31), gives={
        "queue_wait_answered_avg": 30, "queue_wait_answered_p50": 30, "queue_wait_answered_p90": 30.8,
        "queue_wait_answered_max": 31, "queue_wait_all_avg": 30, "queue_wait_answered_avg_bh": 30,
        "queue_entered": 3, "conversations_human_requested": 3,
    }),
    Example(name="four who gave up", streams=waits(10, 11, 30, 31, outcome="end"), gives={
        "queue_abandon_time_avg": 20.5, "short_abandons": 1, "short_abandon_rate": 0.25,
        "queue_abandon_time_avg_bh": 20.5, "queue_wait_all_avg_bh": 20.5,
        "queue_abandonment_rate_never_offered": 1,
        "queue_abandonment_rate_while_offered": 0, "abandonment_by_stage": 4,
    }),
    Example(name="who waits now", as_of=100, streams=[chat("a", queue(0)), chat("b", queue(80), at=80)],
            gives={
        "longest_wait_now": 100, "queue_length_now": 2, "queue_wait_max": 100, "active_issues": 2,
    }),
    Example(name="queue length over ten minutes", to=600, streams=waits(30, 50, 20, 0), gives={
        "queue_length_avg": 100 / 600, "queue_length_peak": 3,
    }),
    Example(name="ICMI's thousand", streams=ICMI, gives={
        "service_level": 860 / 1050, "service_level_strict": 860 / 1060, "service_level_answered_only": 0.86,
        "service_level_neutral": 860 / 1040, "service_level_positive": 880 / 1060,
        "service_level_short_positive": 870 / 1060, "queue_abandonment_rate": 50 / 1050,
        "queue_abandonment_rate_raw": 60 / 1060, "queue_offered": 1060,
    }),
    Example(name="TL4: level perfect, half missed", streams=TL4, gives={
        "service_level": 1, "queue_abandonment_rate": 0, "conversation_abandonment_rate": 0.25,
        "missed_chats": 2,
        "missed_chat_rate": 0.5, "abandoned_after_accept": 1, "abandoned_after_accept_rate": 0.25,
        "dropped_rate": 0.5, "unanswered_turns": 1, "frt_within_target": 0.5, "engagements_without_reply": 2,
        "conversation_abandonment_rate_excl_short": 0.25,
    }),
    Example(
        name="two agents, one slot free", as_of=60,
        streams=[shift("ann", (0, "online")), shift("bob", (0, "online")),
                 *(chat(f"a{i}", queue(1), accept(2)) for i in range(2)),
                 *(chat(f"b{i}", queue(1), accept(2, "bob")) for i in range(3))],
        gives={"agents_online_now": 2, "free_slots_now": 1, "load_now": 5, "active_conversations_now": 5},
    ),
    Example(
        name="three agents' hours over one", since=0, to=100,
        streams=[chat("a", queue(0), accept(0), close(50)), chat("b", queue(0), accept(25), close(75)),
                 chat("c", queue(0), accept(50), accept(60, "bob"), close(100))],
        gives={"concurrency_system_avg": 1.5, "concurrency_system_peak": 2},
    ),
    Example(name="greeting, then the bot's answer", streams=[chat("c", bot(1, auto=True), bot(4))], gives={
        "first_response_time_any": 4, "first_response_time_any_p50": 4, "first_response_time_any_p90": 4,
    }),
    Example(
        name="five first responses",
        streams=[chat(f"c{s}", queue(0), accept(1), reply(s)) for s in (4, 8, 10, 20, 60)],
        gives={"first_response_time": 20.4, "first_response_time_p50": 10, "first_response_time_p90": 44,
               "first_response_time_e2e": 20.4, "first_response_time_bh": 20.4,
               "first_response_time_e2e_bh": 20.4,
               "agent_first_response_time": 19.4, "agent_first_response_time_bh": 19.4},
    ),
    Example(name="TL10: later replies", streams=TL10, gives={
        "response_time_avg": 21.4, "response_time_p50": 15, "response_time_p90": 44, "response_time_max": 60,
        "response_time_avg_bh": 21.4,
    }),
    Example(name="TL6: the agent's own clock", streams=TL6, where={"agent": "cid"},
            gives={"response_time_avg": 5}),
    Example(name="TL6: the visitor's clock", streams=TL6, gives={
        "response_time_max": 40, "aht": 200 / 3, "handle_time_per_conversation": 200,
        "wrapup_time_avg": 25 / 3,
        "wrapup_share": 25 / 200, "transfers_per_conversation": 2, "transfer_rate": 1, "engaged_seconds": 175,
    }),
    Example(
        name="resolved, reopened, resolved", to=DAY_S,
        streams=[chat("c", close(1800), move(3600, "reopened", by="visitor"), close(4800))],
        gives={"resolution_time": 4800, "resolution_time_first": 1800, "resolution_time_p50": 4800,
               "resolution_time_p90": 4800, "resolved_issues": 1, "resolution_rate": 1,
               "resolution_time_bh": 4800,
               "resolution_time_first_bh": 1800, "conversation_duration_avg": 3000},
    ),
    Example(name="Delighted's 107 ratings", streams=CSAT, gives={
        "csat": 74 / 107, "csat_mean": 400 / 107, "dsat": 23 / 107, "csat_excl_bot": 74 / 107,
    }),
    Example(
        name="84 of 240 questions answered", to=DAY_S, as_of=8 * DAY_S,
        streams=[*many(84, move(1, "survey_offered", kind="csat"), rating(2, "csat", 5), name="y"),
                 *many(156, move(1, "survey_offered", kind="csat"), name="n")],
        gives={"survey_response_rate": 0.35, "survey_response_rate_csat": 0.35,
               "survey_response_rate_so_far": 0.35,
               "survey_response_rate_nps": None, "survey_response_rate_ces": None},
    ),
    Example(
        name="50 promoters, 20 detractors",
        streams=[*many(50, rating(1, "nps", 9), name="p"), *many(30, rating(1, "nps", 7), name="n"),
                 *many(20, rating(1, "nps", 6), name="d")],
        gives={"nps": 30, "nps_moe": 15.308089364777041, "nps_transactional": 30, "nps_relational": None},
    ),
    Example(
        name="ten efforts",
        streams=[chat(f"e{i}", rating(1, "ces", s)) for i, s in enumerate((7, 6, 6, 5, 5, 4, 3, 7, 2, 6))],
        gives={"ces": 5.1, "ces_easy_rate": 0.7, "ces_hard_rate": 0.2},
    ),
    Example(
        name="three chats of one agent", to=600, where={"agent": "ann"},
        streams=[chat("a", accept(0), close(100)), chat("b", accept(60), close(160)), chat("c", accept(200),
                    close(260))],
        gives={"concurrency_avg": 260 / 220, "concurrency_peak": 2},
    ),
    Example(
        name="forty-two in six hours", to=8 * 3600, where={"agent": "ann"},
        streams=[shift("ann", (0, "online"), (6 * 3600, "offline"), cap=1),
                 stream("agent:ann", move(0, "shift_planned", agent="ann", start_ms=1_767_571_200_000,
                                          end_ms=1_767_571_200_000 + 8 * 3_600_000)),
                 *(chat(f"c{i}", queue(i * 500), accept(i * 500), reply(i * 500 + 5), close(i * 500 + 250),
                        at=i * 500)
                   for i in range(42))],
        gives={"conversations_per_hour": 7, "productivity_paid": 5.25, "resolved_per_hour": 7,
               "occupancy": 10500 / 21600,
               "slot_occupancy": 10500 / 21600, "utilisation": 0.75, "shrinkage": 0.25,
               "utilisation_online": 1,
               "status_time_online": 21600, "login_time": 21600, "status_time_offline": 7200,
               "status_time_busy": 0,
               "status_time_away": 0, "concurrency_avg_online": 10500 / 21600, "effective_handle_time": 250,
               "paid_hours": 8},
    ),
    Example(
        name="the backlog", to=DAY_S,
        streams=[stream(f"ticket:t{i}", move(i, "ticket_created", ticket=f"t{i}"),
                        *([move(500, "ticket_status_changed", ticket=f"t{i}",
                                status=status)] if status else []))
                 for i, status in enumerate(["", "open", "pending", "on_hold", "solved", "closed"])],
        gives={"ticket_backlog": 4, "ticket_backlog_new": 1, "ticket_backlog_open": 1,
               "ticket_backlog_pending": 1,
               "ticket_backlog_on_hold": 1, "tickets_created": 6, "tickets_solved": 1, "ticket_net_flow": -4,
               "backlog_days": 28, "active_issues": 4},
    ),
    Example(name="TL12: six bot legs, by the third day", to=DAY_S, as_of=5 * DAY_S, streams=TL12, gives={
        "bot_conversations": 6, "bot_share": 1, "bot_containment_rate": 0.6, "bot_resolution_rate": 0.2,
        "bot_negative_rate": 0.2, "bot_handoff_rate": 0.4, "bot_fallback_rate": 2 / 9,
        "bot_fallback_rate_conversation": 0.2, "bot_deflection_rate": 0.4, "handoff_unavailable_rate": 0.5,
        "bot_abandonment_rate": 0.2, "bot_barge_in_rate": 0, "automation_rate": 0.2, "bot_response_time": 1,
        "bot_response_time_p50": 1, "bot_response_time_p90": 1,
    }),
    Example(
        name="TL12 with a day's window", to=DAY_S, as_of=5 * DAY_S, streams=TL12,
        settings=Settings(deflection_window=DAY_S), gives={"bot_deflection_rate": 0.6},
    ),
]  # fmt: skip
