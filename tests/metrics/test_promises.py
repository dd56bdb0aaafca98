"""Tickets, their promises and clocks; agents of several queues; spam asked back in."""

from itertools import pairwise

from antiphon.domain.events import Event
from antiphon.domain.hours import Hours
from antiphon.metrics import Facts, Query, Settings, report

from .histories import ms
from .test_rules import HOUR_MS, ask, value
from .words import DAY_S, T0, accept, chat, close, move, queue, says, shift


def test_a_weekend_without_an_hour_on_the_open_clock() -> None:
    """TL11: Friday 18:06 to Monday 09:10 over the night the clocks go forward."""
    hours = Hours(zone="Europe/Berlin", week=(*(((540, 1080),),) * 5, (), ()))
    created, replied = ms("2026-03-27T18:06:00+01:00"), ms("2026-03-30T09:10:00+02:00")
    ticket = [
        Event(
            kind="ticket_created", stream="ticket:t", at_ms=created, data={"ticket": "t", "queue": "A"}, n=1
        ),
        Event(
            kind="ticket_replied", stream="ticket:t", at_ms=replied, data={"ticket": "t", "agent": "a"}, n=2
        ),
    ]
    facts = Facts.of([ticket], replied + 1, Settings())
    query = Query(
        kpis=["ticket_first_reply_time", "ticket_first_reply_time_bh"], from_ms=created, to_ms=replied + 1,
        as_of_ms=replied + 1, tz="Europe/Berlin", hours={"A": hours},
    )  # fmt: skip
    assert [line.value for line in report(facts, query, Settings())] == [223_440, 600]


def test_a_ticket_s_promise_runs_on_opening_hours_only_if_the_policy_says_so() -> None:
    hours = {"A": Hours(zone="UTC", week=(((540, 1020),),) * 7)}
    asked = [
        Event(
            kind="ticket_created",
            stream="ticket:t",
            at_ms=T0 + 16 * HOUR_MS,
            data={"ticket": "t", "queue": "A"},
            n=1,
        ),
        Event(kind="ticket_replied", stream="ticket:t", at_ms=T0 + 34 * HOUR_MS, data={"ticket": "t"}, n=2),
    ]  # an hour of that day, an hour of the next
    for business, met in ((True, 1), (False, 0)):
        settings = Settings.from_mapping({"sla": {"first_reply": "2h", "business_hours": business}})
        assert value([asked], "sla_first_reply_rate", to=3 * DAY_S, settings=settings, hours=hours) == met


def test_a_spam_conversation_can_be_asked_back_into_every_figure() -> None:
    story = chat("s", says(0), close(5), move(9, "spam_flagged"))
    for kpi in ("conversations_started", "fcr_rate", "repeat_contact_rate", "resolved_issues"):
        [without] = ask([story], kpi, as_of=8 * DAY_S)
        [with_] = ask([story], kpi, as_of=8 * DAY_S, include_spam=True)
        assert (without.n, without.excluded_spam, with_.excluded_spam) == (0, 1, 0), kpi
        assert with_.den or with_.n, kpi


def test_an_agent_of_two_queues_counts_once_in_all_and_in_each() -> None:
    people = [shift("ann", (0, "online"), queues=["A", "B"]), shift("bob", (0, "online"), queues=["B"])]
    chats = [chat("c", queue(1, "A"), accept(2))]
    assert value([*people, *chats], "agents_online_now") == 2
    assert value([*people, *chats], "free_slots_now") == 5
    for kpi, wanted in {"agents_online_now": {"A": 1, "B": 2}, "free_slots_now": {"A": 2, "B": 5}}.items():
        lines = ask([*people, *chats], kpi, by=["queue"])
        assert {line.group["queue"]: line.value for line in lines} == wanted
        assert value([*people, *chats], kpi, where={"queue": "A"}) == wanted["A"]


def test_the_backlog_moves_by_what_came_and_went() -> None:
    """T02: backlog(to) = backlog(from) + created + reopened − solved."""
    kinds = [("solved",), ("solved", "open"), ("pending",), ("closed",), ()]
    tickets = [
        [Event(kind="ticket_created", stream=f"ticket:t{i}", at_ms=T0 + i * 60_000,
        data={"ticket": f"t{i}"}, n=1),
         *(Event(kind="ticket_status_changed", stream=f"ticket:t{i}", at_ms=T0 + (i + 7 * k) * 600_000,
                 data={"ticket": f"t{i}", "status": status}, n=k + 1)
           for k, status in enumerate(kinds[i % 5], 1))]
        for i in range(25)
    ]  # fmt: skip
    day = {"to": DAY_S, "interval": "1h"}
    backlog = [line.value or 0 for line in ask(tickets, "ticket_backlog", **day)]
    flow = [line.value or 0 for line in ask(tickets, "ticket_net_flow", **day)]
    assert backlog[0] == -flow[0]
    assert [b - a for a, b in pairwise(backlog)] == [-change for change in flow[1:]]
