"""Mail out, to a server of our own that speaks SMTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from antiphon.outside.mail import Mail, Mailer
from antiphon.outside.post import NotTaken
from tests.gateway.outside import Mailbox, mailbox

MAIL = Mail(to="boss@shop.example", subject="Alert:\nBcc: all@shop.example", text="Wait is 95 s – at once!\n")


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as one:
        yield one


def mailer(box: Mailbox, who: str = "", host: str = "127.0.0.1") -> Mailer:
    return Mailer(f"smtp://{who}{host}:{box.port}", "Antiphon <chat@shop.example>")


async def test_a_mail_arrives_with_what_a_mail_needs(box: Mailbox) -> None:
    await mailer(box).send(MAIL)
    [mail] = box.mails
    head, _, text = mail.partition("\r\n\r\n")
    for line in (
        "From: Antiphon <chat@shop.example>",
        "To: boss@shop.example",
        "Auto-Submitted: auto-generated",
    ):
        assert line in head
    assert "Message-ID: <" in head
    assert "@shop.example>" in head
    assert "Wait is 95 s" in text


async def test_a_subject_cannot_add_a_header(box: Mailbox) -> None:
    await mailer(box).send(MAIL)
    assert "\r\nBcc:" not in box.mails[0]
    assert "Subject: Alert: Bcc: all@shop.example" in box.mails[0]


async def test_a_refused_address_is_said_with_its_code(box: Mailbox) -> None:
    box.refuses = ("boss@",)
    with pytest.raises(NotTaken) as no:
        await mailer(box).send(MAIL)
    assert (str(no.value), no.value.status) == ("The address was refused.", 550)


async def test_a_password_is_told_on_this_machine_only_unless_the_line_is_secret(box: Mailbox) -> None:
    await mailer(box, "me:secret%40word@").check()
    assert any(line.startswith("AUTH PLAIN") for line in box.said)
    box.said.clear()
    with pytest.raises(NotTaken):
        await mailer(box, "me:secret@", host="0.0.0.0").check()  # this machine by a name that does not say so
    assert not any(line.startswith("AUTH") for line in box.said)


async def test_a_server_that_is_not_there_is_said(box: Mailbox) -> None:
    closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    with pytest.raises(NotTaken, match="No mail server"):
        await Mailer(f"smtp://127.0.0.1:{port}", "chat@shop.example").check()


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", "a@b"), ("smtp://", "a@b"), ("smtp://mail.example:x", "a@b"),
        ("smtp://mail.example", ""),
    ],
)  # fmt: skip
def test_what_is_no_mail_server_is_refused_at_once(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Mailer(url, sender)
