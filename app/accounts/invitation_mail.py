"""Sending the link of an invitation by e-mail, beside showing it to who invited."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.labels import role_label
from app.accounts.models import Invitation, Organisation
from app.errors import Invalid
from app.notifications import service as notices
from app.notifications.addresses import Address, is_email
from app.shared.encryption import KeyRing
from app.shared.formats import moment
from app.shared.i18n import N_, current_locale


@dataclass(frozen=True)
class Mail:
    """Where to send it, and under which address this site is known."""

    to: str
    site: str
    keys: KeyRing

    def check(self) -> None:
        """Raises Invalid (422)."""
        if not is_email(self.to):
            message = N_("This is not one e-mail address.")
            raise Invalid(message, fields={"email": message})


async def send(
    session: AsyncSession,
    mail: Mail,
    invitation: Invitation,
    organisation: Organisation,
    path: str,
    *,
    by_user_id: int,
    now: datetime,
) -> None:
    """Have the link sent, in the language of who invites; the link itself stays sealed until it is sent."""
    language = current_locale()
    message = notices.Message(
        template="invitation",
        to=Address("email", mail.to.lower()),
        dedup_key=f"invitation:{invitation.id}",
        organisation_id=organisation.id,
        cause=("invitation", invitation.id),
        params={
            "office": organisation.name,
            "role": str(role_label(invitation.role)),
            "until": moment(invitation.expires_at),
        },
        secrets={"link": mail.site.rstrip("/") + path},
        by_user_id=by_user_id,
        language=language,
    )
    await notices.notify(session, mail.keys, message, now=now)
