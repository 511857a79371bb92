"""Messages in an outbox."""

from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications import service
from app.notifications.addresses import Address
from app.notifications.models import Notice
from app.notifications.service import Message
from app.shared.encryption import KeyRing

_numbers = count(1)
NUMBER = Address("sms", "15400990032")
MAILBOX = Address("email", "cheng@county.example")


def message(organisation_id: int, **changes: object) -> Message:
    """That a statement ends, to an invented number; say what the test is about."""
    given: dict[str, object] = {
        "template": "statement_ending", "to": NUMBER, "dedup_key": f"test:{next(_numbers)}",
        "organisation_id": organisation_id, "cause": ("declaration", 1), "params": {"day": "2026-12-01"},
    }  # fmt: skip
    return Message(**(given | changes))  # type: ignore[arg-type]


def invitation(organisation_id: int, **changes: object) -> Message:
    """An e-mail with a link that must not be read by others."""
    given: dict[str, object] = {
        "template": "invitation", "to": MAILBOX, "cause": ("invitation", 1),
        "params": {"office": "枞阳县人社局", "role": "经办", "until": "2026-11-24 10:00"},
        "secrets": {"link": "https://site.example/invitations/very-secret"},
    }  # fmt: skip
    return message(organisation_id, **(given | changes))


async def put(session: AsyncSession, keys: KeyRing, now: datetime, wanted: Message) -> Notice:
    """The message in the outbox. The session reaches everybody."""
    assert await service.notify(session, keys, wanted, now=now)
    found = await session.scalar(select(Notice).where(Notice.dedup_key == wanted.dedup_key))
    assert found is not None
    return found
