"""Worked cases, continued: tickets, customers, workforce, bot, staffing."""

from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics import Settings

from .examples import Example, many
from .examples_more import H, customer, ticket
from .words import (
    DAY_S,
    T0,
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
    stream,
)  # fmt: skip


def hired(name: str, *moves: Any) -> list[Event]:
    return stream(f"agent:{name}", *((s, kind, {"agent": name, **data}) for s, kind, data in moves))


def paid(agent: str, hours: float) -> list[Event]:
    start_ms = T0
    planned = move(0, "shift_planned", start_ms=start_ms, end_ms=start_ms + round(hours * 3_600_000))
    return hired(agent, planned)


def paced(level: int, wait: float, n: int, length: float, good: int, *, start: float) -> list[list[Event]]:
    """One agent with `level` chats at once; each has `n` turns of `wait` seconds and lasts `length`."""
    return [
        chat(
            f"k{level}-{start:g}-{i}", queue(start), accept(start, f"a{level}"), reply(start, f"a{level}"),
            *(m for t in range(n) for m in (says(start + 1 + 2 * t * wait),
                                            reply(start + 1 + 2 * t * wait + wait, f"a{level}"))),
            close(start + length), rating(start + length + 1, "csat", 5 if i < good else 1), at=start,
        )
        for i in range(level)
    ]  # fmt: skip


# Three runs at 1, 2 and 3 chats at once: chat lengths 360, 480 and 600 s, so φ = 1, 1.5, 1.8.
PACE = [
    *(one for r in range(10) for one in paced(1, 10, 10, 360, 1, start=r * 1000)),
    *(one for r in range(10) for one in paced(2, 12, 5, 480, 2, start=r * 1000)),
    *(one for r in range(10) for one in paced(3, 15, 4, 600, 3, start=r * 1000)),
]

_SLA = Settings.from_mapping({"sla": {
    "first_reply": "1h", "resolution": "1d", "pause": True, "priority": {"urgent": {"first_reply": "10m"}},
    "queue": {"B": {"next_reply": "30m"}},
}})  # fmt: skip
_SOLVED = "ticket_status_changed"
TICKET = [
    Example(name="300 in a week, merged ones once", to=7 * DAY_S, streams=[
        *(ticket(f"t{i}", i * 60) for i in range(300)),
        *(ticket(f"m{i}", i, move(i + 1, _SOLVED, status="closed", merged_into="t1")) for i in range(9)),
    ], gives={"tickets_created": 300, "tickets_solved": 0}),
    Example(
        name="100 + 300 + 10 − 290", since=7 * DAY_S, to=14 * DAY_S, as_of=14 * DAY_S, streams=[
            *(ticket(f"o{i}", i) for i in range(90)),
            *(ticket(f"s{i}", i, move(DAY_S, _SOLVED, status="solved"), move(8 * DAY_S, "ticket_reopened"))
              for i in range(10)),
            *(ticket(f"a{i}", 10, move(9 * DAY_S, _SOLVED, status="solved")) for i in range(10)),
            *(ticket(f"n{i}", 8 * DAY_S + i, *([move(10 * DAY_S, _SOLVED,
            status="solved")] if i < 280 else []))
              for i in range(300)),
        ],
        gives={"ticket_backlog": 120, "tickets_created": 300, "tickets_solved": 290, "ticket_net_flow": -20,
               "backlog_days": 120 / (290 / 7)},
    ),
    Example(name="how old the backlog is", to=10 * DAY_S, streams=[
        *(ticket(f"t{d}", d * DAY_S) for d in (0, 2.5, 3, 6, 7, 8, 9, 9.5)),
        ticket("done", 0, move(5, _SOLVED, status="solved")),
    ], gives={"ticket_backlog_0_1d": 2, "ticket_backlog_1_3d": 2, "ticket_backlog_3_7d": 2,
              "ticket_backlog_over_7d": 2}),
    Example(name="one of four tickets came back", to=DAY_S, as_of=20 * DAY_S, streams=[
        *(ticket(f"s{i}", 0, move(1, "ticket_replied", agent="ann"), move(9, _SOLVED, status="solved"))
          for i in range(2)),
        ticket("two", 0, move(1, "ticket_replied", agent="ann"), move(2, "ticket_replied", agent="bob"),
               move(9, _SOLVED, status="solved")),
        ticket("back", 0, move(1, "ticket_replied", agent="ann"), move(9, _SOLVED, status="solved"),
               move(2 * DAY_S, "ticket_reopened")),
    ], gives={"ticket_reopen_rate": 0.25, "ticket_one_touch_rate": 0.75}),
    Example(
        name="promises by priority and queue", to=DAY_S, as_of=3 * DAY_S, settings=_SLA, streams=[
            ticket("kept", 0, move(H, "ticket_replied", agent="ann"), move(DAY_S, _SOLVED, status="solved")),
            ticket("late", 0, move(H + 1, "ticket_replied", agent="ann"),
                   move(DAY_S + 1, _SOLVED, status="solved")),
            ticket("urgent", 0, move(601, "ticket_replied", agent="ann"), priority="urgent"),
            ticket("again", 0, move(9, "ticket_replied", agent="ann"),
                   move(10, "ticket_replied", by="customer"), move(20, "ticket_replied", by="customer"),
                   move(1810, "ticket_replied", agent="ann"), move(2000, "ticket_replied", by="customer"),
                   move(3000, _SOLVED, status="pending"), move(2.9 * DAY_S, _SOLVED, status="open"),
                   queue="B"),
        ],
        gives={"sla_first_reply_rate": 0.5, "sla_next_reply_rate": 0.5, "sla_resolution_rate": 1 / 3,
               "sla_met_rate": 4 / 9, "backlog_overdue": 0},
    ),
]  # fmt: skip

_MONTH = 30 * DAY_S
CUSTOMER = [
    Example(
        name="a month's churn of three in a hundred", to=_MONTH,
        settings=Settings(gross_margin=0.7, acquisition_cost=100, discount_rate=0.01, lifespan_years=3),
        streams=[customer(f"k{i}", move(-91 * DAY_S, "customer_state", active=True, amount=50),
                          *([move(9, "customer_state", active=False)] if i < 3 else [])) for i in range(100)],
        gives={"clv": 50 * 0.7 / 0.03, "clv_net": 50 * 0.7 / 0.03 - 100, "clv_discounted": 848.75,
               "customer_history_days": 121, "churn_rate_annual": 1 - 0.97 ** (365 / 30)},
    ),
    Example(
        name="forty euros five times a year", to=73 * DAY_S,
        settings=Settings(gross_margin=0.6, lifespan_years=3, currency="EUR",
                          rates={"USD": {"2026-01-01": 0.5}}),
        streams=[customer("a", move(9, "order_paid", amount=30, currency="EUR")),
                 customer("b", move(9, "order_paid", amount=100, currency="USD")),
                 customer("c", move(9, "order_paid", amount=40)),
                 customer("d", move(9, "order_paid", amount=1, currency="XXX"))],
        gives={"order_value_avg": 40, "orders_per_customer": 1, "clv_simple": 360},
    ),
    Example(name="sessions and people", streams=[
        *(customer(f"b{i}", move(0, "visit_started"), move(3000, "visit_started"), move(3001, "order_paid"))
          for i in range(2)),
        *(customer(f"n{i}", move(0, "visit_started")) for i in range(6)),
    ], gives={"conversion_rate": 0.2, "conversion_rate_visitors": 0.25}),
    Example(name="1 200 of 40 000 sessions talk, in small", streams=[
        *(customer(f"n{i}", move(0, "visit_started")) for i in range(97)),
        *(customer(f"y{i}", move(0, "visit_started", visitor=f"y{i}")) for i in range(3)),
        *(chat(f"c{i}", at=5, visitor=f"y{i}", customer=f"y{i}") for i in range(3)),
    ], gives={"chat_engagement_rate": 0.03}),
    Example(name="the refund comes next month", since=_MONTH, to=2 * _MONTH, streams=[
        chat("c", bot(1), close(5), customer="k", visitor="v"),
        customer("k", move(2 * DAY_S, "order_paid", amount=120, order="1"),
                 move(_MONTH + 9, "order_refunded", amount=20, order="1")),
    ], gives={"chat_revenue": -20}),
    Example(
        name="12 000 − 800 − 6 400 − 300", to=_MONTH,
        settings=Settings(loaded_rate=25, platform_cost=200, bot_cost=100), streams=[
            chat("c", bot(1), close(5), customer="k", visitor="v"),
            customer("k", move(DAY_S, "order_paid", amount=12000, order="1"),
                     move(2 * DAY_S, "order_refunded", amount=800, order="1")),
            *(paid(f"a{i}", 32) for i in range(8))],
        gives={"support_cash_flow": 4500, "paid_hours": 256},
    ),
    Example(
        name="8 agents × 8 h × 25 for 400 contacts", to=DAY_S, settings=Settings(loaded_rate=25), streams=[
            *(paid(f"a{i}", 8) for i in range(8)),
            *many(300, queue(0), accept(1, "a0"), reply(2, "a0"), close(11), name="w"),
            *many(100, queue(0), accept(1, "a1"), reply(2, "a1"), close(31), name="s", channel="sms")],
        gives={"cost_per_contact": 4, "conversations_handled": 400},
    ),
    Example(
        name="half of agents' time for a quarter of the contacts", to=DAY_S,
        settings=Settings(loaded_rate=25),
        where={"channel": "sms"}, streams=[
            *(paid(f"a{i}", 8) for i in range(8)),
            *many(300, queue(0), accept(1, "a0"), reply(2, "a0"), close(11), name="w"),
            *many(100, queue(0), accept(1, "a1"), reply(2, "a1"), close(31), name="s", channel="sms")],
        gives={"cost_per_contact": 8},
    ),
    Example(name="320 of 1 000 activated", to=DAY_S, as_of=20 * DAY_S, streams=[
        *(customer(f"y{i}", move(1, "signed_up"), move(14 * DAY_S + 1, "activated")) for i in range(32)),
        *(customer(f"n{i}", move(1, "signed_up"), move(14 * DAY_S + 2, "activated")) for i in range(68)),
    ], gives={"activation_rate": 0.32}),
    Example(name="a fifth of all talk", settings=Settings(own_brand="us"), streams=[stream("desk:1",
        *(move(i, "mention", brand="us") for i in range(12)), *(move(i, "mention",
        brand="them") for i in range(28)),
        move(40, "mention", brand="us", own=True), move(41, "mention", brand="us", repost=True))],
        gives={"share_of_voice": 0.3, "mentions": 12}),
    Example(name="deals of 10, 20 and 60 days", to=90 * DAY_S, streams=[
        one for days in (10, 20, 60) for one in (
            chat(f"c{days}", bot(1), customer=f"k{days}"),
            customer(f"k{days}", move(days * DAY_S, "order_paid", amount=1)))],
        gives={"sales_cycle_days": 30, "sales_cycle_days_p50": 20}),
]  # fmt: skip

WORKFORCE = [
    Example(name="time with two at once", to=300, where={"engaged": "2"}, streams=[
        chat("a", accept(0), close(100)), chat("b", accept(60), close(160)), chat("c", accept(200),
        close(260)),
    ], gives={"time_at_concurrency": 40}),
    Example(
        name="45 leavers a quarter", to=91.25 * DAY_S, streams=[
            *(hired(f"o{i}", move(-400 * DAY_S, "employee_hired"),
                    *([move(9, "employee_left")] if i < 45 else [])) for i in range(232)),
            *(hired(f"n{i}", move(9, "employee_hired")) for i in range(2))],
        gives={"employee_turnover_rate": 45 / 210.5, "employee_turnover_annual": 4 * 45 / 210.5},
    ),
    Example(name="one of four newcomers left early", to=DAY_S, as_of=100 * DAY_S, streams=[
        hired("stays", move(1, "employee_hired")), hired("late", move(1, "employee_hired"),
                                                         move(90 * DAY_S + 2, "employee_left")),
        hired("early", move(1, "employee_hired"), move(90 * DAY_S + 1, "employee_left")),
        hired("too", move(1, "employee_hired")),
    ], gives={"new_hire_attrition_90d": 0.25}),
    Example(name="TL7's e4: ten seconds with two others", where={"queue": "only"}, streams=[
        chat("e", accept(0), close(30)), chat("f", accept(0), close(30)),
        chat("e4", queue(10, "only"), accept(10), close(20)),
    ], gives={"effective_handle_time": 10 / 3}),
]  # fmt: skip

BOT = [
    Example(name="yes, no, and nothing said", to=DAY_S, streams=[
        chat("y", says(0), bot(1), move(2, "bot_confirm", answer="yes"), close(3, "bot")),
        chat("n", says(0), bot(1), move(2, "bot_confirm", answer="no"), close(3, "bot")),
        chat("g", says(0), bot(1), move(2, "goal_reached", name="order-status"), close(3, "bot")),
        chat("u", says(0), bot(1), close(3, "bot")),
    ], gives={"bot_resolution_rate": 0.5, "bot_negative_rate": 0.25, "bot_unconfirmed_rate": 0.25}),
    Example(name="three of fifty left in anger", streams=[
        *many(3, says(0), bot(1, fallback=True), ends(5), close(5, "visitor"), name="a"),
        *many(47, says(0), bot(1), ends(5), close(5, "visitor"), name="b"),
    ], gives={"bot_abandonment_rate": 0.06}),
    Example(name="twenty of a hundred", streams=[
        *many(20, says(0), bot(1), move(2, "bot_confirm", answer="yes"), close(3, "bot"), name="b"),
        *many(80, queue(0), accept(1), reply(2), close(9), name="h"),
    ], gives={"automation_rate": 0.2}),
    Example(name="a hand-off that nobody has decided yet", streams=[
        chat("w", says(0), bot(1), handoff(2), queue(2)),
        chat("s", says(0), bot(1), handoff(2), queue(2), accept(3), reply(4)),
        chat("m", says(0), bot(1), handoff(2), queue(2), ends(9)),
    ], gives={"handoff_unavailable_rate": 0.5}),
    Example(name="replies whose words came up before", streams=[
        *(chat(f"d{i}", queue(0), accept(1), reply(2, print="a1"), close(9)) for i in range(3)),
        chat("own", queue(0), accept(1), reply(2, print="b2"), close(9)),
    ], gives={"topic_repeatability": 0.75}),
    Example(
        name="what automating a topic could save", streams=[
            *(chat(f"h{i}", queue(0), accept(0, f"p{i}"), reply(1, f"p{i}"), close(300)) for i in range(60)),
        ],
        gives={"automation_hours_candidate": 60 * 0.5 * 300 / 3600},
    ),
]  # fmt: skip

STAFFING = [
    Example(name="three at once still pay", to=4 * H, streams=PACE, gives={"concurrency_safe_max": 3}),
    Example(name="how it is with two at once", to=4 * H, streams=PACE, where={"engaged": "2"}, gives={
        "response_p90_at_concurrency": 12, "csat_at_concurrency": 1, "dropped_at_concurrency": 0,
        "chat_length_at_concurrency": 480,
    }),
    Example(name="a level that was never reached is not safe", to=4 * H, streams=PACE[:10],
            gives={"concurrency_safe_max": 1}),
    Example(name="too few turns say nothing", to=4 * H, streams=PACE[:9],
    gives={"concurrency_safe_max": None}),
    Example(
        name="eight weeks of Mondays, with their band", streams=[
            chat(f"w{w}-{i}", queue(-w * 7 * DAY_S + i), ends(-w * 7 * DAY_S + i), at=-w * 7 * DAY_S + i)
            for w, n in enumerate((20, 25, 23, 21, 19, 24, 20, 22, 18)) for i in range(n)],
        gives={"forecast_expected": 21.5, "forecast_variance": 21.5, "forecast_offered": 21.5},
    ),
]  # fmt: skip

BUSINESS = [*TICKET, *CUSTOMER, *WORKFORCE, *BOT, *STAFFING]
