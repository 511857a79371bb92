"""Putting a message into the outbox, and what people say about being written to.

``notify`` is called by the act itself, in its transaction: where the act is rolled back nothing is sent. The runners
send what is due (``sending.py``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications import hours, outbox, queries, states
from app.notifications.addresses import Address, index_of
from app.notifications.models import Notice, NoticeChoice, NoticeEvent
from app.notifications.purposes import OWN_PURPOSES
from app.notifications.states import NoticeState
from app.notifications.templates import Template, templates
from app.shared.encryption import KeyRing
from app.shared.i18n import DEFAULT_LOCALE, N_
from app.wall import widened

RECIPIENT = "notice.recipient"
SECRET = "notice.secret"  # noqa: S105 (the name of a column)
TAKEN_BACK = N_("The person wants no such messages any more.")


@dataclass(frozen=True)
class Message:
    """What is to be said to whom, and why.

    ``dedup_key`` names the occasion, such as ``own_code:17``: however often it is asked for, it is sent once.
    ``labourer_id`` is given where it goes to a labourer, who can switch it off; ``organisation_id`` is the office whose
    outbox it is in and whose people may read it: a person's custodian, never an office it must be kept from.
    """

    template: str
    to: Address
    dedup_key: str
    organisation_id: int
    cause: tuple[str, int | None]  # as on the trail: a kind and a number
    params: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    labourer_id: int | None = None
    by_user_id: int | None = None
    language: str = DEFAULT_LOCALE
    not_before: datetime | None = None


async def notify(session: AsyncSession, keys: KeyRing, message: Message, *, now: datetime) -> bool:
    """Have it sent once this transaction is committed. False where the person switched such messages off, or it was
    asked for before. Whether a person may be written to at all (their consent) is the caller's matter.

    Raises ValueError where the fillings or the address are not those of the template: a bug of the caller.
    """
    template = templates()[message.template]
    template.check(message.params, message.secrets)
    if message.to.channel != template.channel:
        raise ValueError(f"{template.code} goes by {template.channel}, not by {message.to.channel}")
    index = index_of(keys, message.to)
    if await queries.is_unwanted(session, message.labourer_id, index, template.purpose):
        return False
    async with outbox.opened(session, message.organisation_id):
        row = _row(keys, message, template, index, now)
        put = upsert(Notice).values(row).on_conflict_do_nothing().returning(Notice.id)
        notice_id = await session.scalar(put)
        if notice_id is not None:
            first = {"notice_id": notice_id, "at": now, "to_state": NoticeState.WAITING, "attempt": 0}
            await session.execute(insert(NoticeEvent), [first])
    return notice_id is not None


def _row(keys: KeyRing, message: Message, template: Template, index: bytes, now: datetime) -> dict[str, Any]:
    uuid = uuid4()
    secrets = json.dumps(dict(message.secrets)) if message.secrets else None
    kind, number = message.cause
    begins = max(now, message.not_before or now)
    wakes = begins if template.urgent or template.channel == "email" else hours.by_day(begins)
    return {
        "uuid": uuid,
        "organisation_id": message.organisation_id,
        "labourer_id": message.labourer_id,
        "caused_by": message.by_user_id,
        "cause": kind,
        "cause_id": number,
        "dedup_key": message.dedup_key,
        "channel": template.channel,
        "template": template.code,
        "language": message.language,
        "params": dict(message.params),
        "secret_cipher": keys.encrypt(SECRET, uuid, secrets) if secrets else None,
        "recipient_cipher": keys.encrypt(RECIPIENT, uuid, message.to.value),
        "recipient_index": index,
        "next_at": wakes,
        "useful_until": wakes + template.useful,
        "created_at": now,
    }


def recipient_of(keys: KeyRing, notice: Notice) -> Address | None:
    """Where it goes; none once that is forgotten."""
    sealed = notice.recipient_cipher
    return Address(notice.channel, keys.decrypt(RECIPIENT, notice.uuid, sealed)) if sealed else None


def values_of(keys: KeyRing, notice: Notice) -> dict[str, str]:
    """Everything the text is filled with, in clear where it is still there."""
    template = templates()[notice.template]
    values = template.masked(notice.params)
    if notice.secret_cipher:
        values |= json.loads(keys.decrypt(SECRET, notice.uuid, notice.secret_cipher))
    return values


async def choose(
    session: AsyncSession, labourer_id: int, purpose: str, *, wanted: bool, number: bytes | None, now: datetime
) -> None:
    """The person's own word on their own pages; what waits and is not wanted any more is dropped at once.

    Who wants something again lifts what was once answered to a message for the whole ``number``.
    """
    if purpose not in OWN_PURPOSES:
        raise ValueError(f"there is no such choice: {purpose}")
    session.add(NoticeChoice(labourer_id=labourer_id, purpose=purpose, wanted=wanted, at=now, way="self_code"))
    if wanted and number is not None and await queries.is_number_unwanted(session, number):
        session.add(NoticeChoice(recipient_index=number, wanted=True, at=now, way="self_code"))
    if not wanted:
        await drop_waiting(session, labourer_id, now=now, purpose=purpose)


async def stop_number(session: AsyncSession, keys: KeyRing, to: Address, *, now: datetime) -> None:
    """Somebody answered a message with the word that ends them: nothing goes to that number any more."""
    index = index_of(keys, to)
    if not await queries.is_number_unwanted(session, index):
        session.add(NoticeChoice(recipient_index=index, wanted=False, at=now, way="reply"))
    async with widened(session):
        for notice in await queries.waiting_for_number(session, index):
            states.move(session, notice, NoticeState.DROPPED, now, TAKEN_BACK)


async def drop_waiting(session: AsyncSession, labourer_id: int, *, now: datetime, purpose: str | None = None) -> None:
    """Drop what waits to be sent to a person, of one purpose or of all: they took their consent back."""
    async with widened(session):
        for notice in await queries.waiting_for_person(session, labourer_id):
            if purpose is None or templates()[notice.template].purpose == purpose:
                states.move(session, notice, NoticeState.DROPPED, now, TAKEN_BACK)
