"""All facts of a journal in memory, and the rows derived from them. Read by `report`; knows no KPI."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from antiphon.domain.events import Event
from antiphon.metrics import audience, coverage, derived, linked, sales
from antiphon.metrics.facts import fold_agent, fold_conversation, fold_customer, fold_desk, fold_ticket
from antiphon.metrics.question import Question
from antiphon.metrics.settings import Settings

Row = Any
Rows = Sequence[Row]
Keep = Callable[[Row], bool]

# Rows that exist only for a selection of others: whose engagements, whose shifts.
SELECTED = frozenset({"piece", "handling", "effort"})
# Rows that exist only for a question: who stayed over its period, who came back within it.
ASKED = frozenset({"retained", "user_day", "newcomer", "prospect", "staff", "cover"})
_LINKED = frozenset({"case", "contact", "leg_case", "issue", "backlog", "flow", "browse", "gap", "sale"})


class Facts:
    """Tables of rows as they were known at `as_of_ms`."""

    def __init__(self, tables: Mapping[str, list[Row]], as_of_ms: int) -> None:
        self.as_of_ms = as_of_ms
        self._tables = dict(tables)
        self.owners: dict[str, Row] = {row.conversation: row for row in self._tables.get("conversation", ())}
        self.owners |= {row.ticket: row for row in self._tables.get("ticket", ())}
        self._cache: dict[str, Rows] = {}

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
            "backlog": lambda: linked.backlogs(rows("ticket"), rows("ticket_status")),
            "flow": lambda: linked.flows(rows("ticket"), rows("solve")),
            "browse": lambda: linked.browses(people, rows("session")),
            "gap": lambda: linked.gaps(rows("answer")),
            "sale": lambda: sales.sales(rows("order"), rows("conversation"), people),
        }
        return makers[table]()

    def asked(self, table: str, q: Question) -> Rows:
        """Rows made for one question."""
        rows, people = self.rows, self.people
        makers: dict[str, Callable[[], Rows]] = {
            "retained": lambda: audience.retained(rows("membership"), rows("order"), people, q),
            "user_day": lambda: audience.user_days(self._actions(), people, q, q.zone),
            "newcomer": lambda: audience.newcomers(rows("signup"), self._actions(), people, q, q.zone),
            "prospect": lambda: audience.prospects(
                rows("conversation"), rows("session"), rows("order"), people, q
            ),
            "staff": lambda: audience.staff(rows("employment"), q),
            "cover": lambda: coverage.covers(q.hours, self._queues(), rows("status"), self._pieces, q),
        }
        return makers[table]()

    def _actions(self) -> Rows:
        """Qualifying actions without spam."""
        return [row for row in self.rows("action") if not getattr(self.owner(row), "spam", 0)]

    def _queues(self) -> set[str]:
        return {row.queue for row in self.rows("visit")}

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
