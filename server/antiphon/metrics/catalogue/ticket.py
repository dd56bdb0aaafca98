"""Tickets: what is answered later (kpis.md §8)."""

from antiphon.metrics.catalogue.declare import TICKET, Kpi, aged, entries, on_open_clock, spread, variant
from antiphon.metrics.measures import (  # fmt: skip
    MS,
    Measure,
    arrivals,
    distinct,
    mean,
    ratio,
    snapshot,
)

_BACKLOG_SPAN = ("from_at", "to_at")

_CREATED = Kpi(
    id="tickets_created", code="T01", name="Tickets created", family="ticket", tier=1, unit="count",
    better="neutral", klass="A", segments=TICKET,
    says="How many tickets came in.",
    formula="count of tickets by created_at",
    measure=arrivals("ticket", "created_at", where="not merged"),
    edges="Merged duplicates count once: the survivor.",
)  # fmt: skip
_BACKLOG = Kpi(
    id="ticket_backlog", code="T02", name="Ticket backlog", family="ticket", tier=0, unit="count",
    better="lower", klass="S", segments=TICKET, live=True,
    says="Tickets that are neither solved nor closed.",
    formula="count of tickets by status at the instant",
    measure=snapshot("ticket_status", _BACKLOG_SPAN, num="status not in ('solved', 'closed')"),
    edges="backlog(to) = backlog(from) + created + reopened − solved",
)  # fmt: skip


def _backlog(status: str) -> Kpi:
    return variant(
        _BACKLOG, f"_{status}", snapshot("ticket_status", _BACKLOG_SPAN, num=f"status == '{status}'"),
        f"Tickets in status {status.replace('_', ' ')}.", name=f"Ticket backlog, {status.replace('_', ' ')}",
        formula=f"count of tickets with status {status}",
    )  # fmt: skip


_OPEN = variant(_BACKLOG, "ticket_backlog", snapshot("backlog", _BACKLOG_SPAN), _BACKLOG.says)
_AGE = Kpi(
    id="backlog_age_avg", code="T03", name="Backlog age", family="ticket", tier=1, unit="s", better="lower",
    klass="S", segments=TICKET,
    says="How old the tickets in the backlog are on average.",
    formula="mean(t − created_at) over the backlog",
    measure=Measure(table="backlog", take="mean", span=_BACKLOG_SPAN, value="now_ms - created_at",
                    scale=MS,
                    interval="t"),
    edges="A reopened ticket ages from its creation; an empty backlog is nothing.",
)  # fmt: skip
_AGE_P90 = variant(
    _AGE, "backlog_age_p90",
    Measure(table="backlog", take="quantile", span=_BACKLOG_SPAN, value="now_ms - created_at", q=0.9,
            scale=MS),
    "Nine of ten tickets in the backlog are at most this old.", name="Backlog age (p90)",
    formula="percentile 0.9 of t − created_at",
)  # fmt: skip
_OVERDUE = variant(
    _AGE, "backlog_overdue", snapshot("backlog", _BACKLOG_SPAN, num="overdue"),
    "Tickets in the backlog that are past their due time.", name="Overdue tickets", unit="count",
    formula="count of backlog past its promised resolution",
)  # fmt: skip
_CLEAR = Kpi(
    id="backlog_days", code="T04", name="Days to clear", family="ticket", tier=1, unit="d", better="lower",
    klass="S", segments=TICKET,
    says="How many days the backlog would take at the rate of the last seven.",
    formula="backlog / (solved per day over the last 7 d)",
    measure=Measure(table="ticket_status", take="level", span=_BACKLOG_SPAN,
                    num="status not in ('solved', 'closed')",
                    per=Measure(table="solve", take="sum", at="at", num="solved",
                                where="at >= now_ms - 604800000",
                                scale=7, trailing_ms=604_800_000)),
    edges="Nothing solved lately is nothing, not infinity.",
)  # fmt: skip
_FLOW = variant(
    _CLEAR, "ticket_net_flow",
    Measure(table="flow", take="sum", at="at", num="change"),
    "Solved minus created and reopened: below 0 the backlog grows.", name="Net flow of tickets", unit="count",
    klass="C", better="higher", formula="solved − created − reopened",
)  # fmt: skip
_FIRST_REPLY = Kpi(
    id="ticket_first_reply_time", code="T05", name="Ticket first reply time", family="ticket", tier=1,
    unit="s",
    better="lower", klass="A", segments=TICKET,
    says="How long until a person first answered a ticket, by the clock on the wall.",
    formula="mean(first public human reply − created_at)",
    measure=mean("ticket", "created_at", "replied_at - created_at",
                 "replied_at < 9007199254740992 and by_agent == 0",
                 pending="replied_at == 9007199254740992 and status not in ('solved', 'closed')"),
    edges="Automatic acknowledgements are no replies; tickets agents opened are out.",
)  # fmt: skip
_RESOLUTION = Kpi(
    id="ticket_resolution_time", code="T06", name="Ticket resolution time", family="ticket", tier=1, unit="s",
    better="lower", klass="C", segments=TICKET,
    says="How long from a ticket's creation to its solution.",
    formula="mean(solved − created_at) over tickets solved",
    measure=mean("solve", "at", "at - created_at", "solved and reopened_at >= to_ms"),
    edges="Merged duplicates and tickets closed unsolved are out.",
)  # fmt: skip
_RESOLUTION_FIRST = variant(
    _RESOLUTION, "_first", mean("solve", "at", "first_at - created_at", "solved and reopened_at >= to_ms"),
    "How long from a ticket's creation to its first solution.", name="Ticket time to first solution",
    formula="mean(first solved − created_at)",
)  # fmt: skip
_RESOLUTION_WORK = variant(
    _RESOLUTION, "_excl_pending", mean("solve", "at", "at - created_at - held_ms",
                                       "solved and reopened_at >= to_ms"),
    "Resolution time without the time the customer was asked or it was on hold.",
    name="Ticket resolution time, pending out", formula="the same, pending and on hold taken out",
)  # fmt: skip
_SOLVED = variant(
    _RESOLUTION, "tickets_solved", arrivals("solve", "at", num="solved", where="reopened_at >= to_ms"),
    "Tickets solved in the period and still solved at its end.", name="Tickets solved", unit="count",
    better="higher", formula="count of tickets solved and not reopened by the end",
)  # fmt: skip
_REOPENED = variant(
    _RESOLUTION, "ticket_reopen_rate", distinct(
        "solve", "at", "reopened_at - at <= repeat_window_ms", den="1", where="solved",
        key="ticket", mature="at + repeat_window_ms", interval="wilson"),
    "Of the tickets solved, the share that came back within seven days.", name="Ticket reopen rate",
    unit="ratio",
    formula="solved in the period and reopened within 7 d of that / solved in the period", edges="",
)  # fmt: skip
_ONE_TOUCH = variant(
    _RESOLUTION, "ticket_one_touch_rate", ratio("solve", "at", "agents == 1 and k == 1", "1",
                                                where="solved and reopened_at >= to_ms and agents > 0"),
    "Tickets one agent solved alone, never reopened.", name="Ticket one-touch resolution", unit="ratio",
    better="higher", formula="solved by exactly one agent, never reopened / solved by people", edges="",
)  # fmt: skip


def _promise(id_: str, target: str, name: str, says: str) -> Kpi:
    where = f"target == '{target}'" if target else ""
    return Kpi(
        id=id_, code="T07", name=name, family="ticket", tier=1, unit="ratio", better="higher", klass="A",
        segments=(*TICKET, "target"), says=says, formula="met / (met + breached)",
        measure=ratio("target", "at", "met", "met or breached", where=where, pending="not (met or breached)"),
        edges="Open and past its time is breached now, open and not due is pending; the policy is frozen "
              "where the "
              "ticket began (its queue and priority), on opening hours and with pauses only if it says so.",
    )  # fmt: skip


_SLA = (
    _promise("sla_met_rate", "", "SLA compliance", "The share of promises to customers that were kept."),
    _promise("sla_first_reply_rate", "first_reply", "SLA compliance, first reply",
             "The share of tickets first answered in the time promised."),
    _promise("sla_next_reply_rate", "next_reply", "SLA compliance, next replies",
             "The share of customers' later messages answered in the time promised."),
    _promise("sla_resolution_rate", "resolution", "SLA compliance, resolution",
             "The share of tickets solved in the time promised."),
)  # fmt: skip

TICKETS = entries(
    _CREATED, _BACKLOG, aged(_OPEN, "created_at"), (_backlog(status) for status in ("new", "open",
    "pending", "on_hold")), _AGE,
    _AGE_P90,
    _OVERDUE, _CLEAR, _FLOW, _FIRST_REPLY, spread(_FIRST_REPLY, "ticket_first_reply_time"), _RESOLUTION,
    spread(_RESOLUTION, "ticket_resolution_time"), _RESOLUTION_FIRST, _RESOLUTION_WORK, _SOLVED,
    _REOPENED, _ONE_TOUCH, _SLA,
    on_open_clock(_FIRST_REPLY, _RESOLUTION, _RESOLUTION_FIRST),
)  # fmt: skip
