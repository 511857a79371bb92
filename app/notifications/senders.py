"""The two ways out, and the demo's sink. A sender is asked once for each try; it returns when the other side took it.

Every try of a message carries the same number, so that a receiver that remembers takes it once, however often a
sender or a line broke in between.
"""

import asyncio
import json
import smtplib
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final, Protocol
from uuid import UUID

import httpx2
import structlog

from app.notifications import signing
from app.settings import Settings
from app.shared.clock import Clock

log = structlog.get_logger(__name__)

PATIENCE: Final = 15.0  # seconds for one try
REFUSED_FOR_GOOD: Final = frozenset({400, 410, 413, 422})  # this message; all else may be the line, the key, the hour
TOLD: Final = 200  # characters of what the other side said that are kept


@dataclass(frozen=True)
class Outgoing:
    """A message as it leaves."""

    uuid: UUID
    kind: str
    to: str
    subject: str
    text: str
    language: str
    created_at: datetime


class NotTaken(Exception):
    """The other side did not take the message. ``for_good``: it never will."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.why, self.for_good = why[:TOLD], for_good


class Sender(Protocol):
    async def send(self, message: Outgoing) -> None:
        """Hand it over. Raises NotTaken."""


@dataclass(frozen=True)
class HttpSender:
    """A gateway of short messages: a signed JSON object for each, by POST."""

    url: str
    secret: str
    client: httpx2.AsyncClient
    clock: Clock

    async def send(self, message: Outgoing) -> None:
        content = {"id": str(message.uuid), "kind": message.kind, "to": message.to, "text": message.text}
        body = json.dumps(content, ensure_ascii=False).encode()
        signed = signing.headers(self.secret, str(message.uuid), body, self.clock())
        try:
            answer = await self.client.post(self.url, content=body, headers=signed)
        except httpx2.HTTPError as error:
            raise NotTaken(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        if not answer.is_success:
            raise NotTaken(f"HTTP {answer.status_code}", for_good=answer.status_code in REFUSED_FOR_GOOD)


@dataclass(frozen=True)
class SmtpSender:
    """A mail server. Each message has a connection of its own: a few an hour, not a newsletter."""

    host: str
    port: int
    security: str  # tls, starttls or none
    user: str | None
    password: str | None
    sender: str

    async def send(self, message: Outgoing) -> None:
        try:
            mail = compose(message, self.sender)
        except ValueError as error:
            raise NotTaken(str(error), for_good=True) from error
        try:
            await asyncio.to_thread(self._deliver, mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotTaken(f"SMTP {codes}: recipient refused", for_good=all(code >= 500 for code in codes)) from error
        except smtplib.SMTPDataError as error:
            raise NotTaken(f"SMTP {error.smtp_code}", for_good=error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(f"{type(error).__name__}: {error}") from error

    def _deliver(self, mail: EmailMessage) -> None:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        with server:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user and self.password:
                server.login(self.user, self.password)
            server.send_message(mail)


def compose(message: Outgoing, sender: str) -> EmailMessage:
    """The e-mail, the same at every try: number and time are the message's own."""
    mail = EmailMessage()
    mail["Message-ID"] = f"<{message.uuid}@{parseaddr(sender)[1].partition('@')[2]}>"
    mail["Date"] = format_datetime(message.created_at)
    mail["From"], mail["To"], mail["Subject"] = sender, message.to, message.subject
    mail["Auto-Submitted"] = "auto-generated"  # so that no machine answers it
    mail["Content-Language"] = message.language.partition("_")[0]
    mail.set_content(message.text)
    return mail


class Sink:
    """The demo's other side: it takes everything and passes nothing on. What it took is read in the outbox."""

    async def send(self, message: Outgoing) -> None:
        log.info("message taken by the sink", uuid=str(message.uuid), kind=message.kind)


def ways_out(settings: Settings) -> frozenset[str]:
    """The channels by which this instance can send."""
    if settings.demo:
        return frozenset({"sms", "email"})
    found = {"sms": settings.sms_url, "email": settings.smtp_host}
    return frozenset(channel for channel, address in found.items() if address)


@asynccontextmanager
async def senders_of(settings: Settings, clock: Clock) -> AsyncIterator[Mapping[str, Sender]]:
    """A sender for each channel this instance can send by."""
    found: dict[str, Sender] = dict.fromkeys(("sms", "email"), Sink()) if settings.demo else {}
    if settings.smtp_host and settings.mail_from:
        found["email"] = SmtpSender(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_user,
            settings.smtp_password,
            settings.mail_from,
        )
    # A redirect would carry the message to whom nobody signed it for.
    async with httpx2.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
        if settings.sms_url and settings.sms_secret:
            found["sms"] = HttpSender(settings.sms_url, settings.sms_secret, client, clock)
        yield found
