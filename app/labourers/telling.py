"""Writing to a labourer: only where they agreed to be written to, only to the mobile number they gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries as declarations
from app.labourers import service
from app.labourers.models import Labourer
from app.notifications import service as notices
from app.notifications.addresses import Address, find_mobile
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import DEFAULT_LOCALE

PURPOSE = "contact"


@dataclass(frozen=True)
class Word:
    """What is to be said: the template with its fillings, the occasion (once each) and what it is about."""

    template: str
    occasion: str
    cause: tuple[str, int | None]
    params: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    by_user_id: int | None = None


async def number_of(session: AsyncSession, keys: KeyRing, labourer: Labourer, now: datetime) -> Address | None:
    """The mobile number a person may be written to at, at this very read; none without one or without consent."""
    if not await declarations.is_permitted(session, PURPOSE, labourer.id, day_of(now)):
        return None
    return find_mobile(service.phone_of(keys, labourer))


async def tell(session: AsyncSession, keys: KeyRing, labourer: Labourer, word: Word, *, now: datetime) -> bool:
    """Have it sent, in the language they agreed in; whether it will be. Never a mark on the record: no is no."""
    to = await number_of(session, keys, labourer, now)
    if to is None:
        return False
    agreed = (await declarations.consents_of(session, labourer.id)).get(PURPOSE)
    message = notices.Message(
        template=word.template,
        to=to,
        dedup_key=word.occasion,
        organisation_id=labourer.organisation_id,
        cause=word.cause,
        params=word.params,
        secrets=word.secrets,
        labourer_id=labourer.id,
        by_user_id=word.by_user_id,
        language=(agreed and agreed.language) or DEFAULT_LOCALE,
    )
    return await notices.notify(session, keys, message, now=now)
