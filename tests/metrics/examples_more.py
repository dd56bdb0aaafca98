"""Worked cases of tiers 1 and 2; see `examples`."""

from collections.abc import Mapping
from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics import Settings

from .examples import TL6, TL10, Example, many
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
)  # fmt: skip


def customer(name: str, *moves: Any) -> list[Event]:
    return stream(f"customer:{name}", *((s, kind, {"customer": name, **data}) for s, kind, data in moves))


def ticket(name: str, created: float, *moves: Any, **more: Any) -> list[Event]:
    first = move(created, "ticket_created", ticket=name, **more)
    return stream(f"ticket:{name}", first, *((s, kind, {"ticket": name, **data}) for s, kind, data in moves))


def form(
    name: str, perceived: Mapping[str, float], expected: Mapping[str, float], **weights: float
) -> list[Event]:
    items = {f"{d}.1.P": x for d, x in perceived.items()} | {f"{d}.1.E": x for d, x in expected.items()}
    items |= {f"{d}.w": x for d, x in weights.items()}
    return chat(name, close(1), *(rating(2, "servqual", x, item=item) for item, x in items.items()))


_DIMS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
_P = dict(zip(_DIMS, (5.8, 5.2, 5.6, 6.0, 5.5), strict=True))
_E = dict(zip(_DIMS, (5.5, 6.6, 6.2, 6.1, 5.7), strict=True))
_W = dict(zip(_DIMS, (10, 35, 25, 18, 12), strict=True))
H = 3600
TEN_ERLANG = [
    shift("ann", (0, "online"), cap=9),
    *(
        chat(f"c{i}", queue(i * 60), accept(i * 60, f"a{i % 9}"), close(i * 60 + 600), at=i * 60)
        for i in range(60)
    ),
]

TIER_1 = [
    Example(name="TL10: what the first visitor waited in all", streams=TL10[:1],
            gives={"customer_wait_total": 37}),
    Example(name="fourteen messages in two chats", streams=[
        chat("a", *(says(i) for i in range(4)), *(reply(i,
                    canned_id="x" if i == 10 else None) for i in range(10, 14)),
             accept(14), close(20)),
        chat("b", *(says(i) for i in range(2)), *(bot(i) for i in range(10, 14)), reply(15, public=False),
             close(20)),
    ], gives={
        "messages_per_conversation": 7, "messages_per_conversation_visitor": 3,
        "messages_per_conversation_human": 2,
        "messages_per_conversation_bot": 2, "canned_share": 0.25, "agent_turns": 0.5,
        "conversation_duration_active": 13, "human_duration": 6,
    }),
    Example(
        name="overflow, diversion, offers", streams=[
            chat("a", queue(0), queue(10, "B"), accept(20)), chat("b", queue(0), accept(5)),
            chat("d", handoff(1), move(2, "diverted", reason="off_hours")),
            chat("o", queue(0), move(1, "offer_made", agent="x"), ends(15)),
        ],
        gives={"overflow_rate": 0.25, "divert_rate": 0.25, "queue_abandonment_rate_while_offered": 1 / 3},
    ),
    Example(name="the estimate was ten seconds off", streams=[
        chat("a", queue(0, estimate_s=[20, 40]), accept(40)), chat("b", queue(0), accept(99)),
    ], gives={"ewt_error": 10}),
    Example(name="one of three with one touch", streams=[
        chat("a", queue(0), accept(1), reply(2), close(9)), *TL6,
        chat("r", queue(0), accept(1), reply(2), close(9), move(20, "reopened", by="visitor"), close(30)),
    ], gives={"one_touch_rate": 1 / 3, "reopen_rate": None}),
    Example(name="two of three came back", to=3 * DAY_S, streams=[
        chat("a", close(10), visitor="v"), chat("b", close(DAY_S + 10), at=DAY_S, visitor="v"),
        chat("c", at=2 * DAY_S, visitor="v"), chat("x", visitor=""),
    ], gives={"repeat_contact_rate": 2 / 3}),
    Example(
        name="18 complaints, 3 escalated, 2 400 customers", streams=[
            *many(15, move(1, "complaint_flagged"), close(2), name="c"),
            *many(3, move(1, "complaint_flagged"), move(1, "escalated", level="2"), close(2), name="e"),
            *many(82, close(2), name="n"),
            *(customer(f"k{i}", move(-10, "customer_state", active=True)) for i in range(2400)),
        ],
        gives={"complaint_rate": 0.18, "complaint_escalation_rate": 3 / 18, "escalation_rate": 0.03,
               "complaints_per_1000_customers": 7.5, "active_customers": 2400},
    ),
    Example(name="55 good, 20 so-so, 25 bad", streams=[
        *many(55, says(1, sentiment=0.05), close(2), name="p"), *many(20, says(1, sentiment=0.049),
                    close(2), name="o"),
        *many(25, says(1, sentiment=-0.05), close(2), name="n"), chat("unknown", says(1), close(2)),
    ], gives={"net_sentiment": 0.3, "sentiment_avg": (55 * 0.05 + 20 * 0.049 - 25 * 0.05) / 100}),
    Example(name="the tone rose", streams=[
        chat("a", *(says(i, sentiment=s) for i, s in enumerate((-0.6, -0.2, 0.1, 0.5))), close(9)),
        chat("single", says(1, sentiment=1.0), close(9)),
    ], gives={"sentiment_shift": 0.7}),
    Example(name="six of two hundred are spam", streams=[*many(194, name="g"), *many(6, move(1,
                    "spam_flagged"), name="s")],
            gives={"spam_rate": 0.03}),
    Example(name="what it was about", where={"topic": "billing"}, streams=[
        *many(120, move(1, "tagged", value="billing"), close(2), name="b"), *many(280, close(2), name="o"),
    ], gives={"contacts_by_topic": 120}),
    Example(name="the customer said it was solved", streams=[
        *many(3, rating(1, "fcr", 1), name="y"), *many(1, rating(1, "fcr", 0), name="n"),
    ], gives={"fcr_survey": 0.75}),
    Example(
        name="150 of 200, then 172 of 210", to=H, streams=[
            *(chat(f"b{i}", close(-3000), rating(-2900, "csat", 5 if i < 150 else 2),
                   at=-3500) for i in range(200)),
            *(chat(f"a{i}", close(10), rating(20, "csat", 5 if i < 172 else 2)) for i in range(210)),
        ],
        gives={"csat_change": 6.904761904761905, "csat_change_p": 0.08872858980487243,
               "csat_change_verdict": "no significant change"},
    ),
    Example(
        name="from 30 to 56", to=H, streams=[
            *(chat(f"b{i}", rating(-9, "nps", 9 if i < 50 else 7 if i < 80 else 3),
                   at=-10) for i in range(100)),
            *(chat(f"a{i}", rating(9, "nps", 9 if i < 66 else 7 if i < 90 else 3)) for i in range(100)),
        ],
        gives={"nps_change": 26.0, "nps_change_p": 0.011417879369575988, "nps_change_verdict": "improved"},
    ),
    Example(
        name="the backlog's age", to=9 * DAY_S, streams=[
            ticket("a", 8 * DAY_S), ticket("b", 7 * DAY_S, due_ms=1_767_571_200_000), ticket("c", 0)],
        gives={"backlog_age_avg": 4 * DAY_S, "backlog_age_p90": 7.6 * DAY_S, "backlog_overdue": 1},
    ),
    Example(
        name="a ticket solved, reopened, solved", to=6 * H, streams=[
            ticket("t", 0, move(600, "ticket_replied", agent="ann"),
                   move(H, "ticket_status_changed", status="pending"),
                   move(1.5 * H, "ticket_status_changed", status="open"),
                   move(2 * H, "ticket_status_changed", status="solved"), move(3 * H, "ticket_reopened"),
                   move(5 * H, "ticket_status_changed", status="solved"))],
        gives={"ticket_resolution_time": 5 * H, "ticket_resolution_time_first": 2 * H, "tickets_solved": 1,
               "ticket_resolution_time_excl_pending": 4.5 * H, "ticket_first_reply_time": 600,
               "ticket_first_reply_time_p50": 600, "ticket_first_reply_time_p90": 600,
               "ticket_resolution_time_p50": 5 * H,
               "ticket_resolution_time_p90": 5 * H, "ticket_resolution_time_bh": 5 * H, "ticket_net_flow": 0,
               "ticket_resolution_time_first_bh": 2 * H, "ticket_first_reply_time_bh": 600},
    ),
    Example(
        name="180 in time, 20 late, 5 not due", to=H, streams=[
            *(ticket(f"m{i}", 0, move(10, "ticket_status_changed", status="solved"), due_ms=1_767_571_220_000)
              for i in range(180)),
            *(ticket(f"l{i}", 0, due_ms=1_767_571_220_000) for i in range(20)),
            *(ticket(f"p{i}", 0, due_ms=1_767_571_200_000 + 9 * 3_600_000) for i in range(5))],
        gives={"sla_met_rate": 0.9},
    ),
    Example(
        name="200 customers, 20 lost, 30 won", to=DAY_S, streams=[
            *(customer(f"k{i}", move(-10, "customer_state", active=True, amount=50)) for i in range(180)),
            *(customer(f"l{i}", move(-10, "customer_state", active=True, amount=50),
                       move(10, "customer_state", active=False)) for i in range(20)),
            *(customer(f"n{i}", move(10, "customer_state", active=True, amount=50)) for i in range(30))],
        gives={"crr": 0.9, "churn_rate": 0.1, "churn_rate_revenue": 0.1, "active_customers": 210,
               "recurring_worth_avg": 50},
    ),
    Example(
        name="sessions, pages, purchases", streams=[
            customer("a", move(0, "visit_started"), move(5, "page_view"), move(9, "page_view"),
                     move(60, "invitation_shown"), move(70, "invitation_accepted"), move(100, "order_paid",
                    amount=10)),
            customer("b", move(0, "visit_started"), move(1, "page_view")),
            customer("c", move(0, "visit_started"), move(1, "page_view"), move(2, "invitation_shown"),
                     move(2000, "page_view"), move(2001, "login")),
            chat("x", customer="a", at=80, visitor="va")],
        gives={"conversion_rate": 0.25, "chat_engagement_rate": 0.25, "invitation_acceptance_rate": 0.5,
               "bounce_rate": 0.5, "pages_per_session": 1.25, "time_on_site": 104 / 4,
               "sessions_per_activity": 4},
    ),
    Example(
        name="chatters buy more", to=DAY_S, as_of=9 * DAY_S, streams=[
            *(chat(f"y{i}", bot(1), visitor=f"y{i}") for i in range(18)),
            *(stream(f"customer:y{i}", move(DAY_S, "order_paid", visitor=f"y{i}")) for i in range(18)),
            *(chat(f"n{i}", bot(1), visitor=f"n{i}") for i in range(102)),
            *(stream(f"customer:s{i}", move(1, "visit_started", visitor=f"s{i}"),
                     *([move(9, "goal_reached", visitor=f"s{i}")] if i < 16 else [])) for i in range(400))],
        gives={"chat_conversion_rate": 0.15, "chat_conversion_lift": 3.75},
    ),
    Example(
        name="who was here", to=30 * DAY_S, streams=[
            customer("daily", *(move(d * DAY_S + 5, "login") for d in range(30))),
            customer("late", move(29 * DAY_S + 9, "login")), customer("mid", move(25 * DAY_S, "login")),
            customer("early", move(5, "login"))],
        gives={"dau": 2, "wau": 3, "mau": 4, "stickiness": 33 / 30 / 4},
    ),
    Example(
        name="sixty of two hundred come back the next day", to=DAY_S, as_of=40 * DAY_S, streams=[
            *(customer(f"y{i}", move(5, "signed_up"), move(DAY_S + 5, "login"), move(7 * DAY_S, "login"))
              for i in range(60)),
            *(customer(f"n{i}", move(5, "signed_up"), move(6, "activated")) for i in range(140))],
        gives={"d1_retention": 0.3, "d7_retention": 0.3, "d30_retention": 0, "d1_retention_unbounded": 0.3,
               "d7_retention_unbounded": 0.3, "d30_retention_unbounded": 0, "activation_rate": 0.7},
    ),
    Example(
        name="ten erlangs", streams=TEN_ERLANG, as_of=2 * H, settings=Settings(max_concurrency=3),
        gives={"offered_load_erlangs": 10, "agents_required": 5, "agents_online_avg": 1, "staffing_gap": -4,
               "erlang_c_service_level": 0, "erlang_a_service_level": 0, "agents_required_effective": 13,
               "agents_rostered": None},
    ),
    Example(name="patience", streams=[
        *(chat(f"a{i}", queue(0), accept(60)) for i in range(60)), *(chat(f"l{i}", queue(0),
                    ends(30)) for i in range(40)),
        *(chat(f"s{i}", queue(0), ends(5)) for i in range(10)),
    ], gives={"patience_mean_s": 120}),
    Example(
        name="eight weeks of Mondays", streams=[
            chat(f"w{w}-{i}", queue(-w * 7 * DAY_S + i), ends(-w * 7 * DAY_S + i), at=-w * 7 * DAY_S + i)
            for w, n in enumerate((20, 25, 23, 21, 19, 24, 20, 22, 18)) for i in range(n)],
        gives={"forecast_offered": 21.5, "forecast_wape": 0.075, "forecast_bias": 0.075},
    ),
    Example(
        name="what a topic could save", streams=[
            *(chat(f"b{i}", move(0, "tagged", value="billing"), queue(0), accept(0, f"p{i}"),
                   reply(1, f"p{i}", canned_id="k" if i < 25 else None), close(100,
                    resolved=i < 28)) for i in range(35)),
            *(chat(f"o{i}", queue(0), accept(0, f"q{i}"), reply(1, f"q{i}"), close(300)) for i in range(65)),
            *(chat(f"z{i}", says(0), bot(1), move(2, "bot_confirm", answer="yes"), close(3,
                    "bot")) for i in range(12)),
        ],
        gives={"topic_repeatability": 0.25, "topic_simplicity": 0.93, "topic_volume_share": 1,
               "topic_negative_share": None, "automation_candidate_score": 0.2325,
               "bot_hours_saved": 12 * 230 / H,
               "resolved_by_bot": 12, "effective_handle_time": 230},
    ),
    Example(name="what the bot alone was rated", streams=[
        chat("a", says(0), bot(1, confidence=0.9), close(2), rating(3, "csat", 5)),
        chat("b", says(0), bot(1, confidence=0.6), close(2), rating(3, "csat", 4)),
        chat("c", says(0), bot(1, confidence=0.3), close(2), rating(3, "csat", 2)),
        chat("d", says(0), bot(1), queue(2), accept(3), reply(4), close(5), rating(6, "csat", 1)),
    ], gives={"bot_csat": 2 / 3, "bot_confidence_avg": 0.6, "csat_excl_bot": 0}),
    Example(name="half the time somebody could have taken a chat", to=100, streams=[
        shift("ann", (0, "online"), cap=1), chat("c", queue(0), accept(50)),
    ], gives={"accepting_rate": 0.5, "coverage_rate": 1}),
    Example(name="ghosts", streams=[
        chat("g", queue(0), ends(5), accept(6), close(16)), chat("r", queue(0), accept(6), close(36)),
    ], gives={"ghost_agent_time_share": 0.25}),
]  # fmt: skip


def _tone(i: int) -> str:
    return "positive" if i < 55 else "negative" if i >= 75 else "neutral"


TIER_2 = [
    Example(name="five dimensions", streams=[form("r", _P, _E, **_W)], gives={
        "servqual_gap_tangibles": 0.3, "servqual_gap_reliability": -1.4, "servqual_gap_responsiveness": -0.6,
        "servqual_gap_assurance": -0.1, "servqual_gap_empathy": -0.2, "servqual_score": -0.4,
        "servqual_score_weighted": -0.652,
    }),
    Example(
        name="a word of a hundred", where={"item": "friendly"},
        settings=Settings(brand_targets={"friendly": 0.7}),
        streams=[chat(f"r{i}", rating(1, "brand", 1 if i < 62 else 0, item="friendly")) for i in range(100)],
        gives={"brand_attribute_share": 0.62},
    ),
    Example(name="better, same, worse", streams=[
        *many(48, rating(1, "compare", 5), name="b"), *many(40, rating(1, "compare", 3), name="s"),
        *many(12, rating(1, "compare", 1), name="w"),
    ], gives={"competitive_preference": 36}),
    Example(name="against others' numbers", streams=[
        *many(1, rating(1, "nps", 10), rating(1, "csat", 5), name="n"),
        stream("desk:1", *(move(-9, "benchmark", metric=m, value=v, definition_matches=True)
                           for m, v in (("nps", 40), ("nps", 20), ("csat", 0.8))),
               move(-9, "benchmark", metric="nps", value=-100, definition_matches=False)),
    ], gives={"competitor_nps": 30, "relative_nps": 70, "competitor_csat": 0.8, "benchmark_gap": 0.2}),
    Example(
        name="money after a chat, and back", to=3 * DAY_S, settings=Settings(loaded_rate=25,
                    platform_cost=300),
        streams=[
            chat("c", bot(1), close(5), customer="k", visitor="v"),
            customer("k", move(2 * DAY_S, "order_paid", amount=120, order="1"),
                     move(2.5 * DAY_S, "order_refunded", amount=20, order="1")),
            customer("stranger", move(9, "order_paid", amount=999)),
            stream("agent:ann", move(0, "shift_planned", agent="ann", start_ms=1_767_571_200_000,
                                     end_ms=1_767_571_200_000 + 2 * 3_600_000))],
        gives={"chat_revenue": 100, "chat_revenue_assisted": 100, "paid_hours": 2, "conversations_handled": 1,
               "support_cash_flow": 100 - 50 - 30, "cost_per_contact": 80, "sales_cycle_days": 2,
               "sales_cycle_days_p50": 2, "sales_cycle_days_p90": 2},
    ),
    Example(name="what is said of us", settings=Settings(own_brand="us"), streams=[stream("desk:1",
        *(move(i, "mention", brand="us", sentiment=_tone(i),
               needs_reply=i < 10, replied_at=1_767_571_200_000 + i * 1000 + 60_000 if i < 5 else None)
          for i in range(100)), *(move(i, "mention", brand="them") for i in range(200)))],
        gives={"mentions": 100, "share_of_voice": 1 / 3, "social_net_sentiment": 0.3,
               "social_reply_rate": 0.5,
               "social_first_reply_time": 60}),
    Example(name="forty wish for WhatsApp", streams=[
        *many(40, move(1, "tagged", value="wants_channel:whatsapp"), close(2), name="w"), *many(960,
                    close(2),
                    name="o"),
    ], gives={"unmet_channel_requests": 0.04}),
    Example(
        name="40 employed, 4 leave, 2 come", to=DAY_S, streams=[
            *(stream(f"agent:s{i}", move(-10 * DAY_S, "employee_hired", agent=f"s{i}")) for i in range(36)),
            *(stream(f"agent:l{i}", move(-10 * DAY_S, "employee_hired", agent=f"l{i}"),
                     move(9, "employee_left", agent=f"l{i}", voluntary=i == 0)) for i in range(4)),
            *(stream(f"agent:n{i}", move(9, "employee_hired", agent=f"n{i}")) for i in range(2))],
        gives={"employee_turnover_rate": 4 / 39, "employee_turnover_rate_voluntary": 1 / 39,
               "employee_retention_rate": 0.9, "avg_tenure": (36 * 11 + 2 * (1 - 9 / DAY_S)) / 38},
    ),
]  # fmt: skip

BY_GROUP = [
    # name, streams, settings, dimension, kpi, what each group gives
    (
        "a word against its target",
        TIER_2[1].streams,
        TIER_2[1].settings,
        "item",
        "brand_gap",
        {"friendly": -8.0},
    ),
    ("a topic's share", TIER_1[10].streams, Settings(), "topic", "topic_share", {"": 0.7, "billing": 0.3}),
]
