"""The nemesis: seeds of faults against real servers, and the verdict (`make nemesis`).

python -m tests.nemesis.run --mode sqlite --seeds 20 --faults 60
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import click

from antiphon.journal.migrate import epoch
from antiphon.journal.store import Store
from tests.flows.conftest import ADMIN, Rest
from tests.nemesis.agreement import Seen, look
from tests.nemesis.checker import Entry, check, coverage
from tests.nemesis.faults import CUTS, KILLS, Faults
from tests.nemesis.people import Book, Manner, Person, World
from tests.nemesis.rig import MODES, Mode, Rig, rigged
from tests.nemesis.roles import Agent, Tab, Visitor
from tests.zygote import Zygote

AGREE_S = 5.0  # after a restart log, tables and live numbers say the same; what takes longer is counted
HEALED_S = 60  # after the last fault everybody is back, and everything is said
NEVER_S = 120.0  # and what takes this long is wrong
LATE_S = 4.0  # the promise is 2 s; a machine that also runs the nemesis gets as much again
ANSWER_S = 15.0  # the promise is 10 s, likewise
ARRIVES_S = 1.0  # what is committed has reached who is connected
HTTP = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=60)
MANNERS = (
    Manner(window=1), Manner(window=8), Manner(window=1, repairs=False), Manner(window=8, repairs=False),
)  # fmt: skip


@dataclass
class Verdict:
    """What one seed came to; `findings` must be empty."""

    mode: Mode
    seed: int
    findings: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    figures: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # what the run did not exercise

    def line(self) -> str:
        shown = " ".join(f"{name}={value:g}" for name, value in self.figures.items())
        kills, cuts = (sum(self.faults[name] for name in names) for names in (KILLS, CUTS))
        verdict = "PASS" if not self.findings else f"FAIL {len(self.findings)}"
        idle = f"  (did not see {', '.join(self.missing)})" if self.missing else ""
        return f"{self.mode:<10} seed {self.seed:<4} {verdict}  kills={kills} cuts={cuts} {shown}{idle}"


class Run:
    """One seed."""

    def __init__(
        self, rig: Rig, seed: int, http: aiohttp.ClientSession, manners: Sequence[Manner] = MANNERS
    ) -> None:
        self.rig, self.http, self._manners = rig, http, manners
        self.chance = random.Random(seed)
        self.book = Book()
        self.world = World(http, self.book, self.chance, self._door)
        self.world.going.set()
        self.faults = Faults(rig, self.chance)
        self.verdict = Verdict(rig.mode, seed, faults=self.faults.counts)
        self.people: list[Person] = []
        self.visitors: list[Visitor] = []
        self.agents: list[Agent] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._admin: Rest | None = None
        self._slowest_s = 0.0
        self._slow = 0
        self._began_s = time.monotonic()

    def _door(self) -> str:
        return self.chance.choice(self.rig.nodes).network.url

    async def begin(self) -> None:
        """Everybody is there and talks; from now on something may go wrong."""
        self._admin = await Rest.login(self.http, self.rig.nodes[0].url, *ADMIN)
        for number, manner in enumerate(self._manners):
            visitor = Visitor(self.world, f"v{number}", manner)
            self.visitors.append(visitor)
            self.people += [visitor, Tab(self.world, visitor, self._manners[-1 - number])]
        for number, manner in enumerate(self._manners[:2]):
            hired = await self._admin.hire(f"Agent{number}")
            bearer = hired.headers["Authorization"].removeprefix("Bearer ")
            self.agents.append(Agent(self.world, f"a{number}", manner, bearer, hired.user["id"]))
        self.people += self.agents
        for person in self.people:
            self._tasks.append(asyncio.create_task(person.live()))
        for talker in (*self.visitors, *self.agents):
            self._tasks.append(asyncio.create_task(talker.chat()))
        await asyncio.gather(*(person.up.wait() for person in self.people))
        await asyncio.sleep(0.5)
        self.book.add("nemesis", "fault")

    async def suffer(self, faults: int) -> None:
        for _ in range(faults):
            await self._fault()
            await asyncio.sleep(self.chance.uniform(0.05, 0.3))

    async def end(self) -> Verdict:
        """Heal, let everybody finish, and judge."""
        await self._calm()
        await self._judge()
        self.verdict.figures["seconds"] = round(time.monotonic() - self._began_s)
        return self.verdict

    async def _fault(self) -> None:
        """One fault, or two at once; after a restart everything must soon agree."""
        self.faults.restarted.clear()
        async with asyncio.TaskGroup() as both:
            for _ in range(1 + (self.chance.random() < 0.15)):
                both.create_task(self.faults.strike())
        if self.faults.restarted:
            await self._agreed()

    async def _agreed(self) -> None:
        """Nobody begins anything; soon log, tables and every board say the same."""
        self.world.going.clear()
        began_s = time.monotonic()
        async with self.rig.store() as store:
            while True:
                try:
                    differences = (await look(store)).differences(await self._boards())
                except (aiohttp.ClientError, OSError, AssertionError, TimeoutError) as away:
                    differences = [repr(away)]
                took_s = time.monotonic() - began_s
                if not differences or took_s > NEVER_S:
                    break
                await asyncio.sleep(0.1)
        self._slowest_s = max(self._slowest_s, took_s)
        self._slow += took_s > AGREE_S
        self.verdict.findings += [f"after a restart: {one}" for one in differences]
        self.world.going.set()

    async def _boards(self) -> list[dict[str, object]]:
        assert self._admin
        boards = []
        for node in self.rig.nodes:
            self._admin.url = node.url
            boards.append(await self._admin.ask("GET", "/api/board"))
        return boards

    async def _calm(self) -> None:
        """All is healed: some quiet traffic, then silence until nothing more can come."""
        self.faults.heal()
        async with asyncio.timeout(HEALED_S):
            await asyncio.gather(*(person.up.wait() for person in self.people))
        await asyncio.sleep(1)
        self.book.add("nemesis", "calm")
        await asyncio.sleep(2)
        self.world.going.clear()
        async with asyncio.timeout(HEALED_S):
            while any(self._unsent()):  # noqa: ASYNC110 - outboxes have no event for a test
                await asyncio.sleep(0.05)
        await asyncio.sleep(LATE_S)
        await self._agreed()
        self.world.going.clear()

    async def close(self) -> None:
        """Everybody goes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for person in self.people:
            await person.leave()

    def _unsent(self) -> list[int]:
        outboxes = [v.outbox for v in self.visitors if v.outbox]
        outboxes += [box for agent in self.agents for box in agent.outboxes.values()]
        return [len(box.waiting) for box in outboxes if box.waiting and not box.over]

    async def _judge(self) -> None:
        async with self.rig.store() as store:
            seen, entries = await last_look(store, self.people, self.book)
            now = await epoch(store.database)
        await self.close()
        self.verdict.findings += check(entries, seen.log(), now, late_s=LATE_S, answer_s=ANSWER_S)
        self.verdict.findings += seen.differences()
        covered = coverage(entries)
        self.verdict.missing = covered.vacuous
        self.verdict.figures |= {
            "sent": covered.sent, "acked": covered.acked, "repeats": covered.repeats,
            "unknown": covered.unknown, "read": covered.read, "shown": covered.shown,
            "agreed_s": round(self._slowest_s, 1), "slow": self._slow,
            "drained_s": round(max((s for node in self.rig.nodes for s in node.drained_s), default=0), 1),
        }  # fmt: skip


async def last_look(store: Store, people: Sequence[Person], book: Book) -> tuple[Seen, list[Entry]]:
    """The log and what everybody saw, of one moment in which nothing happened."""
    while True:
        head = await store.head()
        await asyncio.sleep(ARRIVES_S)
        for person in people:
            for view in list(person.views.values()):
                if view.closed or person.manner.repairs:
                    await person.catch_up(view)
        entries, seen = list(book.entries), await look(store)
        if not seen.events or seen.events[-1].seq == head:
            return seen, entries


async def run_seed(mode: Mode, seed: int, faults: int, zygote: Zygote, folder: Path) -> Verdict:
    """A desk, people, faults, a verdict. `folder` keeps the nodes' logs and the history."""
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(rigged(mode, folder, zygote))
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=HTTP))
        run = Run(rig, seed, http)
        stack.push_async_callback(run.close)
        await run.begin()
        await run.suffer(faults)
        verdict = await run.end()
        history = (json.dumps({k: getattr(e, k) for k in e.__slots__}) for e in run.book.entries)
        (folder / "history.ndjson").write_text("\n".join(history))
    return verdict


async def _main(modes: Sequence[Mode], seeds: range, faults: int, minutes: float) -> bool:
    until_s = time.monotonic() + 60 * minutes
    zygote = await Zygote().start()
    verdicts = []
    try:
        for mode in modes:
            for seed in seeds:
                if time.monotonic() > until_s:
                    break
                folder = Path(tempfile.mkdtemp(prefix=f"antiphon-nemesis-{mode.replace(' ', '-')}-{seed}-"))
                try:
                    verdict = await run_seed(mode, seed, faults, zygote, folder)
                except Exception as fault:  # noqa: BLE001 - a run that broke off is no proof; the others go on
                    verdict = Verdict(mode, seed, [f"broke off: {fault!r}"])
                verdicts.append(verdict)
                click.echo(verdict.line())
                for finding in verdict.findings[:20]:
                    click.echo(f"    {finding}")
                if verdict.findings:
                    click.echo(f"    logs and history: {folder}")
                else:
                    shutil.rmtree(folder)
            click.echo(_sum(mode, [v for v in verdicts if v.mode == mode]))
    finally:
        await zygote.close()
    unseen = [name for mode in modes for name in _unseen([v for v in verdicts if v.mode == mode])]
    if unseen:
        click.echo(f"no seed saw: {', '.join(unseen)}")
    return not unseen and not any(verdict.findings for verdict in verdicts)


def _unseen(verdicts: Sequence[Verdict]) -> list[str]:
    """What none of a mode's seeds exercised."""
    return (
        [name for name in verdicts[0].missing if all(name in v.missing for v in verdicts)] if verdicts else []
    )


def _sum(mode: Mode, verdicts: Sequence[Verdict]) -> str:
    faults = sum((v.faults for v in verdicts), Counter[str]())
    kills, cuts = (sum(faults[name] for name in names) for names in (KILLS, CUTS))
    sums = {
        name: sum(v.figures.get(name, 0) for v in verdicts) for name in ("sent", "acked", "repeats", "read")
    }
    slowest = max((v.figures.get("agreed_s", 0) for v in verdicts), default=0)
    slow = sum(v.figures.get("slow", 0) for v in verdicts)
    drained = max((v.figures.get("drained_s", 0) for v in verdicts), default=0)
    findings = sum(len(v.findings) for v in verdicts)
    return (
        f"{mode}: {len(verdicts)} seeds, {kills} kills + {cuts} cuts, {sum(faults.values())} faults in all "
        f"({', '.join(f'{name} {n}' for name, n in sorted(faults.items()))}); "
        f"{', '.join(f'{name} {n:g}' for name, n in sums.items())}; "
        f"SIGTERM to the end at most {drained} s; "
        f"agreement after at most {slowest} s, {slow:g} times after more than {AGREE_S:g} s; "
        f"findings: {findings}"
    )


def main() -> None:
    words = argparse.ArgumentParser(description="Break the desk on purpose and check what it promised.")
    words.add_argument("--mode", choices=MODES, action="append")
    words.add_argument("--seeds", type=int, default=20)
    words.add_argument("--first", type=int, default=1)
    words.add_argument("--faults", type=int, default=60)
    words.add_argument("--minutes", type=float, default=600, help="begin no seed after this time")
    told = words.parse_args()
    seeds = range(told.first, told.first + told.seeds)
    sys.exit(0 if asyncio.run(_main(told.mode or MODES, seeds, told.faults, told.minutes)) else 1)


if __name__ == "__main__":
    main()
