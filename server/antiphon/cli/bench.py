"""`antiphon bench`: how fast is a server, or a database, with what it holds?"""

import asyncio
import statistics
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

import aiohttp
import click

from antiphon.cli.database import run
from antiphon.cli.reports import answering
from antiphon.config import Config
from antiphon.load.line import Line
from antiphon.load.talk import Chats, Figures
from antiphon.metrics.answers import Asked

ROUNDS = 5
_LIMIT_PER_S = 4.0  # messages a second of one chat that the default limits let pass for ever
_QUESTIONS: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (  # KPIs, interval, by
    (("first_response_time", "first_response_time_p90"), "1h", ()),
    (("service_level",), "1d", ("queue",)),
    (("queue_abandonment_rate",), "1d", ("channel",)),
    (("csat", "nps"), "", ("agent",)),
)


@click.group()
def bench() -> None:
    """Measure a running server, or the reports of the configured database."""


@bench.command()
@click.argument("url")
@click.option("--site", default="default", show_default=True)
@click.option("--chats", type=click.IntRange(1, 50), default=20, show_default=True)
@click.option("--rate", type=float, help="Messages a second of all chats, by the clock. [default: 2 a chat]")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=10.0, show_default=True)
@click.option("--idle", type=click.IntRange(0), default=0, help="Visitors who are only there.")
@click.option("--agent", help="E-mail of an agent who takes the chats; his password from standard input.")
def load(
    url: str, site: str, chats: int, rate: float | None, seconds: float, idle: int, agent: str | None
) -> None:
    """Visitors who write by the clock; latencies count from when a message was meant to be sent.

    Without an agent, until the visitor's acknowledgement; with one, until the agent has it.
    """
    rate = rate or 2.0 * chats
    if rate > _LIMIT_PER_S * chats:
        raise click.UsageError(f"at most {_LIMIT_PER_S:.0f} a second and chat: the server limits visitors")
    password = sys.stdin.readline().rstrip("\n") if agent else ""
    try:
        figures = asyncio.run(_load(url.rstrip("/"), site, chats, rate, seconds, idle, agent, password))
    except (OSError, TimeoutError, aiohttp.ClientError) as error:
        raise click.ClickException(f"{url}: {str(error) or 'no answer'}") from None
    click.echo(
        f"{figures.done} messages at {rate:g}/s, {figures.refused} refused, {figures.missing} missing; "
        f"p50 {figures.percentile(0.5):.1f} ms, p99 {figures.percentile(0.99):.1f} ms, "
        f"worst {figures.percentile(1.0):.1f} ms"
    )
    sys.exit(1 if figures.missing or figures.refused else 0)


async def _load(
    url: str, site: str, chats: int, rate: float, seconds: float, idle: int, agent: str | None, password: str
) -> Figures:
    auth = {"site": site}
    listener = await _agent(url, agent, password) if agent else None
    crowd = [await Line.open(url, "/visitor", auth) for _ in range(idle)]
    visitors = [await _visitor(url, auth, listener) for _ in range(chats)]
    figures = await Chats(visitors, [listener] if listener else []).open_loop(seconds, rate)
    for line, conversation in visitors:
        await line.ask("end", {"conversation": conversation, "cmid": uuid.uuid4().hex})
    for line in [*crowd, *(line for line, _ in visitors), *([listener] if listener else [])]:
        line.cut()
    return figures


async def _visitor(url: str, auth: dict[str, str], agent: Line | None) -> tuple[Line, str]:
    line = await Line.open(url, "/visitor", auth)
    begun = await line.ask("start", {"cmid": uuid.uuid4().hex, "text": "Load test"})
    if not begun["ok"]:
        raise ConnectionError(begun["error"]["message"])
    conversation = str(begun["conversation"])
    if agent is not None:
        await agent.ask("accept", {"conversation": conversation})
    return line, conversation


async def _agent(url: str, email: str, password: str) -> Line:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
        async with http.post(f"{url}/api/login", json={"email": email, "password": password}) as answer:
            told = await answer.json()
        if "token" not in told:
            raise ConnectionError(told["error"]["message"])
        headers = {"Authorization": f"Bearer {told['token']}"}
        async with http.post(f"{url}/api/socket-ticket", headers=headers) as answer:
            ticket = (await answer.json())["ticket"]
    return await Line.open(url, "/agent", {"ticket": ticket})


@bench.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True)
@click.pass_obj
def reports(config: Config, days: int) -> None:
    """How long common reports of the last days take, once the facts are read."""
    run(_reports(config, days))


async def _reports(config: Config, days: int) -> None:
    now = datetime.now(UTC)
    since, until = (now - timedelta(days=days)).isoformat(), now.isoformat()
    async with answering(config) as answers:
        for kpis, interval, by in _QUESTIONS:
            asked = Asked(kpis=kpis, since=since, until=until, interval=interval, by=by)
            rows = len(await answers.answer(asked))
            took_ms = []
            for _ in range(ROUNDS):
                began_s = time.perf_counter()
                await answers.answer(asked)
                took_ms.append((time.perf_counter() - began_s) * 1000)
            cut = ", ".join(filter(None, (interval, *by)))
            click.echo(f"{statistics.median(took_ms):8.1f} ms  {rows:6} figures  {', '.join(kpis)} by {cut}")
