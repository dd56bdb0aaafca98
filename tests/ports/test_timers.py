"""Time passes over a real journal: what a node that died takes along, and when."""

from antiphon.backplane.memory import MemoryBackplane
from antiphon.backplane.presence import LEASE_MS, REFRESH_S, Presence
from antiphon.domain import commands as ask
from antiphon.domain.events import Actor
from antiphon.readers.timers import AGENT_GRACE_MS, Timers
from tests.ports.conftest import office
from tests.ports.test_desk import begun

ANN = Actor(kind="agent", id="ann", name="Ann")


class Clock:
    """Milliseconds, moved by hand."""

    def __init__(self) -> None:
        self.now_ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now_ms


def pair(clock: Clock) -> tuple[Presence, Presence]:
    """Two nodes that hear each other."""
    one, two = MemoryBackplane(), MemoryBackplane()
    one.others, two.others = [two], [one]
    here, there = Presence("a", one, clock), Presence("b", two, clock)
    one.listen(lambda: None, lambda topic, body: here.hear(body))
    two.listen(lambda: None, lambda topic, body: there.hear(body))
    return here, there


async def test_the_people_of_a_killed_node_are_gone_after_its_lease_and_their_grace(
    fresh_database_url: str,
) -> None:
    """M17: the visitor one look after the lease, the agent one look after his minute; both back-dated."""
    clock = Clock()
    killed, alive = pair(clock)
    async with office(fresh_database_url, clock) as here:
        timers = Timers(here.desk, alive)
        c = await begun(here.desk)
        await here.desk.set_status(
            ask.SetStatus(
                conversation="agent:ann", actor=ANN, agent="ann", status="online", max_concurrency=3
            )
        )
        await here.desk.handle(ask.RequestHandoff(conversation=c, queue="support"))
        await here.desk.handle(ask.Accept(conversation=c, actor=ANN, agent="ann"))
        state = await here.desk.state(c)
        assert state
        killed.arrive(("visitor", state.visitor))
        killed.arrive(("agent", "ann"))
        clock.now_ms += round(REFRESH_S * 1000)
        killed.announce()  # its last words
        died_ms = clock.now_ms

        async def after(ms: int) -> tuple[bool, str, str]:
            """Is the visitor there, is the agent, and where is the conversation?"""
            clock.now_ms = died_ms + ms
            await timers.look()
            state, shift = await here.desk.state(c), await here.desk.shift("ann")
            assert state
            return state.connected, shift.status, state.state

        assert await after(LEASE_MS - 1) == (True, "online", "active")
        assert await after(LEASE_MS) == (False, "online", "active")
        assert await after(AGENT_GRACE_MS - 1) == (False, "online", "active")
        assert await after(AGENT_GRACE_MS) == (False, "offline", "queued")
        shift = await here.desk.shift("ann")
        assert (shift.since_ms, shift.reason) == (died_ms, "connection_lost")
