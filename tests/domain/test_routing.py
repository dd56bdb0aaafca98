"""Whose turn it is, where one stands, and how long it takes."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain import commands as ask
from antiphon.domain.agent import Shift, decide, evolve
from antiphon.domain.conversation import Conversation, Engagement, Handled, Offer, OpenWrapup
from antiphon.domain.events import Actor
from antiphon.domain.floor import Floor
from antiphon.domain.routing import offers

NOW_MS = 1_000_000


def waiting(name: str, since_ms: int, **more: object) -> Conversation:
    fields = {"state": "queued", "queue": "support", "queued_at_ms": since_ms, "rank_ms": since_ms}
    return Conversation(id=name, n=3, **{**fields, **more})  # type: ignore[arg-type]


def active(name: str, agent: str) -> Conversation:
    return Conversation(id=name, n=5, state="active", agents=(Engagement(agent=agent, since_ms=0),))


def online(agent: str, limit: int = 3, status: str = "online") -> Shift:
    return Shift(agent=agent, n=1, status=status, max_concurrency=limit, queues=("support",))  # type: ignore[arg-type]


def floor(*things: Conversation | Shift) -> Floor:
    made = Floor()
    for thing in things:
        made.put_shift(thing) if isinstance(thing, Shift) else made.put(thing)
    return made


def made(on: Floor) -> list[tuple[str, str]]:
    return [(c.id, agent) for c, agent in offers(on, NOW_MS)]


def test_longest_waiting_first_to_the_least_loaded() -> None:
    on = floor(waiting("late", 20), waiting("early", 10), online("ann"), online("bob"), active("x", "ann"))
    assert made(on) == [("early", "bob"), ("late", "ann")]


def test_load_counts_against_the_own_limit() -> None:
    on = floor(waiting("one", 1), online("ann", 10), online("bob", 2), active("x", "ann"), active("y", "bob"))
    assert made(on) == [("one", "ann")]


def test_a_ringing_offer_takes_a_slot_and_is_not_repeated() -> None:
    ringing = waiting("one", 1, offers=(Offer(agent="ann", made_ms=0, expires_ms=9),))
    assert made(floor(ringing, waiting("two", 2), online("ann", 1))) == []


def test_nobody_who_is_not_online_is_rung() -> None:
    assert made(floor(waiting("one", 1), online("ann", status="away"), online("bob", status="busy"))) == []


def test_who_missed_it_is_asked_after_the_others() -> None:
    missed = waiting("one", 1, missed={"ann": 1})
    assert made(floor(missed, online("ann"), online("bob"))) == [("one", "bob")]
    assert made(floor(missed, online("ann"))) == [("one", "ann")]


def test_who_said_no_is_left_in_peace_for_a_while() -> None:
    just_now = waiting("one", 1, missed={"ann": 2}, missed_at_ms={"ann": NOW_MS - 39_999})
    assert made(floor(just_now, online("ann"))) == []
    a_while_ago = waiting("one", 1, missed={"ann": 2}, missed_at_ms={"ann": NOW_MS - 40_000})
    assert made(floor(a_while_ago, online("ann"))) == [("one", "ann")]


def test_a_visitor_whose_socket_is_gone_is_not_offered() -> None:
    assert made(floor(waiting("one", 1, connected=False, away_since_ms=5), online("ann"))) == []


def test_the_place_in_line_follows_the_rank_not_the_visit() -> None:
    on = floor(waiting("new", 50), waiting("lost", 90, rank_ms=10), waiting("other", 5, queue="sales"))
    assert (on.position("lost"), on.position("new"), on.position("other")) == (1, 2, 1)
    assert on.position("nobody") is None


def test_an_estimate_needs_slots_and_history() -> None:
    on = floor(waiting("one", 1), online("ann", 3), online("bob", 3))
    assert on.estimate_s("one") is None
    past = tuple(Handled(agent="ann", queue="support", start_ms=0, end_ms=600_000) for _ in range(20))
    on.remember(Conversation(id="past", handled=past))
    assert on.estimate_s("one") == (100, 100)  # 1 × 600 s / 6 slots
    assert floor(waiting("one", 1)).estimate_s("one") is None


def test_a_status_is_written_once_and_never_behind_the_last() -> None:
    shift = Shift(agent="ann")
    command = ask.SetStatus(
        conversation="agent:ann", agent="ann", status="online", actor=Actor(kind="agent", id="ann")
    )
    [event] = decide(shift, command, 1000)
    shift = evolve(shift, event)
    assert shift.since_ms == 1000
    shift = Shift(**{name: getattr(shift, name) for name in Shift.__slots__ if name != "n"}, n=1)
    assert decide(shift, command, 2000) == []
    late = ask.SetStatus(conversation="agent:ann", agent="ann", status="offline", at_ms=500)
    assert decide(shift, late, 2000)[0].at_ms == 1000


agents = st.lists(st.sampled_from("abc"), max_size=2)
anything = st.builds(
    lambda name, state, queue, rank, has, wraps, rung: Conversation(
        id=name, visitor=f"of {name}", state=state, queue=queue, rank_ms=rank,
        agents=tuple(Engagement(agent=agent, since_ms=0) for agent in has),
        wrapups=tuple(OpenWrapup(agent=agent, since_ms=0) for agent in wraps),
        offers=tuple(Offer(agent=agent, made_ms=0, expires_ms=1) for agent in set(rung)),
    ),
    st.sampled_from("wxyz"), st.sampled_from(["bot", "queued", "active", "closed"]),
    st.sampled_from(["support", "sales"]), st.integers(0, 3), agents, agents, agents,
)  # fmt: skip


@given(st.lists(anything, max_size=30))
def test_what_is_kept_at_hand_is_what_one_would_find_by_looking_at_everything(
    moves: list[Conversation],
) -> None:
    here = floor(*moves)
    everything = list(here.open.values())
    for queue in ("support", "sales", None):
        line = [c for c in everything if c.state == "queued" and queue in (None, c.queue)]
        line.sort(key=lambda c: (c.rank_ms or 0, c.id))
        assert here.waiting(queue) == line
        if queue:
            assert here.queued(queue) == len(line)
            assert [here.position(c.id) for c in line] == list(range(1, len(line) + 1))
    for agent in "abc":
        held = [sum(one.agent == agent for one in (*c.agents, *c.wrapups)) for c in everything]
        rings = [c.id for c in everything if any(offer.agent == agent for offer in c.offers)]
        assert here.load(agent) == here.loads().get(agent, 0) == sum(held)
        assert {c.id for c in here.of_agent(agent)} == {
            c.id for c, n in zip(everything, held, strict=True) if n
        }
        assert sorted(c.id for c in here.offers_to(agent)) == sorted(rings)
        assert here.ringing(agent) == len(rings)
