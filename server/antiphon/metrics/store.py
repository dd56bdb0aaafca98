"""All facts of a journal in memory, and the rows derived from them. Read by `report`; knows no KPI."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from antiphon.domain.events import Event
from antiphon.metrics import (
    audience,
    coverage,
    derived,
    expected,
    linked,
    pace,
    promises,
    recent,
    sales,
    servqual,
)  # fmt: skip
from antiphon.metrics.facts import NEVER, fold_agent, fold_conversation, fold_customer, fold_desk, fold_ticket
from antiphon.metrics.question import Question
from antiphon.metrics.settings import Settings

if TYPE_CHECKING:
    from antiphon.metrics.tally import Counter

Row = Any
Rows = Sequence[Row]
Keep = Callable[[Row], bool]

# Rows that exist only for a selection of others: whose engagements, whose shifts.
SELECTED = frozenset({"piece", "handling", "effort"})
# Rows that exist only for a question: who stayed over its period, who came back within it.
ASKED = frozenset({
    "retained", "user_day", "newcomer", "prospect", "staff", "cover", "target", "backlog", "expected",
    "recent",
    "sale", "assist",
})  # fmt: skip
_LINKED = frozenset({
    "case", "contact", "leg_case", "issue", "flow", "browse", "gap", "closing", "routine", "paced", "post",
})  # fmt: skip


class Facts:
    """Tables of rows as they were known at `as_of_ms`."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], as_of_ms: int) -> None:
        self.as_of_ms = as_of_ms
        self._tables = tables
        self._cache: dict[str, Rows] = {}

    @cached_property
    def owners(self) -> dict[str, Row]:
        """Conversations and tickets by name."""
        owners = {row.conversation: row for row in self.rows("conversation")}
        return owners | {row.ticket: row for row in self.rows("ticket")}

    def near(self, one: "Counter", q: Question) -> "Facts":
        """As much of the facts as a measure needs for a period, or more."""
        return self

    def rows(self, table: str) -> Rows:
        """A table's rows, all of them; linked ones are made once."""
        if table in _LINKED:
            if table not in self._cache:
                self._cache[table] = self._link(table)
            return self._cache[table]
        return self._tables.get(table, ())

    def selected(self, table: str, keep: Keep, keep_agent: Keep) -> Rows:
        """Derived rows of the engagements and wrap-ups that `keep` and the statuses that `keep_agent`."""
        engagements = [row for row in self.rows("engagement") if keep(row)]
        if table == "handling":
            return derived.handlings(engagements)
        wrapups = [row for row in self.rows("wrapup") if keep(row)]
        statuses = [row for row in self.rows("status") if keep_agent(row)]
        if table == "effort":
            return derived.efforts(statuses, engagements, wrapups)
        return derived.pieces(statuses, engagements, wrapups)

    def owner(self, row: Row) -> Row | None:
        """The conversation or ticket a row belongs to, which lends it its segments and its spam flag."""
        key = getattr(row, "conversation", None) or getattr(row, "ticket", None)
        if key:
            return self.owners.get(key)
        return row if hasattr(row, "spam") else None

    @cached_property
    def people(self) -> linked.People:
        return linked.People(self.rows("conversation"), self.rows("ticket"))

    def _link(self, table: str) -> Rows:
        rows, people = self.rows, self.people
        makers: dict[str, Callable[[], Rows]] = {
            "case": lambda: linked.cases(people, rows("episode")),
            "contact": lambda: linked.contacts(people, rows("episode")),
            "leg_case": lambda: linked.leg_cases(people, rows("leg"), rows("visit")),
            "issue": lambda: linked.issues(rows("episode"), rows("ticket"), rows("ticket_status")),
            "flow": lambda: linked.flows(rows("ticket"), rows("solve")),
            "browse": lambda: linked.browses(people, rows("session")),
            "gap": lambda: servqual.gaps(rows("answer")),
            "closing": lambda: linked.closings(rows("episode"), rows("ticket"), rows("solve")),
            "routine": lambda: linked.routines(rows("episode")),
            "paced": lambda: pace.paced(rows("turn"), self._pieces, rows("answer"), self.owners),
            "post": lambda: self._pieces,
        }
        return makers[table]()

    def asked(self, table: str, q: Question) -> Rows:
        """Rows made for one question."""
        rows, people = self.rows, self.people
        makers: dict[str, Callable[[], Rows]] = {
            "retained": lambda: audience.retained(
                rows("membership"), rows("order"), rows("conversation"), rows("answer"), people, q
            ),
            "user_day": lambda: audience.user_days(self._actions(), people, q, q.zone),
            "newcomer": lambda: audience.newcomers(rows("signup"), self._actions(), people, q, q.zone),
            "prospect": lambda: audience.prospects(
                rows("conversation"), rows("session"), rows("order"), people, q
            ),
            "staff": lambda: audience.staff(rows("employment"), q),
            "cover": lambda: coverage.covers(q.hours, self.queues, rows("status"), self._pieces, q),
            "target": lambda: promises.targets(rows("ticket"), rows("ticket_wait"), rows("ticket_status"), q),
            "backlog": lambda: promises.backlogs(rows("ticket"), rows("ticket_status"), q),
            "expected": lambda: expected.expected(self._arrivals, q),
            "recent": lambda: recent.recent(self._done, q),
            "sale": lambda: sales.sales(rows("order"), rows("conversation"), people, q),
            "assist": lambda: sales.assists(rows("order"), rows("conversation"), people, q),
        }
        return makers[table]()

    def _actions(self) -> Rows:
        """Qualifying actions without spam."""
        return [row for row in self.rows("action") if not getattr(self.owner(row), "spam", 0)]

    @cached_property
    def queues(self) -> set[str]:
        """Every queue anybody ever entered."""
        return {row.queue for row in self.rows("visit")}

    @cached_property
    def _arrivals(self) -> expected.Arrivals:
        found: dict[tuple[str, str], list[int]] = {}
        for visit in self.rows("visit"):
            owner = self.owner(visit)
            if owner is None or not owner.spam:
                found.setdefault((visit.queue, getattr(owner, "channel", "")), []).append(visit.entered_at)
        return {place: sorted(instants) for place, instants in found.items()}

    @cached_property
    def _done(self) -> Mapping[str, Rows]:
        found: dict[str, list[Row]] = {}
        for one in sorted(self.rows("engagement"), key=lambda e: e.done_at):
            owner = self.owner(one)
            if one.done_at < NEVER and not one.ghost and not (owner is not None and owner.spam):
                found.setdefault(one.queue, []).append(one)
        return found

    @cached_property
    def _pieces(self) -> Sequence[derived.Piece]:
        return derived.pieces(self.rows("status"), self.rows("engagement"), self.rows("wrapup"))

    @classmethod
    def of(cls, streams: Iterable[Sequence[Event]], as_of_ms: int, settings: Settings) -> "Facts":
        """Folds whole histories, one sequence a stream, whatever kind of stream it is."""
        tables: dict[str, list[Row]] = {}
        for history in streams:
            if history:
                _collect(tables, fold(history, as_of_ms, settings))
        return cls(tables, as_of_ms)


def fold(history: Sequence[Event], as_of_ms: int, settings: Settings) -> Any:
    """One stream's rows by the fold for its kind; None when there is nothing yet."""
    kind, _, _ = history[0].stream.partition(":")
    if kind == "agent":
        return fold_agent(history, as_of_ms, settings)
    if kind == "ticket":
        return fold_ticket(history, as_of_ms)
    if kind == "customer":
        return fold_customer(history, as_of_ms)
    if kind == "desk":
        return fold_desk(history, as_of_ms)
    return fold_conversation(history, as_of_ms, settings)


def _collect(tables: dict[str, list[Row]], facts: Any) -> None:
    if facts is None:
        return
    for name, rows in zip(facts._fields, facts, strict=True):
        if rows and isinstance(rows, tuple):
            tables.setdefault(name, []).extend(rows)
