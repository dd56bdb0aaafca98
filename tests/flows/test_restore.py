"""A client lives through a restore: told to read anew, he ends with the log as it is, and talks on."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import Client, Server, cmid


async def antiphon(server: Server, *words: str) -> tuple[int, str]:
    """A command on the server's database: exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "antiphon", *words, env=server.environ(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.mark.timeout(300)
async def test_a_client_lives_through_a_restore(fresh_database_url: str, tmp_path: Path) -> None:
    server = await Server(fresh_database_url, {"ANTIPHON_BOT": "none"}).start()
    visitor = await Client("/visitor").connect(server.url, {"site": "default"})
    session = await visitor.until("session")
    c = (await visitor.ok("start", cmid=cmid(), text="first"))["conversation"]
    kept = await visitor.ok("say", conversation=c, cmid="kept", text="in the backup")
    file = tmp_path / "copy.backup"
    code, said = await antiphon(server, "backup", str(file))
    assert (code, str(file) in said) == (0, True), said
    lost = await visitor.ok("say", conversation=c, cmid="lost", text="after the backup")

    code, said = await antiphon(server, "restore", "--replace", str(file))
    assert (code, "stop it" in said) == (1, True)
    await server.stop()
    code, said = await antiphon(server, "restore", str(file))
    assert (code, "not empty" in said) == (1, True)
    code, said = await antiphon(server, "restore", "--replace", str(file))
    assert code == 0, said
    assert f"{c}: events {lost['seq']} to {lost['seq']}" in said

    await server.start()
    visitor = await Client("/visitor").connect(server.url, {"site": "default", "token": session["token"]})
    again = await visitor.until("session")
    assert again["epoch"] != session["epoch"]
    for after, epoch in (
        (lost["seq"], session["epoch"]),
        (kept["seq"], session["epoch"]),
        (99, again["epoch"]),
    ):
        answer = await visitor.call("sync", conversation=c, after=after, epoch=epoch)
        assert (answer["error"]["code"], answer["error"]["resync"]) == ("conflict", True)
        assert (answer["error"]["epoch"], answer["error"]["head"]) == (again["epoch"], kept["seq"])
    page = await visitor.ok("sync", conversation=c, after=0, epoch=again["epoch"])
    assert [e["seq"] for e in page["events"]] == list(range(1, kept["seq"] + 1))
    assert (await visitor.ok("say", conversation=c, cmid="kept", text="in the backup"))["dup"] is True
    resent = await visitor.ok("say", conversation=c, cmid="lost", text="after the backup")
    assert (resent["seq"], resent.get("dup")) == (lost["seq"], None)
    await visitor.close()
    await server.stop()
