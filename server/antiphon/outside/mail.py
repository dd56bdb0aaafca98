"""Mail out, by SMTP: `smtp://[user:password@]host[:587]` (STARTTLS where offered, and always before a
password leaves this machine) or `smtps://…[:465]`. The standard library's client in a thread, with
a time limit: a mail a minute needs no more.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from antiphon.outside.post import NotTaken

Work = Callable[[smtplib.SMTP], object]

LIMIT_S = 10.0  # of each word of the conversation
_PORTS = {"smtp": 587, "smtps": 465}
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Plain text to one address."""

    to: str
    subject: str
    text: str


def fit_server(url: str) -> SplitResult:
    """The server's address in its parts. Raises ValueError with a sentence."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("a mail server is smtp://host or smtps://host")
    _ = parts.port  # raises for what is no port
    return parts


class Mailer:
    """Sends through one server, from one address. Raises ValueError for what is neither."""

    def __init__(self, url: str, sender: str) -> None:
        self._server, self._sender = fit_server(url), sender
        if "@" not in sender:
            raise ValueError("mails need an address to come from (ANTIPHON_MAIL_FROM)")

    async def send(self, mail: Mail) -> None:
        """Raises `NotTaken`."""
        await self._failing_well(lambda smtp: smtp.send_message(self._message(mail)))

    async def check(self) -> None:
        """Is the server there, and does it know us? Raises `NotTaken`."""
        await self._failing_well(lambda smtp: smtp.noop())

    async def _failing_well(self, work: Work) -> None:
        try:
            await asyncio.to_thread(self._talk, work)
        except smtplib.SMTPRecipientsRefused as no:
            code, _ = next(iter(no.recipients.values()))
            raise NotTaken("The address was refused.", code) from None
        except smtplib.SMTPResponseException as no:
            raise NotTaken(f"The mail server said {no.smtp_code}.", no.smtp_code) from None
        except (smtplib.SMTPException, OSError) as away:
            raise NotTaken(f"No mail server ({type(away).__name__}).") from None

    def _talk(self, work: Work) -> None:
        with self._connected() as smtp:
            if self._server.username:
                smtp.login(unquote(self._server.username), unquote(self._server.password or ""))
            work(smtp)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or _PORTS[self._server.scheme]
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=LIMIT_S, context=ssl.create_default_context())
        smtp = smtplib.SMTP(host, port, timeout=LIMIT_S)
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        elif self._server.username and host not in _LOCAL:
            smtp.close()
            raise smtplib.SMTPNotSupportedError("no STARTTLS: the password stays here")
        return smtp

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, mail.to
        message["Subject"] = " ".join(mail.subject.split())  # a line break would begin another header
        message["Date"], message["Message-ID"] = (
            formatdate(),
            make_msgid(domain=self._sender.rpartition("@")[2].rstrip(">")),
        )
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message
