"""Writing to somebody who complained that there is an answer: that much, and not a word about what."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.grievances import records
from app.grievances.models import Grievance
from app.notifications import service as notices
from app.notifications.addresses import find_email, find_mobile
from app.permissions import Actor
from app.shared.encryption import KeyRing


async def send(
    session: AsyncSession, keys: KeyRing, actor: Actor, grievance: Grievance, door: str, *, now: datetime
) -> None:
    """To the mobile number they left, else the e-mail address; neither, and they look with their code.

    It is in the authority's own outbox: no office at home or at the place of work learns of it (V9).
    """
    told = records.contact_of(keys, grievance)
    to = find_mobile(told) or find_email(told)
    if to is None:
        return
    message = notices.Message(
        template="case_news" if to.channel == "sms" else "case_news_mail",
        to=to,
        dedup_key=f"case_news:{grievance.uuid}:{now.isoformat()}",
        organisation_id=actor.organisation_id,
        cause=("grievance", None),
        params={"door": door},
    )
    await notices.notify(session, keys, message, now=now)
