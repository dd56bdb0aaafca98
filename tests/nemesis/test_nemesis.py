"""A short mix of the nemesis, and every failpoint: real processes, judged by the history checker.

The long run is `make nemesis`; its figures are in docs/capacity.md.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.nemesis.rig import MODES, Mode, Rig, rigged
from tests.nemesis.run import HTTP, MANNERS, Run, Verdict, run_seed
from tests.zygote import Zygote

FAULTS = 12
AT_ONCE = 10
DRAIN_S = 15  # the promise is 10 s; a test machine is busy
STRUCK_S = 150  # ten of them at once, on a machine that is busy with other things too
FAILPOINTS = Path("server/antiphon/failpoints.py").read_text()
PLACES = re.findall(r"\w+", FAILPOINTS.split("order:")[1].split('"""')[0])


@pytest.fixture(scope="module")
async def zygote(postgres_url: str, redis_url: str) -> AsyncIterator[Zygote]:
    """Asks for both services, so that a run without them is a skip and no failure."""
    one = await Zygote().start()
    yield one
    await one.close()


@pytest.mark.nemesis
@pytest.mark.timeout(400)
@pytest.mark.parametrize("mode", MODES)
async def test_nothing_is_lost_doubled_or_reordered(mode: Mode, zygote: Zygote, tmp_path: Path) -> None:
    verdict = await run_seed(mode, 7, FAULTS, zygote, tmp_path)
    assert verdict.findings == [], verdict.line()
    assert verdict.figures["acked"] >= 0.95 * verdict.figures["sent"] > 50
    assert verdict.figures["drained_s"] < DRAIN_S


def test_every_place_is_in_the_code() -> None:
    code = "\n".join(path.read_text() for path in Path("server/antiphon").rglob("*.py"))
    used = set(re.findall(r'failpoints\.(?:reach|strike)\("(\w+)"\)', code))
    assert used == set(PLACES)


@pytest.mark.nemesis
@pytest.mark.timeout(400)
@pytest.mark.parametrize("action", ["kill", "raise", "hang=2"])
async def test_failing_anywhere_on_the_way_breaks_no_promise(
    action: str, zygote: Zygote, tmp_path: Path
) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(place: str) -> Verdict:
        async with gate:
            folder = tmp_path / place
            folder.mkdir()
            return await struck(place, action, zygote, folder)

    verdicts = await asyncio.gather(*(one(place) for place in PLACES))
    wrong = {p: v.findings for p, v in zip(PLACES, verdicts, strict=True) if v.findings}
    assert wrong == {}


async def struck(place: str, action: str, zygote: Zygote, folder: Path) -> Verdict:
    """People talk, the process fails at `place`, is started again if it died, and the verdict."""
    mode: Mode = "two nodes" if place == "publish" else "sqlite"
    told = {"ANTIPHON_TEST_FAILPOINT": f"{place}:{action}@40"}
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(rigged(mode, folder, zygote, told))
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=HTTP))
        run = Run(rig, 1, http, MANNERS[1:3])
        async with asyncio.timeout(STRUCK_S), asyncio.TaskGroup() as both:
            both.create_task(run.begin())
            both.create_task(struck_once(rig, action))
        return await run.end()


async def struck_once(rig: Rig, action: str) -> None:
    """Wait until it happened; all are started again, sound: another would have died of it a little later."""
    while not any('"failpoint"' in node.log.read_text() for node in rig.nodes):  # noqa: ASYNC110 - a log has no event
        await asyncio.sleep(0.05)
    if action == "kill":
        for node in rig.nodes:
            del node.environment["ANTIPHON_TEST_FAILPOINT"]
            with contextlib.suppress(ProcessLookupError):  # it died
                await node.kill()
            await node.start()
