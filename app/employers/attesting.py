"""Cold start: where the receiving region has nobody here yet, the sending county vouches for an employer, for 30 days.

What was checked is recorded and stands beside the label; the receiving office takes over as soon as there is one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.models import Organisation
from app.accounts.organisation_queries import lie_under_any, receiving_office_of
from app.accounts.rules import SELLING_KINDS
from app.employers.models import Employer, EmployerAttestation
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import N_

VALID_FOR = timedelta(days=30)
OLDEST_CALL = timedelta(days=30)


@dataclass(frozen=True)
class Checks:
    """What the county did before it vouches. Every one is required; the permit where labour is dispatched."""

    licence: str  # number of the business licence seen
    looked_up: str  # where it was looked up, and what stood there
    called_on: date | None
    called_person: str
    is_dispatch: bool = False
    dispatch_permit: str = ""
    dispatch_permit_until: date | None = None  # its last day


async def attest(session: AsyncSession, actor: Actor, employer: Employer, checks: Checks, *, now: datetime) -> None:
    """Vouch for a locked employer. Raises Conflict (409) where somebody else answers for it, Invalid (422)."""
    await nobody_there(session, employer.locality_code)
    await free_of_interest(session, actor, employer.entered_by_organisation_id, employer.organisation_id)
    if employer.standing == "suspended":
        raise Conflict(N_("This employer is suspended. Only a receiving office can lift that."))
    if employer.standing == "good" and employer.attested_by_organisation_id is None:
        raise Conflict(N_("This employer is verified by its receiving office already."))
    today = day_of(now)
    check_words(checks, today, is_dispatch=checks.is_dispatch)
    until = valid_until(today)
    employer.standing, employer.verified_at, employer.verified_by = "good", now, actor.user_id
    employer.verified_until, employer.attested_by_organisation_id = until, actor.organisation_id
    employer.version += 1
    session.add(
        EmployerAttestation(
            employer_id=employer.id,
            organisation_id=actor.organisation_id,
            user_id=actor.user_id,
            at=now,
            on_day=today,
            until=until,
            licence=checks.licence.strip(),
            looked_up=checks.looked_up.strip(),
            called_on=checks.called_on,
            called_person=checks.called_person.strip(),
            is_dispatch=checks.is_dispatch,
            dispatch_permit=checks.dispatch_permit.strip() or None,
            dispatch_permit_until=checks.dispatch_permit_until,
        )
    )
    on_behalf_of = f"receiving office of {employer.locality_code}"
    audit.record(
        session, actor, "employer.attest", "employer", employer.id, on_behalf_of=on_behalf_of, until=until.isoformat()
    )


async def is_open_to(session: AsyncSession, employer: Employer) -> bool:
    """Whether a county may vouch for the employer, as far as others' rights go: for the button of its page."""
    theirs = employer.standing == "good" and employer.attested_by_organisation_id is None
    if theirs or employer.standing == "suspended" or employer.locality_code is None:
        return False
    return await receiving_office_of(session, employer.locality_code) is None


def valid_until(today: date) -> date:
    """The last day an attestation of today holds."""
    return today + VALID_FOR


async def nobody_there(session: AsyncSession, locality_code: str | None) -> None:
    """Raises Conflict (409) without a place, or where a receiving office answers for it."""
    if locality_code is None:
        raise Conflict(N_("The place is not known. Fill it in first: it decides who verifies."))
    office = await receiving_office_of(session, locality_code)
    if office is not None:
        raise Conflict(N_("%(office)s answers for this place and verifies it. Ask them."), office=office.name)


async def free_of_interest(session: AsyncSession, actor: Actor, *organisation_ids: int | None) -> None:
    """Raises Conflict (409) if a firm or agency of the county's own region entered it or is it: none for its own."""
    for one in dict.fromkeys(organisation_ids):
        office = None if one is None else await session.get_one(Organisation, one)
        if office is None or office.kind not in SELLING_KINDS:
            continue
        if office.locality_code is None or await lie_under_any(session, office.locality_code, actor.scope):
            message = N_("%(office)s of your own region entered this or is the firm. Your office cannot vouch for it.")
            raise Conflict(message, office=office.name)


def check_words(checks: Checks, today: date, *, is_dispatch: bool) -> None:
    """Raises Invalid (422) with each check left out."""
    fields = {
        name: N_("Required: nothing opens without this check.")
        for name in ("licence", "looked_up", "called_person")
        if len(getattr(checks, name).strip()) < 2
    }
    if checks.called_on is None:
        fields["called_on"] = N_("Required: nothing opens without this check.")
    elif not today - OLDEST_CALL <= checks.called_on <= today:
        fields["called_on"] = N_("The call must be of the last 30 days.")
    if is_dispatch and len(checks.dispatch_permit.strip()) < 2:
        fields["dispatch_permit"] = N_("Required where labour is dispatched.")
    if is_dispatch and (checks.dispatch_permit_until is None or checks.dispatch_permit_until < today):
        fields["dispatch_permit_until"] = N_("Enter the permit's last day; it must not have passed.")
    if fields:
        raise Invalid(N_("Something in the form needs your attention."), fields=fields)
