"""Sending what is due: claim under a lease, hand over, settle.

A claim is committed before the message leaves and counts the attempt; settling names the attempt, so that a sender
that was overtaken settles nothing. Where a sender or the database dies in between, the lease ends and the message
leaves again under the same number: the receiver that remembers takes it once.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Sessions
from app.notifications import hours, queries, service
from app.notifications.models import Notice
from app.notifications.senders import NotTaken, Outgoing, Sender
from app.notifications.states import NoticeState, move
from app.notifications.templates import STOP_HINT, templates
from app.settings import Settings
from app.shared.clock import Clock
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

log = structlog.get_logger(__name__)

TOO_LATE: Final = N_("Too late to be of use.")
UNREADABLE: Final = N_("Its text or address cannot be read any more.")


@dataclass(frozen=True)
class SendingOptions:
    """How the outbox is emptied; times in seconds."""

    lease: float = 60  # well above a sender's patience: who lives longer is taken for dead
    pauses: tuple[float, ...] = (30, 120, 600, 1800, 7200)  # after the first, second, … refusal; the last one for ever
    tries: int = 10  # that are not taken; then it has failed
    at_once: int = 8  # and claimed together, so that none waits behind others while its lease runs
    keep_secrets: bool = False  # the demo's sink is read in the outbox
    takes_replies: bool = False  # a short message says how to end them


@dataclass(frozen=True)
class Claimed:
    """One attempt at one message."""

    notice_id: int
    attempt: int
    message: Outgoing


async def send_due(
    sessions: Sessions,
    keys: KeyRing,
    senders: Mapping[str, Sender],
    clock: Clock,
    options: SendingOptions | None = None,
) -> int:
    """Send until nothing is due by the channels there are senders for; how many were taken."""
    how = options or SendingOptions()
    counts = await asyncio.gather(*(_channel(sessions, keys, name, senders[name], clock, how) for name in senders))
    return sum(counts)


async def _channel(
    sessions: Sessions, keys: KeyRing, channel: str, sender: Sender, clock: Clock, how: SendingOptions
) -> int:
    """One channel by itself: a gateway that hangs does not hold the mail up."""
    sent = 0
    while True:
        async with sessions() as session, session.begin():
            claimed, was_due = await claim(session, keys, channel, clock(), how)
        if not was_due:
            return sent
        taken = await asyncio.gather(*(_one(sessions, sender, one, clock, how) for one in claimed))
        sent += sum(taken)


async def claim(
    session: AsyncSession, keys: KeyRing, channel: str, now: datetime, how: SendingOptions
) -> tuple[list[Claimed], bool]:
    """Take the next messages for the length of the lease, and whether anything was due at all."""
    at_night = channel == "sms" and hours.is_quiet(now)
    due = await queries.claimable(session, channel, now, at_night=at_night, limit=how.at_once)
    claimed = []
    for notice in due:
        if (why := await _not_to_be_sent(session, notice, now)) is not None:
            move(session, notice, NoticeState.DROPPED, now, why)
            continue
        try:
            message = _outgoing(keys, notice, how)
        except (InvalidTag, LookupError, ValueError):
            log.exception("message cannot be read", uuid=str(notice.uuid))
            move(session, notice, NoticeState.DROPPED, now, UNREADABLE)  # it must not hold up all others
            continue
        notice.attempts += 1
        notice.lease_until = now + timedelta(seconds=how.lease)
        move(session, notice, NoticeState.SENDING, now)
        claimed.append(Claimed(notice.id, notice.attempts, message))
    return claimed, bool(due)


async def _not_to_be_sent(session: AsyncSession, notice: Notice, now: datetime) -> str | None:
    """Why a message is not sent any more. One whose sender was lost may have arrived, and is settled by sending it."""
    template = templates().get(notice.template)
    if template is None or notice.recipient_index is None:
        return UNREADABLE
    if await queries.is_unwanted(session, notice.labourer_id, notice.recipient_index, template.purpose):
        return service.TAKEN_BACK
    return TOO_LATE if now >= notice.useful_until else None


def _outgoing(keys: KeyRing, notice: Notice, how: SendingOptions) -> Outgoing:
    template, values = templates()[notice.template], service.values_of(keys, notice)
    to = service.recipient_of(keys, notice)
    if to is None:
        raise LookupError("the recipient is forgotten")
    says_stop = how.takes_replies and notice.channel == "sms"
    return Outgoing(
        uuid=notice.uuid,
        kind=notice.template,
        to=to.value,
        subject=template.subject(notice.language, values),
        text=template.text(notice.language, values) + (STOP_HINT[notice.language] if says_stop else ""),
        language=notice.language,
        created_at=notice.created_at,
    )


async def _one(sessions: Sessions, sender: Sender, claimed: Claimed, clock: Clock, how: SendingOptions) -> bool:
    refusal = None
    try:
        await sender.send(claimed.message)
    except NotTaken as error:
        refusal = error
        log.warning("message not taken", uuid=str(claimed.message.uuid), why=error.why)
    async with sessions() as session, session.begin():
        return await settle(session, claimed, refusal, clock(), how)


async def settle(
    session: AsyncSession, claimed: Claimed, refusal: NotTaken | None, now: datetime, how: SendingOptions
) -> bool:
    """Write down what came of an attempt; whether it was taken. One that was overtaken changes nothing."""
    notice = await queries.held(session, claimed.notice_id, claimed.attempt)
    if notice is None:
        return False
    if refusal is None:
        if not how.keep_secrets:
            notice.secret_cipher = None
        move(session, notice, NoticeState.SENT, now)
        return True
    notice.not_taken += 1
    if refusal.for_good or notice.not_taken >= how.tries:
        move(session, notice, NoticeState.FAILED, now, refusal.why)
        return False
    again = now + timedelta(seconds=how.pauses[min(notice.not_taken, len(how.pauses)) - 1])
    at_any_hour = notice.channel == "email" or templates()[notice.template].urgent
    notice.next_at = again if at_any_hour else hours.by_day(again)
    move(session, notice, NoticeState.WAITING, now, refusal.why)
    return False


def options_of(settings: Settings) -> SendingOptions:
    """As the runners send; the demo keeps codes and links readable."""
    return SendingOptions(keep_secrets=settings.demo, takes_replies=bool(settings.sms_reply_secret))
