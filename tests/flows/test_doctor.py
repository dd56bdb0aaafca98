"""`antiphon doctor` says what keeps mails and webhooks from going."""

from pathlib import Path

from tests.flows.conftest import Server
from tests.gateway.outside import mailbox


async def run(command: str, database_url: str, **environment: str) -> tuple[int, str]:
    """A command's exit code and what it says."""
    told = await Server(database_url, environment).antiphon(command)
    return told.code, told.said


async def test_the_doctor_asks_the_mail_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'antiphon.db'}"
    await run("migrate", url)
    async with mailbox() as box:
        mail = {
            "ANTIPHON_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "ANTIPHON_MAIL_FROM": "chat@shop.example",
        }
        _, said = await run("doctor", url, **mail)
    assert "ok   the mail server answers" in said
    assert "ok   deliveries are taken" in said
    code, said = await run("doctor", url, **mail)
    assert code == 1
    assert "BAD  mail: No mail server" in said
