"""How agents' time is spent (kpis.md §10). Their time counts even when it went to spam (G21)."""

from antiphon.metrics.catalogue.declare import WORK, Kpi, entries, variant
from antiphon.metrics.measures import (  # fmt: skip
    DAYS,
    HOURS,
    MS,
    Formula,
    Measure,
    arrivals,
    clipped,
    mean,
    ratio,
)

_DONE = ("engagement", "done_at")
_TIME = ("agent", "reason", "hour", "weekday")


def _status(id_: str, num: str, name: str, says: str) -> Kpi:
    return Kpi(
        id=id_, code="W01", name=name, family="workforce", tier=0, unit="s", better="neutral", klass="I",
        segments=_TIME, live=True, says=says, formula="Σ of the status intervals, clipped to the period",
        measure=clipped("status", f"stood_ms if {num} else 0", scale=MS, with_spam=True),
        edges="A status lasts until the next change; a lost connection is back-dated.",
    )  # fmt: skip


_STATUS = (
    _status("status_time_online", "status == 'online'", "Time online", "Time agents were online."),
    _status("status_time_busy", "status == 'busy'", "Time busy", "Time agents were busy."),
    _status("status_time_away", "status == 'away'", "Time away", "Time agents were away."),
    _status("status_time_offline", "status == 'offline'", "Time offline", "Time agents were offline."),
    _status("login_time", "status in ('online', 'busy', 'away')", "Logged-in time", "Online, busy and away."),
)

_AHT = Kpi(
    id="aht", code="W02", name="Average handle time", family="workforce", tier=0, unit="s", better="lower",
    klass="C", segments=(*WORK, "topic"), live=True, beside="fcr_rate, reopen_rate",
    says="How long an agent was engaged in a chat, wrap-up included.",
    formula="(Σ engagement + Σ wrap-up) / engagements ended",
    measure=mean(*_DONE, "handled_ms", "done_at < 9007199254740992", with_spam=True),
    edges="Elapsed time, not divided by concurrency; full length, not clipped; ends with the wrap-up.",
)  # fmt: skip
_ENGAGED = variant(
    _AHT, "engaged_seconds",
    arrivals("engagement", "done_at", num="engaged_ms", where="done_at < 9007199254740992", scale=MS,
             with_spam=True),
    "Agents' time in chats that ended, without wrap-up.", name="Engaged time", tier=1, live=False,
    formula="Σ engagement of engagements ended", better="neutral",
)  # fmt: skip
_PER_CONVERSATION = variant(
    _AHT, "handle_time_per_conversation",
    mean("episode", "closed_at", "handle_ms", "closed and last_close and agents > 0"),
    "How much agents' time a conversation took in all.", name="Handle time per conversation", tier=1,
    live=False,
    formula="Σ over its engagements and wrap-ups / conversations closed that an agent handled",
    edges="Ghost accepts are left out.",
)  # fmt: skip

_WRAP = Kpi(
    id="wrapup_time_avg", code="W03", name="Wrap-up time", family="workforce", tier=1, unit="s",
    better="lower",
    klass="C", segments=WORK,
    says="How long the work after a chat took.",
    formula="Σ wrap-up / engagements ended, zeros included",
    edges="Ends by itself after wrapup_max_s; keeps its slot even if another chat begins.",
    measure=mean(*_DONE, "wrap_ms", "done_at < 9007199254740992", with_spam=True),
)  # fmt: skip
_WRAP_SHARE = variant(
    _WRAP, "wrapup_share", ratio(*_DONE, "wrap_ms", "handled_ms", where="done_at < 9007199254740992",
                                 scale=MS,
                                 den_scale=MS, interval="", with_spam=True),
    "The share of handle time that was wrap-up.", name="Wrap-up share", unit="ratio",
    formula="wrap-up / handle time",
)  # fmt: skip

_EFFECTIVE = Kpi(
    id="effective_handle_time", code="W04", name="Effective handle time", family="workforce", tier=1,
    unit="s",
    better="lower", klass="C", segments=(*WORK, "topic"),
    says="An agent's effort per chat, with time shared among the chats he had at once.",
    formula="mean over engagements of ∫ dt / load(t)",
    measure=mean("effort", "done_at", "share_ms", "done_at < 9007199254740992", with_spam=True),
    edges="The shares of an agent add up to his busy time.",
)  # fmt: skip

_CONCURRENCY = Kpi(
    id="concurrency_avg", code="W05", name="Concurrency per agent", family="workforce", tier=0, unit="chats",
    better="neutral", klass="I", segments=WORK, live=True, beside="response_time_p90, dropped_rate",
    says="How many chats an agent handled at once, while he had any.",
    formula="∫ c dt / time with c ≥ 1",
    measure=clipped("piece", "engaged * stood_ms", "stood_ms if engaged else 0", scale=MS, den_scale=MS),
    edges="Wrap-up is not in; the team's value pools time and is no mean of agents; never busy is nothing.",
)  # fmt: skip
_CONCURRENCY_ONLINE = variant(
    _CONCURRENCY, "_online",
    clipped("piece", "engaged * stood_ms if online else 0", "stood_ms if online else 0", scale=MS,
            den_scale=MS),
    "How many chats an agent handled at once, over all his time online.", name="Concurrency while online",
    formula="∫ c dt while online / time online",
)  # fmt: skip
_CONCURRENCY_PEAK = variant(
    _CONCURRENCY, "concurrency_peak",
    Measure(table="piece", take="max", span=("from_at", "to_at"), value="engaged"),
    "The most chats one agent handled at once.", name="Concurrency per agent, peak", formula="max c(t)",
)  # fmt: skip

_AT_CONCURRENCY = variant(
    _CONCURRENCY, "time_at_concurrency", clipped("piece", "stood_ms if engaged else 0", scale=MS),
    "How long agents had one, two, three … chats at once: read it by engaged.", name="Time at a concurrency",
    unit="s", formula="∫ dt with c = k", segments=("engaged", *WORK), tier=1, live=False, edges="",
)  # fmt: skip

_OCCUPANCY = Kpi(
    id="occupancy", code="W06", name="Occupancy", family="workforce", tier=0, unit="ratio", better="band",
    klass="I", segments=WORK, live=True, beside="concurrency_avg, slot_occupancy",
    says="The share of agents' working time spent on chats; 75–85 % is healthy.",
    formula="busy / (busy + idle)",
    measure=clipped("piece", "stood_ms if busy else 0", "stood_ms if busy or idle else 0", scale=MS,
                    den_scale=MS),
    edges="Three chats at once are not 300 %; away with a chat is busy, away without one is neither.",
)  # fmt: skip

_SLOTS = Kpi(
    id="slot_occupancy", code="W07", name="Slot occupancy", family="workforce", tier=0, unit="ratio",
    better="band", klass="I", segments=WORK, live=True,
    says="The share of chat slots that were filled; 60–85 % is healthy.",
    formula="∫ load dt / ∫ max(capacity, load) dt",
    measure=clipped("piece", "load * stood_ms", "slots * stood_ms", scale=MS, den_scale=MS),
    edges="Manual over-assignment cannot pass 100 %.",
)  # fmt: skip

_HOURS = clipped("piece", "stood_ms if busy or idle else 0", scale=HOURS)
_PAID = clipped("shift", "stood_ms", scale=MS)

_UTILISATION = Kpi(
    id="utilisation", code="W08", name="Utilisation", family="workforce", tier=1, unit="ratio",
    better="higher",
    klass="I", segments=WORK,
    says="The share of paid time that agents were busy or ready.",
    formula="(busy + idle) / planned shift time",
    measure=Measure(table="piece", take="sum", span=("from_at", "to_at"),
                    num="stood_ms if busy or idle else 0",
                    scale=MS, per=_PAID),
    edges="Without shifts it is nothing; read utilisation_online instead.",
)  # fmt: skip
_UTILISATION_ONLINE = variant(
    _UTILISATION, "_online",
    clipped("piece", "stood_ms if busy or idle else 0",
            "stood_ms if status in ('online', 'busy', 'away') else 0",
            scale=MS, den_scale=MS),
    "The share of logged-in time that agents were busy or ready.", name="Utilisation of logged-in time",
    formula="(busy + idle) / logged-in time",
)  # fmt: skip

_PER_HOUR = Kpi(
    id="conversations_per_hour", code="W09", name="Conversations per hour", family="workforce", tier=0,
    unit="1/h",
    better="higher", klass="C", segments=("agent", "queue", "hour", "weekday"), live=True,
    beside="csat, fcr_rate",
    says="Engagements an agent finished per working hour.",
    formula="engagements ended / (busy + idle hours)",
    edges="A transfer gives each agent an engagement but only one resolution; no hours are nothing.",
    measure=Measure(table="engagement", take="sum", at="done_at", where="done_at < 9007199254740992",
                    with_spam=True, per=_HOURS),
)  # fmt: skip
_RESOLVED_PER_HOUR = variant(
    _PER_HOUR, "resolved_per_hour",
    Measure(table="episode", take="sum", at="closed_at", where="resolved and stays_closed and by_bot == 0",
            per=_HOURS),
    "Issues resolved per working hour; a transfer chain resolves once.", name="Resolved per hour",
    formula="resolved issues (last human reply) / (busy + idle hours)",
)  # fmt: skip
_PER_PAID_HOUR = variant(
    _PER_HOUR, "productivity_paid",
    Measure(table="engagement", take="sum", at="done_at", where="done_at < 9007199254740992", with_spam=True,
            per=clipped("shift", "stood_ms", scale=HOURS)),
    "Engagements finished per paid hour.", name="Conversations per paid hour",
    formula="engagements ended / planned shift hours",
)  # fmt: skip

_TURNOVER = Kpi(
    id="employee_turnover_rate", code="W10", name="Employee turnover", family="workforce", tier=2,
    unit="ratio",
    better="lower", klass="C", segments=("agent",),
    says="Those who left against the average number employed.",
    formula="leavers / ((employed at the start + employed at the end) / 2)",
    edges="Nobody employed is nothing; who is hired and leaves within the period is a leaver.",
    measure=ratio("staff", "from_ms", "left", "at_start + at_end", den_scale=2, interval=""),
)  # fmt: skip
_TURNOVER_VOLUNTARY = variant(
    _TURNOVER, "_voluntary", ratio("staff", "from_ms", "left_voluntarily", "at_start + at_end", den_scale=2,
                                   interval=""),
    "Those who left of their own will against the average number employed.", name="Voluntary turnover",
    formula="voluntary leavers / average headcount",
)  # fmt: skip
_TURNOVER_YEAR = variant(
    _TURNOVER, "employee_turnover_annual", Formula(by="yearly", of={"rate": "employee_turnover_rate"}),
    "Turnover at the period's pace over a year.", name="Employee turnover, a year's", segments=(),
    formula="turnover × 365 d / period",
)  # fmt: skip
_NEW_HIRES = variant(
    _TURNOVER, "new_hire_attrition_90d", ratio(
        "employment", "from_at", "to_at - from_at <= 7776000000", "1", mature="from_at + 7776000000"),
    "The share of new agents who left within 90 days.", name="Attrition of new hires", klass="A",
    formula="hired in the period and left within 90 d / hired in the period", edges="Immature for 90 days.",
)  # fmt: skip
_STAYED = Kpi(
    id="employee_retention_rate", code="W11", name="Employee retention", family="workforce", tier=2,
    unit="ratio",
    better="higher", klass="S", segments=("agent",),
    says="The share of those employed at the start who are at the end.",
    formula="employed at both ends / employed at the start",
    measure=ratio("staff", "from_ms", "at_start and at_end", "at_start"),
    edges="Not 1 − turnover: newcomers who left again are not in it; rehired within the period stayed.",
)  # fmt: skip
_TENURE = variant(
    _STAYED, "avg_tenure", mean("staff", "from_ms", "tenure_ms", "at_end", scale=DAYS),
    "How long those employed have been here.", name="Average tenure", unit="d",
    formula="mean(end of the period − hired) over those employed",
)  # fmt: skip
_SHRINKAGE = Kpi(
    id="shrinkage", code="W12", name="Shrinkage", family="workforce", tier=2, unit="ratio", better="lower",
    klass="I", segments=("agent", "weekday"),
    says="The share of paid time that agents were neither busy nor ready.", formula="1 − utilisation",
    measure=Formula(by="rest", of={"part": "utilisation"}),
    edges="Overtime makes it negative, and it is shown so; without shifts it is nothing.",
)  # fmt: skip

WORKFORCE = entries(
    _STATUS, _AHT, _ENGAGED, _PER_CONVERSATION, _WRAP, _WRAP_SHARE, _EFFECTIVE, _CONCURRENCY,
    _CONCURRENCY_ONLINE,
    _CONCURRENCY_PEAK, _AT_CONCURRENCY, _OCCUPANCY, _SLOTS, _UTILISATION, _UTILISATION_ONLINE, _PER_HOUR,
    _RESOLVED_PER_HOUR,
    _PER_PAID_HOUR,
    _TURNOVER, _TURNOVER_VOLUNTARY, _TURNOVER_YEAR, _NEW_HIRES, _STAYED, _TENURE, _SHRINKAGE,
)  # fmt: skip
