"""Enter an employer once, and the receiving office's act of verifying it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.employers.models import Employer
from app.employers.queries import name_key
from app.errors import Invalid
from app.permissions import Actor
from app.shared.i18n import N_


async def find_or_enter(
    session: AsyncSession, actor: Actor, *, name: str, credit_code: str | None = None, locality_code: str | None = None
) -> Employer:
    """The employer of that credit code, else of that name entered by the same office, else a new one."""
    if credit_code:
        known = await session.scalar(select(Employer).where(Employer.credit_code == credit_code))
        if known:
            return known
    same = select(Employer).where(
        Employer.name_key == name_key(name), Employer.entered_by_organisation_id == actor.organisation_id
    )
    known = await session.scalar(same.order_by(Employer.id).limit(1))
    if known and (credit_code is None or known.credit_code in {None, credit_code}):
        known.credit_code = known.credit_code or credit_code
        return known
    employer = Employer(
        name=name.strip(),
        name_key=name_key(name),
        credit_code=credit_code,
        entered_by_organisation_id=actor.organisation_id,
        locality_code=locality_code,
    )
    session.add(employer)
    await session.flush()  # its vacancies need the id
    audit.record(session, actor, "employer.enter", "employer", employer.id)
    return employer


async def verify(session: AsyncSession, actor: Actor, employer: Employer, note: str, *, now: datetime) -> None:
    """The receiving office has seen licence and register. Raises Invalid (422) without saying how."""
    if len(note.strip()) < 2:
        raise Invalid(N_("Say what you checked: licence, register, call back."), fields={"note": N_("Required.")})
    employer.standing, employer.verified_at, employer.verified_by = "good", now, actor.user_id
    employer.verification_note = note.strip()
    employer.version += 1
    audit.record(session, actor, "employer.verify", "employer", employer.id, reason=note.strip())


async def suspend(session: AsyncSession, actor: Actor, employer: Employer, reason: str) -> None:
    """Take the employer's standing away; its posts are matched no more. Raises Invalid (422) without a reason."""
    if employer.standing != "good":
        raise Invalid(N_("Only a verified employer can be suspended."))
    if len(reason.strip()) < 2:
        raise Invalid(N_("Say why."), fields={"reason": N_("Required.")})
    employer.standing, employer.version = "suspended", employer.version + 1
    audit.record(session, actor, "employer.suspend", "employer", employer.id, reason=reason.strip())
