"""Every table, portable between SQLite and PostgreSQL.

`events` is the truth. `messages` holds what people wrote, apart, so that it can be erased.
`conversations` and `streams` hold the folded state as of `head`: caches of the events.
The rest says who and what exists: people, sites, queues, settings.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_COUNTED = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up integers only
_OPEN = text("resolved_at_ms IS NULL")

meta = Table(
    "meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False)
)

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String(80), nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor_kind", String(8), nullable=False),
    Column("actor_id", String(80)),
    Column("actor_name", String(200)),
    Column("cmid", String(64)),
    Column("cause", BigInteger),
    Column("data", Text, nullable=False),
    Index("uq_events_stream_n", "stream", "n", unique=True),
    Index("ix_events_at_ms", "at_ms"),
)

messages = Table(
    "messages",
    metadata,
    Column("stream", String(80), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("words", Text, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("head", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("site", String(80)),
    Column("visitor", String(80)),
    Column("queue", String(80)),
    Column("agent", String(80)),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    Column("closed_at_ms", BigInteger),
    Column("doc", Text, nullable=False),
    Index("ix_conversations_state", "state"),
    Index("ix_conversations_visitor", "visitor"),
    Index("ix_conversations_agent", "agent"),
    Index("ix_conversations_updated_at_ms", "updated_at_ms"),
)

streams = Table(
    "streams",
    metadata,
    Column("stream", String(80), primary_key=True),
    Column("head", Integer, nullable=False),
    Column("doc", Text, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("holder", String(80)),
    Column("until_ms", BigInteger),
)

trackers = Table(
    "trackers",
    metadata,
    Column("conversation", String(80), primary_key=True),
    Column("doc", Text, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("email", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(12), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("avatar", String(500)),
    Column("queues", JSON, nullable=False),
    Column("max_concurrency", Integer, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(40), nullable=False, index=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("user_agent", String(300)),
)

one_time = Table(
    "one_time",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("user_id", String(40)),
    Column("expires_at_ms", BigInteger, nullable=False),
)

visitors = Table(
    "visitors",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("site", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("external_id", String(80)),
    Column("name", String(200)),
    Column("email", String(200)),
    Column("verified", Boolean, nullable=False),
    Column("locale", String(35)),
    Column("user_agent", String(300)),
    Column("attributes", JSON, nullable=False),
    Column("page", JSON),
    Column("trail", JSON, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("first_seen_ms", BigInteger, nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    Index("ix_visitors_site_external_id", "site", "external_id"),
)

sites = Table(
    "sites",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("settings", JSON, nullable=False),
)

queues = Table(
    "queues",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("settings", JSON, nullable=False),
)

canned = Table(
    "canned",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(40)),
    Column("shortcut", String(60), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("uses", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _COUNTED, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("actor", String(40)),
    Column("action", String(60), nullable=False),
    Column("subject", String(200)),
    Column("details", JSON, nullable=False),
)

goals = Table(
    "goals",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kpi", String(80), nullable=False),
    Column("queue", String(80), nullable=False),
    Column("agent", String(80), nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("margin", Float, nullable=False),
    Index("uq_goals_kpi_queue_agent", "kpi", "queue", "agent", unique=True),
)

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("settings", JSON, nullable=False),
)

# What a rule's firing looked like when it fired: rules change and go.
alert_firings = Table(
    "alert_firings",
    metadata,
    Column("id", _COUNTED, primary_key=True, autoincrement=True),
    Column("rule", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("kpi", String(80), nullable=False),
    Column("queue", String(80), nullable=False),
    Column("agent", String(80), nullable=False),
    Column("comparison", String(10), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("value", Float, nullable=False),
    Column("fired_at_ms", BigInteger, nullable=False),
    Column("resolved_at_ms", BigInteger),
    Column("resolved_value", Float),
    Column("acknowledged_at_ms", BigInteger),
    Column("acknowledged_by", String(40)),
    # One open firing a rule, whoever evaluates it: a restart or a second node cannot fire it twice.
    Index("uq_alert_firings_open", "rule", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_alert_firings_resolved_at_ms", "resolved_at_ms"),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("secret", String(80), nullable=False),
    Column("since_seq", BigInteger, nullable=False),
)

# What is to be told outside: an event by its place (so that erased words stay erased) or a body.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _COUNTED, primary_key=True, autoincrement=True),
    Column("target", String(80), nullable=False),
    Column("lane", String(80), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("seq", BigInteger),
    Column("n", Integer),
    Column("body", Text),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("status", Integer),
    Column("problem", String(300)),
    Index("uq_deliveries_target_seq", "target", "seq", unique=True),
    Index("ix_deliveries_state_due_ms", "state", "due_ms"),
    Index("ix_deliveries_target_lane_id", "target", "lane", "id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(12), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created_by", String(40), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("last_used_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
)

# Suggestions for the bot that nobody wants to see again, by a hash of their question.
bot_dropped = Table(
    "bot_dropped",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("by", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

# A reader's copy of the folded tickets, for lists and filters; the journal has them whole.
tickets = Table(
    "tickets",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("queue", String(80)),
    Column("agent", String(80)),
    Column("priority", String(80)),
    Column("visitor", String(80)),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("doc", Text, nullable=False),
    Index("ix_tickets_status_created_at_ms", "status", "created_at_ms"),
    Index("ix_tickets_visitor", "visitor"),
)
