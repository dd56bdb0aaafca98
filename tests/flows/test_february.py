"""A month of a real call centre, asked everywhere: all say the same, also after everything was made anew."""

import asyncio
import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
from playwright.async_api import BrowserContext

from antiphon.metrics import BY_ID
from tests.browser.desks import desk
from tests.flows.conftest import ADMIN, Rest, Server

GOLDEN = Path(__file__).parents[1] / "golden"
EXPECTED = json.loads((GOLDEN / "bank_february_1999.expected.json").read_text())
PERIOD = {"from": "1999-02-01", "to": "1999-03-02"}
OVERALL, OF_QUEUE = sorted(EXPECTED["all"]), sorted(next(iter(EXPECTED["by_queue"].values())))
ON_SCREEN = ("queue_offered", "service_level", "queue_abandonment_rate_raw")
PREPARED_S = 300  # on a machine that is busy with other things too
STILL_FOLDING = ("unavailable", "too_many")  # what was imported, for longer than a question may take
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
pytestmark = pytest.mark.timeout(900)  # 33,066 calls, several times over

Rows = dict[tuple[str, str], Mapping[str, Any]]  # (kpi, queue) → what was said of it


@pytest.fixture(scope="module")
async def running(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server with a place for its facts, so that not every command folds the month anew."""
    cache = {"ANTIPHON_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))}
    server = await Server(database_url, cache).start()
    yield server
    await server.stop()


@pytest.fixture(scope="module")
async def bank(running: Server) -> AsyncIterator[Rest]:
    """The month, imported into a server."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as http:
        admin = await Rest.login(http, running.url, *ADMIN)
        body = gzip.decompress((GOLDEN / "bank_february_1999.ndjson.gz").read_bytes())
        headers = {**admin.headers, "Content-Type": "application/x-ndjson"}
        url = f"{running.url}/api/import?source=bank"
        async with http.post(url, data=io.BytesIO(body), headers=headers) as answer:
            told = await answer.json()
            assert (told["accepted"], told["rejected"]) == (len(body.splitlines()), [])
        yield admin


async def fetched(bank: Rest, form: str, **more: str) -> bytes:
    query = "&".join(f"{k}={v}" for k, v in {**PERIOD, "format": form, **more}.items())
    async with asyncio.timeout(PREPARED_S):
        while True:
            async with bank._http.get(f"{bank.url}/api/reports?{query}", headers=bank.headers) as answer:
                if answer.status == 200:
                    return await answer.read()
                code = (await answer.json())["error"]["code"]
                assert code in STILL_FOLDING, await answer.text()
            await asyncio.sleep(0.5)


def of_json(body: bytes | str) -> Rows:
    return {(row["id"], row["group"].get("queue", "")): row for row in json.loads(body)["results"]}


def of_csv(body: str) -> Rows:
    return {(row["id"], row.get("queue", "")): row for row in csv.DictReader(io.StringIO(body))}


def of_xlsx(body: bytes) -> Rows:
    """A spreadsheet read without anybody's help: one sheet, values in place or shared."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(t.text or "" for t in one.iter(f"{SHEET}t")) for one in strings]
        [first] = [name for name in names if re.fullmatch(r"xl/worksheets/sheet1\.xml", name)]
        sheet = ElementTree.fromstring(book.read(first))
    lines = []
    for row in sheet.iter(f"{SHEET}row"):
        cells: dict[str, str] = {}
        for cell in row.iter(f"{SHEET}c"):
            raw = cell.findtext(f"{SHEET}v")
            inline = "".join(t.text or "" for t in cell.iter(f"{SHEET}t"))
            text = shared[int(raw or 0)] if cell.get("t") == "s" else raw if raw is not None else inline
            cells[re.sub(r"\d", "", cell.get("r") or "")] = text
        lines.append(cells)
    head, *rest = lines
    told = [{head[place]: value for place, value in line.items() if place in head} for line in rest]
    return {(row["id"], row.get("queue", "")): row for row in told}


async def reported(server: Server, form: str, kpis: str, *more: str) -> str:
    period = ("--from", PERIOD["from"], "--to", PERIOD["to"])
    told = await server.antiphon("report", "--kpi", kpis, *period, *more, "--format", form)
    assert told.code == 0, told
    return told.said


def exact(row: Mapping[str, Any], expected: Any) -> bool:
    """A pair is [num, den]; a number is the value."""
    if isinstance(expected, list):
        return [float(row["num"]), float(row["den"])] == expected
    return float(row["value"]) == pytest.approx(expected, rel=1e-12)


def check(overall: Rows, by_queue: Rows) -> None:
    for id_ in OVERALL:
        assert exact(overall[id_, ""], EXPECTED["all"][id_]), id_
    for queue, expected in EXPECTED["by_queue"].items():
        for id_ in OF_QUEUE:
            assert exact(by_queue[id_, queue], expected[id_]), (id_, queue)


async def test_rest_csv_spreadsheet_and_command_line_say_the_expected(bank: Rest, running: Server) -> None:
    whole, parts = {"kpi": ",".join(OVERALL)}, {"kpi": ",".join(OF_QUEUE), "by": "queue"}
    told = of_json(await fetched(bank, "json", **whole)), of_json(await fetched(bank, "json", **parts))
    check(*told)
    check(of_csv((await fetched(bank, "csv", **whole)).decode()),
          of_csv((await fetched(bank, "csv", **parts)).decode()))  # fmt: skip
    check(of_xlsx(await fetched(bank, "xlsx", **whole)), of_xlsx(await fetched(bank, "xlsx", **parts)))
    cut = ("--by", "queue")
    check(of_json(await reported(running, "json", whole["kpi"])),
          of_json(await reported(running, "json", parts["kpi"], *cut)))  # fmt: skip
    check(of_csv(await reported(running, "csv", whole["kpi"])),
          of_csv(await reported(running, "csv", parts["kpi"], *cut)))  # fmt: skip


async def test_the_screen_says_the_same(bank: Rest, running: Server, window: BrowserContext) -> None:
    told = of_json(await fetched(bank, "json", kpi=",".join(ON_SCREEN), by="queue"))
    asked = f"kpi={','.join(ON_SCREEN)}&by=queue&from=1999-02-01&to=1999-03-01&tz=UTC&interval="
    path = f"/supervisor/reports?{asked}"
    page = (await desk(window, running, path)).page
    for id_ in ON_SCREEN:
        named = re.compile(rf"^{re.escape(BY_ID[id_].name)}\s*{BY_ID[id_].code}$")
        card = page.get_by_role("region", name=named)
        await card.get_by_text("As a table").click()
        lines = card.locator(".twin tbody tr")
        await lines.first.wait_for()
        seen = [await line.locator("td").all_inner_texts() for line in await lines.all()]
        wanted = {queue: row for (kpi, queue), row in told.items() if kpi == id_}
        assert len(seen) == len(wanted)
        for group, value, num, den, n, *_ in seen:
            queue = group if group in wanted else ""
            row = wanted[queue]
            assert [_number(num), _number(den), _number(n)] == [row["num"], row["den"], row["n"]], (
                id_,
                group,
            )
            shown = round(1000 * row["value"]) / 10 if row["unit"] == "ratio" else row["value"]
            assert _number(value) == pytest.approx(shown, abs=0.051), (id_, group)


def _number(text: str) -> float | None:
    digits = re.sub(r"[^\d.\-]", "", text)
    return float(digits) if digits else None


async def test_after_replay_nothing_has_changed(bank: Rest, running: Server) -> None:
    kpis, uncached = ",".join(OVERALL), Server(running.database_url)  # on PostgreSQL from the log alone
    before = of_json(await fetched(bank, "json", kpi=kpis))
    replayed = await running.antiphon("replay")
    assert (replayed.code, "right" in replayed.said) == (0, True), replayed
    for told in (
        of_json(await fetched(bank, "json", kpi=kpis)),
        of_json(await reported(uncached, "json", kpis)),
    ):
        for id_ in OVERALL:
            for name in ("value", "num", "den", "n", "immature"):
                assert told[id_, ""][name] == before[id_, ""][name], (id_, name)
            assert exact(told[id_, ""], EXPECTED["all"][id_])
