"""A desk in virtual time, played by chance: after every command state, floor, report and live board agree.

The invariants M1 to M18 of docs/reliability.md, as far as the pure core can break them: M13, M14 and M17
belong to the database, webhooks and leases, and are held by the tests that the table there names.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from antiphon.demo.virtual import VirtualDesk
from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation, evolve
from antiphon.domain.events import Actor, Event
from antiphon.domain.hours import Hours
from antiphon.domain.moves import lawful
from antiphon.domain.rules import Queue, Rules, Site
from antiphon.gateway.rest.timeline import timeline
from antiphon.metrics import Facts, Live, Query, Settings, report
from antiphon.metrics.facts import NEVER, fold_conversation

from .logs import DAY_MS

START_MS = DAY_MS + 9 * 3_600_000
RULES = Rules(
    queues={
        "sales": Queue(id="sales", name="Sales"),
        "help": Queue(id="help", name="Help"),
        "shut": Queue(id="shut", name="Shut", hours=Hours(week=((),) * 7)),
    },
    sites={"default": Site(id="default", name="Shop", queue="help", surveys=("csat", "nps"))},
)
CHATS, AGENTS = ("c1", "c2", "c3"), ("ann", "bob", "cid")
QUEUES = ("sales", "help")
PAUSES_S = (0, 1, 3, 9, 10, 11, 29, 30, 31, 45, 59, 61, 90, 119, 121, 400)

_chat, _agent, _queue = st.sampled_from(CHATS), st.sampled_from(AGENTS), st.sampled_from(QUEUES)
_flag = st.booleans()
COUNTS = (
    "conversations_started", "queue_offered", "queue_entered", "missed_chats", "resolved_issues",
    "short_abandons",
    "active_issues", "queue_length_now", "active_conversations_now", "load_now", "agents_online_now",
    "free_slots_now",
)  # fmt: skip
SHARES = (
    "service_level", "service_level_strict", "service_level_positive", "queue_abandonment_rate",
    "queue_abandonment_rate_raw", "missed_chat_rate", "frt_within_target", "bot_containment_rate",
    "bot_handoff_rate", "occupancy", "slot_occupancy", "resolution_rate",
)  # fmt: skip
DURATIONS = (
    "queue_wait_answered_avg",
    "first_response_time",
    "first_response_time_any",
    "aht",
    "longest_wait_now",
)


def person(kind: str, who: str) -> Actor:
    return Actor(kind=kind, id=who)  # type: ignore[arg-type]  # the kinds are those of `Actor`


_DRAWS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "start": {"bot": _flag, "queue": st.sampled_from([*QUEUES, *QUEUES, "shut"]), "text": _flag},
    "visitor_says": {"text": st.sampled_from(["I need help", "Thanks!"])},
    "agent_says": {"agent": _agent},
    "bot_thinks": {},
    "bot_answers": {"fallback": _flag, "then": st.sampled_from(["", "", "handoff", "end"]), "late": _flag},
    "asks_for_a_person": {"queue": st.sampled_from([*QUEUES, "shut"])},
    "accept": {"agent": _agent},
    "decline": {"agent": _agent},
    "transfer": {"agent": _agent, "to_agent": _agent, "queue": _queue, "how": st.sampled_from("aqwb")},
    "hands": {"agent": _agent, "what": st.sampled_from(["leave", "lost", "join", "take", "assign"])},
    "end": {"who": st.sampled_from(["visitor", "agent", "system"]), "agent": _agent, "resolved": _flag},
    "wraps_up": {"agent": _agent},
    "flag": {"flag": st.sampled_from(["complaint", "escalate", "spam", "not_spam"])},
    "rate": {"score": st.integers(1, 5)},
    "socket": {"gone": _flag},
    "shift": {
        "agent": _agent, "status": st.sampled_from(["online", "away", "busy", "offline"]),
        "cap": st.integers(1, 3),
    },
    "time_passes": {"pause_s": st.sampled_from(PAUSES_S)},
}  # fmt: skip
_LIKELY: dict[str, tuple[str, ...]] = {
    "new": ("start",),
    "bot": (
        "bot_answers", "bot_answers", "bot_thinks", "visitor_says", "asks_for_a_person", "asks_for_a_person",
        "socket", "end",
    ),
    "queued": ("accept", "accept", "accept", "decline", "socket", "end", "visitor_says", "bot_answers"),
    "active": (
        "agent_says", "agent_says", "visitor_says", "visitor_says", "transfer", "hands", "socket",
        "end", "end",
    ),
    "diverted": ("accept", "end", "asks_for_a_person"),
    "closed": ("rate", "wraps_up", "visitor_says", "flag"),
}  # fmt: skip


class Shop(RuleBasedStateMachine):
    """Rules are what people do, whether it makes sense or not; the desk refuses what does not."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = VirtualDesk(RULES, START_MS)
        self.live = Live()
        self.told = 0
        self.thinking: dict[str, int] = {}  # what the bot is slow to answer
        for agent in AGENTS[:2]:
            self.shift("", agent, "online", 2)

    def do(self, command: ask.Command) -> None:
        self.desk.handle(command)

    # -- whose turn it is ------------------------------------------------------------------------------

    @rule(data=st.data(), chat=_chat, sense=st.sampled_from([True, True, True, True, False]))
    def something_happens(self, data: st.DataObject, chat: str, sense: bool) -> None:
        """Mostly what makes sense where the conversation is; anything at all sometimes.

        One rule and no more: of several hypothesis leaves some out, and most plays would have no people.
        """
        likely = (*_LIKELY[self.desk.state(chat).state], "shift", "time_passes") if sense else tuple(_DRAWS)
        name = data.draw(st.sampled_from(likely))
        getattr(self, name)(chat, **{key: data.draw(of) for key, of in _DRAWS[name].items()})

    # -- what people do ------------------------------------------------------------------------------

    def start(self, chat: str, bot: bool, queue: str, text: bool) -> None:
        self.do(ask.Start(
            conversation=chat, actor=person("visitor", f"v-{chat}"), visitor=f"v-{chat}", site="default",
            queue=queue, bot="bot" if bot else None, text="Hello" if text else None,
        ))  # fmt: skip

    def visitor_says(self, chat: str, text: str) -> None:
        self.do(ask.Say(conversation=chat, actor=person("visitor", f"v-{chat}"), text=text))

    def agent_says(self, chat: str, agent: str) -> None:
        self.do(ask.Say(conversation=chat, actor=person("agent", agent), text="Let me look"))

    def bot_thinks(self, chat: str) -> None:
        if self.desk.state(chat).state == "bot":
            self.thinking[chat] = self.desk.state(chat).asked

    def bot_answers(self, chat: str, fallback: bool, then: str, late: bool) -> None:
        """At once, or what it thought of before: then a person may have taken over, or it is said twice."""
        bot, before = person("bot", "bot"), self.desk.state(chat)
        cause = (late and self.thinking.get(chat)) or before.asked or None
        said = ask.Say(conversation=chat, actor=bot, text="Hm", fallback=fallback)
        wanted = ask.RequestHandoff(conversation=chat, actor=bot, queue="help", by="bot")
        self.do(ask.BotAnswer(
            conversation=chat, actor=bot, cause=cause, replies=(said,),
            handoff=wanted if then == "handoff" else None,
            confirm=True if then == "end" else None, end=then == "end",
        ))  # fmt: skip
        heard = self.desk.state(chat).n > before.n
        assert heard == (before.state == "bot" and (cause or 0) > before.answered)

    def asks_for_a_person(self, chat: str, queue: str) -> None:
        self.do(ask.RequestHandoff(conversation=chat, actor=person("visitor", f"v-{chat}"), queue=queue))

    def accept(self, chat: str, agent: str) -> None:
        self.do(ask.Accept(conversation=chat, actor=person("agent", agent), agent=agent))

    def decline(self, chat: str, agent: str) -> None:
        self.do(ask.DeclineOffer(conversation=chat, actor=person("agent", agent), agent=agent))

    def transfer(self, chat: str, agent: str, to_agent: str, queue: str, how: str) -> None:
        where: dict[str, Any] = {
            "a": {"to_agent": to_agent}, "w": {"to_agent": to_agent, "warm": True}, "q": {"to_queue": queue},
            "b": {"to_bot": "bot"},
        }[how]  # fmt: skip
        self.do(ask.Transfer(conversation=chat, actor=person("agent", agent), agent=agent, **where))

    def hands(self, chat: str, agent: str, what: str) -> None:
        boss = person("agent", "boss")
        self.do({
            "leave": ask.Leave(conversation=chat, actor=person("agent", agent), agent=agent),
            "lost": ask.LoseAgent(conversation=chat, agent=agent),
            "join": ask.Join(conversation=chat, actor=boss, agent="boss"),
            "take": ask.TakeOver(conversation=chat, actor=boss, agent="boss", queue="help"),
            "assign": ask.Assign(conversation=chat, actor=boss, agent=agent),
        }[what])  # fmt: skip

    def end(self, chat: str, who: str, agent: str, resolved: bool) -> None:
        if chat in {c.id for c in self.desk.conversations()}:
            name = {"visitor": f"v-{chat}", "agent": agent}.get(who, "system")
            self.desk.end(chat, person(who, name), resolved=resolved)

    def wraps_up(self, chat: str, agent: str) -> None:
        self.do(ask.Wrapup(conversation=chat, actor=person("agent", agent), agent=agent, tags=("billing",)))

    def flag(self, chat: str, flag: Any) -> None:
        if chat in {c.id for c in self.desk.conversations()}:
            self.do(ask.Flag(conversation=chat, actor=person("agent", "ann"), flag=flag))

    def rate(self, chat: str, score: int) -> None:
        survey = self.desk.state(chat).survey
        if survey is not None:
            self.do(ask.Rate(conversation=chat, survey=survey.id, answers={"csat": score}))

    def socket(self, chat: str, gone: bool) -> None:
        self.do((ask.VisitorAway if gone else ask.VisitorBack)(conversation=chat))

    def shift(self, chat: str, agent: str, status: Any, cap: int) -> None:
        self.desk.of_agent(ask.SetStatus(
            conversation=f"agent:{agent}", actor=person("agent", agent), agent=agent, status=status,
            max_concurrency=cap, queues=QUEUES,
        ))  # fmt: skip

    def time_passes(self, chat: str, pause_s: int) -> None:
        self.desk.run(self.desk.now_ms + pause_s * 1000)

    # -- what must hold ------------------------------------------------------------------------------

    def histories(self) -> list[list[Event]]:
        found: dict[str, list[Event]] = {}
        for entry in self.desk.journal:
            for event in entry.events:
                found.setdefault(event.stream, []).append(event)
        return list(found.values())

    def ask_for(self, facts: Facts, *kpis: str, **more: Any) -> list[Any]:
        query = Query(
            kpis=kpis, from_ms=DAY_MS, to_ms=DAY_MS + 86_400_000, as_of_ms=self.desk.now_ms, **more
        )  # fmt: skip
        return report(facts, query, Settings())

    @invariant()
    def the_state_is_the_fold_of_the_log_and_every_move_was_lawful(self) -> None:
        """M2, M4, M6, M10, M15, and R == T of M1."""
        for history in self.histories():
            if ":" in history[0].stream:
                continue
            c = Conversation(id=history[0].stream)
            for event in history:
                assert event.n == c.n + 1
                assert lawful(c.state, event.kind), (c.state, event.kind)
                if event.kind == "message":
                    assert event.data["sender"] == event.actor.kind
                    assert event.actor.kind != "bot" or c.state == "bot"
                before, c = c, evolve(c, event)
                _nobody_has_read_what_is_not_there(before, c)
            assert c == self.desk.state(c.id)

    @invariant()
    def a_turn_of_the_bot_is_answered_once(self) -> None:
        """M15: one entry of the journal for each question, whatever was sent late or twice."""
        answers = [{(e.stream, e.cause) for e in entry.events if e.cause} for entry in self.desk.journal]
        assert max(Counter(chain.from_iterable(answers)).values(), default=0) <= 1

    @invariant()
    def everybody_is_somewhere_and_only_once(self) -> None:
        """M3, M5."""
        for c in self.desk.conversations():
            assert (c.state == "active") == bool(c.agents), c
            assert len({a.agent for a in c.agents}) == len(c.agents)
            assert (c.queued_at_ms is not None) == (c.state == "queued")
            assert not c.offers or c.state in ("queued", "active")

    @invariant()
    def floor_report_and_board_agree(self) -> None:
        """M1, M5, M11, M18: L == R == T, at every moment."""
        streams, now_ms = self.histories(), self.desk.now_ms
        for entry in self.desk.journal[self.told :]:
            for event in entry.events:
                assert self.live.apply(event)
                self.live.apply(event)  # M12: a repeat changes nothing
        self.told = len(self.desk.journal)
        facts = Facts.of(streams, now_ms, Settings())
        got = {line.id: line for line in self.ask_for(facts, *COUNTS, *SHARES, *DURATIONS)}
        board = self.live.board(now_ms)
        assert board.as_of_ms == now_ms
        for id_, line in got.items():
            tile = board.totals.get(id_)
            assert tile is None or (tile["value"], tile["num"], tile["den"]) == (
                line.value,
                line.num,
                line.den,
            ), id_
        known = [c for c in self.desk.floor.open.values() if not c.spam]
        waiting = [c for c in known if c.state == "queued" and not _gone(c, now_ms)]
        assert got["queue_length_now"].value == len(waiting)
        assert got["active_conversations_now"].value == sum(bool(c.agents) for c in known)
        assert got["agents_online_now"].value == sum(
            shift.status == "online" for shift in self.desk.floor.agents.values()
        )
        tickets = sum(h[0].stream.startswith("ticket:") for h in streams)
        chats = sum(c.state != "closed" and not c.spam for c in self.desk.conversations())
        assert chats <= got["active_issues"].value <= chats + tickets
        loads = {row["agent"]: row["load"] for row in board.agents}
        for agent, load in self.desk.floor.loads().items():
            assert loads[agent] == load, [c for c in self.desk.conversations() if agent in str(c)]
        self._nothing_is_negative(got)
        self._outcomes_are_exactly_one(facts)

    def _nothing_is_negative(self, got: dict[str, Any]) -> None:
        """M7."""
        for id_ in COUNTS:
            assert got[id_].value >= 0, id_
        for id_ in SHARES:
            assert got[id_].value is None or 0 <= got[id_].value <= 1, id_
            assert (got[id_].value is None) == (not got[id_].den), id_
        for id_ in DURATIONS:
            assert got[id_].value is None or got[id_].value >= 0, id_

    def _parts_add_up(self, facts: Facts) -> None:
        """M8: hours of a local day, and queues, add up to the whole."""
        kpis = ("service_level", "first_response_time", "conversations_started", "concurrency_avg")
        whole = {line.id: line for line in self.ask_for(facts, *kpis)}
        for more in ({"interval": "1h", "tz": "Asia/Kathmandu"}, {"by": ["hour"]}):
            parts = self.ask_for(facts, *kpis, **more)
            for id_, line in whole.items():
                for name in ("num", "den"):
                    total = sum(getattr(part, name) or 0 for part in parts if part.id == id_)
                    assert abs(total - (getattr(line, name) or 0)) < 1e-6, (id_, name)

    def _outcomes_are_exactly_one(self, facts: Facts) -> None:
        """M9, M10: every second and every outcome once."""
        for row in facts.rows("conversation"):
            assert (row.outcome == "") == (row.requested_at == NEVER)
            assert row.first_reply_at >= row.started_at
            assert row.served_at == NEVER or row.outcome == "served"
        for name, start, end in (
            ("visit", "entered_at", "left_at"), ("engagement", "started_at", "ended_at"),
            ("turn", "started_at", "ended_at"), ("leg", "started_at", "ended_at"),
            ("wrapup", "from_at", "to_at"), ("episode", "opened_at", "closed_at"),
        ):  # fmt: skip
            assert all(getattr(row, end) >= getattr(row, start) for row in facts.rows(name)), name
        for one, other in pairwise(facts.rows("visit")):
            assert one.conversation != other.conversation or one.left_at <= other.entered_at

    @invariant()
    def a_timeline_adds_up_to_its_length(self) -> None:
        """M9."""
        for history in self.histories():
            if ":" not in history[0].stream:
                told = timeline(history[0].stream, history, self.desk.now_ms)
                closed = self.desk.state(history[0].stream)
                end_ms = closed.closed_at_ms if closed.state == "closed" else self.desk.now_ms
                assert told.total_ms == max(0, (end_ms or 0) - history[0].at_ms)

    def teardown(self) -> None:
        """M8 and M16: parts add up to the whole; without anybody's words every fact is the same."""
        self._parts_add_up(Facts.of(self.histories(), self.desk.now_ms, Settings()))
        for history in self.histories():
            if ":" not in history[0].stream:
                bare = [replace(event, words=None) for event in history]
                assert _folded(bare, self.desk.now_ms) == _folded(history, self.desk.now_ms)


def _nobody_has_read_what_is_not_there(before: Conversation, after: Conversation) -> None:
    """M6: what is unread is never negative and how far one has read never falls.

    People's reading is the business of their windows; the bot's is a fact.
    """
    assert 0 <= after.answered <= after.asked <= after.n
    assert after.last_message_n <= after.n
    for name in ("asked", "answered", "last_message_n"):
        assert getattr(after, name) >= getattr(before, name), name


def _gone(c: Conversation, now_ms: int) -> bool:
    """Has his grace run out at this very millisecond, so that only the next one closes it?"""
    return c.away_since_ms is not None and now_ms - c.away_since_ms >= 60_000


def _folded(history: Sequence[Event], now_ms: int) -> Any:
    return fold_conversation(history, now_ms, Settings())


# Not made smaller: a failing play is short enough to be read, and shrinking it takes minutes.
Shop.TestCase.settings = settings(
    max_examples=30, stateful_step_count=40, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
TestShop = pytest.mark.timeout(600)(Shop.TestCase)  # a busy machine may take its time
