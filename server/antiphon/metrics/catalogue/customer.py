"""Customers and business (kpis.md §9). Counts of people do not add up over days or segments."""

from collections.abc import Sequence

from antiphon.metrics.catalogue.declare import Better, Kpi, Tier, entries, spread, variant
from antiphon.metrics.measures import (
    DAYS,
    HOURS,
    MS,
    Class,
    Formula,
    Measure,
    arrivals,
    clipped,
    distinct,
    mean,
    once,
    ratio,
    snapshot,
)

_AT = "from_ms"  # rows made for one question belong to its period
_WEB = ("page", "campaign", "device", "segment", "channel", "hour", "weekday")


def _kpi(
    id_: str, code: str, name: str, measure: Measure | Formula, says: str, formula: str, *,
    unit: str = "ratio",
    better: Better = "higher", klass: Class = "A", tier: Tier = 1, segments: Sequence[str] = (),
    edges: str = "",
    beside: str = "",
) -> Kpi:  # fmt: skip
    return Kpi(
        id=id_, code=code, name=name, family="customer", tier=tier, unit=unit, better=better, klass=klass,
        segments=segments, says=says, formula=formula, edges=edges, beside=beside, measure=measure,
    )  # fmt: skip


_RETENTION = _kpi(
    "crr", "B01", "Customer retention rate", ratio("retained", _AT, "kept", "1"),
    "The share of customers active at the period's start who still are at its end.", "|S ∩ E| / |S|",
    klass="S", segments=("plan", "contacted", "last_csat"),
    edges="Active by contract where customer_state is known, else by an order within active_customer_window.",
)  # fmt: skip
_CHURN = _kpi(
    "churn_rate", "B02", "Churn rate", ratio("retained", _AT, "1 - kept", "1"),
    "The share of customers lost over the period.", "|S \\ E| / |S| = 1 − retention", better="lower",
    klass="S",
    segments=("plan", "contacted", "last_csat"), edges="A month's rate over a year is 1 − (1 − c)^12, "
                                                       "never twelve times c.",
)  # fmt: skip
_CHURN_MONEY = variant(
    _CHURN, "churn_rate_revenue", ratio("retained", _AT, "worth - worth_kept", "worth", interval=""),
    "The share of recurring revenue lost over the period.", name="Churn rate by revenue",
    formula="recurring revenue lost / recurring revenue at the start",
)  # fmt: skip
_CHURN_YEAR = variant(
    _CHURN, "churn_rate_annual", Formula(by="annual", of={"churn": "churn_rate"}),
    "The share of customers a year would lose at the period's rate.", name="Churn rate, a year's",
    segments=("plan",),
    formula="1 − (1 − churn)^(365 d / period)",
)  # fmt: skip
_CUSTOMERS = _kpi(
    "active_customers", "B01", "Active customers",
    snapshot("membership", ("from_at", "to_at"), num="active"),
    "Customers with an active contract at this moment.", "count of customers in state active", unit="count",
    better="neutral", klass="S", segments=("plan",),
)  # fmt: skip
_HISTORY = _kpi(
    "customer_history_days", "B03", "History of customers",
    Measure(table="membership", take="max", at="from_at", value="now_ms - from_at", scale=DAYS,
    standing=True),
    "How long customers' states have been known.", "t − first customer_state", unit="d", klass="C", tier=2,
    better="neutral",
)  # fmt: skip
_LIFE = {"worth": "recurring_worth_avg", "churn": "churn_rate", "history": "customer_history_days@all"}
_LIFETIME = _kpi(
    "clv", "B03", "Customer lifetime value",
    Formula(by="lifetime_value", of=_LIFE),
    "What a customer brings over his time with us.", "recurring revenue × gross margin / monthly churn",
    unit="money", klass="C", tier=2,
    edges="Needs the setting gross_margin and three months of history; no churn is nothing, not infinity; "
          "60 months "
          "at most.",
)  # fmt: skip
_LIFETIME_NET = variant(
    _LIFETIME, "clv_net", Formula(by="lifetime_value_net", of=_LIFE),
    "What a customer brings over his time with us, the cost of winning him taken off.",
    name="Lifetime value, net",
    formula="clv − acquisition_cost",
)  # fmt: skip
_LIFETIME_DISCOUNTED = variant(
    _LIFETIME, "clv_discounted", Formula(by="lifetime_value_discounted", of=_LIFE),
    "What a customer brings over his time with us, in today's money.", name="Lifetime value, discounted",
    formula="m × r / (1 + d − r): monthly margin m, retention r, discount_rate d",
    edges="Needs the settings gross_margin and discount_rate.",
)  # fmt: skip
_LIFETIME_SIMPLE = variant(
    _LIFETIME, "clv_simple", Formula(by="lifetime_value_simple", of={
        "order": "order_value_avg", "orders": "orders_per_customer"}),
    "What a customer brings over his time with us, from what orders were like.",
    name="Lifetime value, simple",
    formula="order value × orders a year × lifespan_years × gross_margin",
    edges="Needs the settings gross_margin and lifespan_years.",
)  # fmt: skip
_ORDER_VALUE = _kpi(
    "order_value_avg", "B03", "Order value", mean("sale", "at", "amount", "kind == 'order_paid'", scale=1.0),
    "What an order is worth.", "Σ order value / orders", unit="money", klass="C", tier=2,
)  # fmt: skip
_ORDERS = _kpi(
    "orders_per_customer", "B03", "Orders per customer",
    Measure(table="sale", take="sum", at="at", num="kind == 'order_paid'",
            per=distinct("sale", "at", "kind == 'order_paid'", key="person")),
    "Orders of each customer who ordered in the period.", "orders / distinct customers ordering",
    unit="count",
    klass="C", tier=2,
)  # fmt: skip
_WORTH = _kpi(
    "recurring_worth_avg", "B03", "Recurring revenue per customer",
    mean("retained", _AT, "worth", "worth > 0", scale=1.0),
    "Recurring revenue of a customer at the period's start.", "mean recurring revenue of active customers",
    unit="money", klass="C", tier=2, segments=("plan",),
)  # fmt: skip
_CONVERSION = _kpi(
    "conversion_rate", "B04", "Conversion rate", ratio("browse", "started_at", "converted", "1"),
    "The share of sessions with a purchase or another goal.", "sessions with a goal / sessions",
    segments=_WEB,
    edges="A session ends after 30 minutes without anything; midnight does not end it.",
)  # fmt: skip
_CONVERSION_PEOPLE = variant(
    _CONVERSION, "conversion_rate_visitors", Measure(
        table="browse", take="distinct", at="started_at", num="converted", den="1", key="person",
        interval="wilson"),
    "The share of visitors with a purchase or another goal.", name="Conversion rate of visitors",
    formula="distinct visitors with a goal / distinct visitors",
)  # fmt: skip
_CHAT_CONVERSION = _kpi(
    "chat_conversion_rate", "B05", "Conversion after a chat",
    ratio("prospect", _AT, "converted", "1", where="chatted", mature="mature_at"),
    "The share of visitors with a conversation who reached a goal within the window after it.",
    "distinct visitors with a goal within attribution_window of their conversation / those visitors",
    segments=("served", "missed", "handled_by", "agent", "queue", "page", "topic"), edges="A goal before "
    "the chat does not count; correlation, not cause. "
          "Missed chats are a group of their own; segments are those of the visitor's first chat in the "
          "period.",
)  # fmt: skip
_CHAT_LIFT = variant(
    _CHAT_CONVERSION, "chat_conversion_lift",
    ratio("prospect", _AT, "converted", "1", where="chatted", mature="mature_at", interval="",
          per=ratio("prospect", _AT, "converted", "1", where="not chatted", mature="mature_at")),
    "How much more often visitors with a conversation buy than those without: correlation, not cause.",
    name="Lift of conversion", unit="×", formula="conversion after a chat / conversion without one",
    segments=(),
)  # fmt: skip
_REVENUE = _kpi(
    "chat_revenue", "B06", "Revenue after a chat",
    arrivals("sale", "at", num="amount", where="conversation != '' and touched_ms <= attribution_window_ms"),
    "Money paid within the window after a conversation, refunds taken off on their own date.",
    "Σ paid − refunds whose last engaged conversation was active within attribution_window", unit="money",
    klass="C", tier=2, segments=("agent", "queue", "handled_by", "page"),
    edges="Last touch, full credit; a buyer nobody knows is unattributed; a refund follows its order; "
          "money in a "
          "currency without a known rate is left out.",
)  # fmt: skip
_ASSISTED = variant(
    _REVENUE, "chat_revenue_assisted", once("assist", "at", num="amount", key="sale"),
    "Money paid within the window after any conversation, in full for all who had a part in it.",
    name="Revenue assisted by chat",
    formula="Σ paid − refunds with any engaged conversation active within attribution_window",
    edges="In all it is chat_revenue; cut by agent, queue or page, an order counts for each that had one of "
          "its conversations, so the parts come to more than the whole.",
)  # fmt: skip
_PAID = _kpi(
    "paid_hours", "B07", "Paid hours", clipped("shift", "stood_ms", scale=HOURS),
    "Planned shift time.", "Σ planned shifts, clipped to the period", unit="h", better="neutral", klass="I",
    tier=2,
    segments=("agent",),
)  # fmt: skip
_CASH = _kpi(
    "support_cash_flow", "B07", "Support cash contribution",
    Formula(by="cash_flow", of={"revenue": "chat_revenue", "hours": "paid_hours"}),
    "What came in after chats minus what support cost: a management estimate.",
    "chat revenue − paid hours × loaded_rate − platform − bot", unit="money", klass="C", tier=2,
    edges="Without shifts or the setting loaded_rate it is nothing, not 0.",
)  # fmt: skip
_COST = _kpi(
    "cost_per_contact", "B07", "Cost per contact",
    Formula(by="cost_per_contact", of={
        "hours": "paid_hours@all", "handled": "conversations_handled", "effort": "engaged_seconds",
        "all_effort": "engaged_seconds@all"}),
    "What a handled conversation cost.", "(paid hours × loaded_rate + platform + bot) × share of engaged "
                                         "time / "
    "handled conversations",
    unit="money", better="lower", klass="C", tier=2, segments=("channel", "queue"),
    edges="A channel bears the cost of the share of agents' time it took; without shifts it is nothing.",
)  # fmt: skip
_HANDLED = _kpi(
    "conversations_handled", "B07", "Conversations handled",
    arrivals("episode", "closed_at", where="closed and last_close and handled_by != 'nobody'"),
    "Conversations closed in which somebody replied.", "count of conversations closed with a reply",
    unit="count",
    klass="C", tier=2, segments=("channel", "queue"),
)  # fmt: skip
_ACTIVATION = _kpi(
    "activation_rate", "B08", "Activation rate",
    ratio("signup", "at", "activated_at - at <= activation_window_ms", "1",
          mature="at + activation_window_ms"),
    "The share of new users who got to the first real use.",
    "activated within activation_window / signed up, mature only", tier=2, segments=("segment", "campaign"),
    edges="Immature until the window has run out; fake sign-ups are out; the first activation counts.",
)  # fmt: skip
_PER_ACTIVITY = variant(
    _ACTIVATION, "sessions_per_activity",
    Measure(table="browse", take="sum", at="started_at", per=arrivals("browse", "started_at",
                                                                      num="converted")),
    "Sessions it took for one goal.", name="Sessions per activity", unit="count", formula="sessions / goals",
    segments=_WEB, better="lower",
)  # fmt: skip
_DAU = _kpi(
    "dau", "B09", "Daily active users", arrivals("user_day", _AT, num="today"),
    "People with a qualifying action on the period's last local day.", "distinct people of that day",
    unit="count",
    edges="A page view is no qualifying action; a visitor who became a customer counts once.",
)  # fmt: skip
_WAU = variant(
    _DAU, "wau", arrivals("user_day", _AT, num="this_week"), "People active in the last seven local days.",
    name="Weekly active users", formula="distinct people of the 7 days ending with the period's last",
)  # fmt: skip
_MAU = variant(
    _DAU, "mau", arrivals("user_day", _AT), "People active in the last thirty local days.",
    name="Monthly active users", formula="distinct people of the 30 days ending with the period's last",
)  # fmt: skip
_STICKY = variant(
    _DAU, "stickiness", ratio("user_day", _AT, "days", "1", scale=30, interval=""),
    "How many of a month's users come on an average day.", name="Stickiness", unit="ratio",
    formula="mean(daily active users over 30 days) / monthly active users",
)  # fmt: skip


def _day(n: int, later: str = "") -> Kpi:
    id_ = f"d{n}_retention{'_unbounded' if later else ''}"
    when = f"on day {n} or later" if later else f"on day {n}"
    return _kpi(
        id_, "B10", f"Retention {when}",
        ratio("newcomer", "at", f"d{n}{later}", "1", mature=f"d{n}_over_at"),
        f"The share of new users who acted again {when}.",
        f"acted {when} after the local date of first sight / new users, mature only",
        segments=("segment", "campaign", "helped"), edges="Local calendar days of the report's zone.",
    )  # fmt: skip


_ENGAGEMENT = _kpi(
    "chat_engagement_rate", "B11", "Chat engagement", ratio("browse", "started_at", "chatted", "1"),
    "The share of sessions with a conversation.", "sessions with a conversation / sessions", better="neutral",
    edges="An invitation shown twice in a session is one; sessions of spam are out.",
    segments=_WEB,
)  # fmt: skip
_INVITATIONS = variant(
    _ENGAGEMENT, "invitation_acceptance_rate", ratio("browse", "started_at", "accepted", "1",
                                                     where="invited"),
    "The share of invitations taken up.", name="Invitation acceptance", better="higher",
    formula="sessions with an invitation accepted / sessions with one shown",
)  # fmt: skip
_BOUNCE = variant(
    _ENGAGEMENT, "bounce_rate", ratio("browse", "started_at", "bounced", "1"),
    "The share of sessions with one page and no action.", name="Bounce rate", better="lower",
    formula="sessions with one page view and no action / sessions",
)  # fmt: skip
_PAGES = variant(
    _ENGAGEMENT, "pages_per_session", mean("browse", "started_at", "pages", "pages >= 0", scale=1.0),
    "Pages seen in a session.", name="Pages per session", unit="count", formula="page views / sessions",
)  # fmt: skip
_TIME = variant(
    _ENGAGEMENT, "time_on_site", mean("browse", "started_at", "stayed_ms", "pages >= 0"),
    "How long a session lasted.", name="Time on site", unit="s", formula="mean(last action − first)",
)  # fmt: skip
_MENTIONS = _kpi(
    "mentions", "B12", "Mentions", arrivals("mention", "at", where="brand == own_brand"),
    "How often we were spoken of.", "count of mentions of our brand", unit="count", better="neutral", tier=2,
    edges="Our own posts, reposts and spam are out; direct messages are conversations. Our brand is the "
          "setting "
    "own_brand.",
    segments=("network", "brand", "topic", "language"),
)  # fmt: skip
_VOICE = variant(
    _MENTIONS, "share_of_voice", ratio("mention", "at", "brand == own_brand", "1"),
    "Our share of all talk about us and those we compare with.", name="Share of voice", unit="ratio",
    better="higher", formula="own mentions / (own + tracked competitors)",
)  # fmt: skip
_TALK = variant(
    _MENTIONS, "social_net_sentiment",
    ratio("mention", "at", "(sentiment == 'positive') - (sentiment == 'negative')", "1",
          where="brand == own_brand", interval=""),
    "Good mentions minus bad ones.", name="Net sentiment on networks", unit="ratio", better="higher",
    formula="(positive − negative) / all",
)  # fmt: skip
_REPLIED = variant(
    _MENTIONS, "social_reply_rate",
    ratio("mention", "at", "replied_at < 9007199254740992", "1", where="brand == own_brand and needs_reply"),
    "The share of mentions needing a reply that got one.", name="Replies on networks", unit="ratio",
    better="higher", formula="replied / needing a reply",
)  # fmt: skip
_REPLY_TIME = variant(
    _MENTIONS, "social_first_reply_time",
    Measure(table="mention", take="quantile", at="at", q=0.5, value="replied_at - at", scale=MS,
            where="brand == own_brand and replied_at < 9007199254740992"),
    "Half of the replies on networks came at least this fast.", name="First reply on networks", unit="s",
    better="lower", formula="median(reply − mention)",
)  # fmt: skip
_UNMET = _kpi(
    "unmet_channel_requests", "B13", "Unmet channel demand",
    ratio("episode", "closed_at", "wants_channel != ''", "1", where="closed and last_close"),
    "The share of conversations in which a channel was wished for that we do not offer.",
    "conversations tagged wants_channel / conversations closed", better="lower", klass="C", tier=2,
    edges="One wish a conversation; read it by wants_channel.",
    segments=("wants_channel", "channel", "page", "segment"),
)  # fmt: skip
_CYCLE = _kpi(
    "sales_cycle_days", "B14", "Sales cycle", mean("sale", "at", "deal_ms", "deal_ms >= 0", scale=DAYS),
    "How long from the first contact to the first order.", "mean(deal won − first contact)", unit="d",
    better="lower", klass="C", tier=2, edges="Open deals are out: young pipelines look short.",
)  # fmt: skip

CUSTOMERS = entries(
    _RETENTION, _CUSTOMERS, _CHURN, _CHURN_MONEY, _CHURN_YEAR, _LIFETIME, _LIFETIME_NET, _LIFETIME_DISCOUNTED,
    _LIFETIME_SIMPLE, _ORDER_VALUE, _ORDERS, _HISTORY, _WORTH, _CONVERSION, _CONVERSION_PEOPLE,
    _CHAT_CONVERSION,
    _CHAT_LIFT,
    _REVENUE, _ASSISTED, _PAID, _CASH, _COST, _HANDLED, _ACTIVATION, _PER_ACTIVITY, _DAU, _WAU, _MAU, _STICKY,
    (_day(n) for n in (1, 7, 30)), (_day(n, "_later") for n in (1, 7, 30)), _ENGAGEMENT, _INVITATIONS,
    _BOUNCE,
    _PAGES, _TIME, _MENTIONS, _VOICE, _TALK, _REPLIED, _REPLY_TIME, _UNMET, _CYCLE, spread(_CYCLE,
                                                                                           "sales_cycle_days"),
)  # fmt: skip
