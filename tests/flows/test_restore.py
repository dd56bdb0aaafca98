"""A client lives through a restore: told to read anew, he ends with the log as it is, and talks on."""

from pathlib import Path

import pytest

from tests.flows.conftest import Client, Server, cmid


@pytest.mark.timeout(300)
async def test_a_client_lives_through_a_restore(fresh_database_url: str, tmp_path: Path) -> None:
    server = await Server(fresh_database_url, {"ANTIPHON_BOT": "none"}).start()
    visitor = await Client("/visitor").connect(server.url, {"site": "default"})
    session = await visitor.until("session")
    c = (await visitor.ok("start", cmid=cmid(), text="first"))["conversation"]
    kept = await visitor.ok("say", conversation=c, cmid="kept", text="in the backup")
    file = tmp_path / "copy.backup"
    done = await server.antiphon("backup", str(file))
    assert (done.code, str(file) in done.said + done.complained) == (0, True), done
    lost = await visitor.ok("say", conversation=c, cmid="lost", text="after the backup")

    done = await server.antiphon("restore", "--replace", str(file))
    assert (done.code, "stop it" in done.complained) == (1, True), done
    await server.stop()
    done = await server.antiphon("restore", str(file))
    assert (done.code, "not empty" in done.complained) == (1, True), done
    done = await server.antiphon("restore", "--replace", str(file))
    assert done.code == 0, done
    assert f"{c}: events {lost['seq']} to {lost['seq']}" in done.said + done.complained

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
