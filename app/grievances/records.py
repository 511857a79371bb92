"""Sealing and unsealing a complaint's words, and writing its story."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.grievances.models import Grievance, GrievanceEvent, GrievanceParty
from app.permissions import Actor
from app.shared.encryption import KeyRing

# No vowels and nothing that looks like something else: no words arise, and it can be read out by telephone.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16


@dataclass(frozen=True)
class By:
    """Who acts, for the story: an officer, or nobody named."""

    user_id: int | None = None
    organisation_id: int | None = None

    @classmethod
    def actor(cls, actor: Actor) -> "By":
        return cls(actor.user_id, actor.organisation_id)


NOBODY = By()


def new_code() -> str:
    """A receipt's code, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def code_hash(keys: KeyRing, code: str) -> bytes:
    """What the database knows of a code; spaces, hyphens and case do not count."""
    return keys.blind_index("complaint.code", "".join(letter for letter in code.upper() if letter.isalnum()))


def text_of(keys: KeyRing, grievance: Grievance) -> str:
    return keys.decrypt("grievance.text", grievance.uuid, grievance.text_cipher)


def contact_of(keys: KeyRing, grievance: Grievance) -> str | None:
    sealed = grievance.contact_cipher
    return keys.decrypt("grievance.contact", grievance.uuid, sealed) if sealed else None


def event_text(keys: KeyRing, event: GrievanceEvent) -> str | None:
    return keys.decrypt("grievance_event.text", event.uuid, event.text_cipher) if event.text_cipher else None


def party_name(keys: KeyRing, party: GrievanceParty) -> str | None:
    return keys.decrypt("grievance_party.name", party.uuid, party.name_cipher) if party.name_cipher else None


def tell(
    session: AsyncSession,
    keys: KeyRing,
    grievance: Grievance,
    act: str,
    *,
    now: datetime,
    by: By = NOBODY,
    text: str = "",
    before: str | None = None,
    to_organisation_id: int | None = None,
) -> None:
    """Add one line to the story of a complaint; its state is already the new one, ``before`` the old."""
    uuid = uuid4()
    session.add(
        GrievanceEvent(
            uuid=uuid,
            grievance_id=grievance.id,
            at=now,
            act=act,
            from_state=before or grievance.state,
            to_state=grievance.state,
            by_user_id=by.user_id,
            by_organisation_id=by.organisation_id,
            to_organisation_id=to_organisation_id,
            text_cipher=keys.encrypt("grievance_event.text", uuid, text) if text else None,
        )
    )
