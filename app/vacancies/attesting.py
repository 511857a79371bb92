"""Cold start: where the receiving region has nobody here yet, the sending county vouches for a post, for 30 days."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.organisation_queries import receiving_office_of
from app.employers.attesting import Checks, check_words, free_of_interest, nobody_there, valid_until
from app.employers.models import Employer
from app.employers.queries import is_good
from app.errors import Conflict
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies import service, states
from app.vacancies.models import Vacancy, VacancyAttestation
from app.vacancies.papers import see_permit


async def attest(
    session: AsyncSession, actor: Actor, vacancy: Vacancy, employer: Employer, checks: Checks, *, now: datetime
) -> None:
    """Vouch for a locked post after the recorded checks; it opens, or goes on, for 30 days.

    Raises Conflict (409) where a receiving office answers for the place, where the post or its firm belongs to the
    county's own selling side, or while anything stands that would keep the receiving office from verifying; Invalid
    (422) for a check left out.
    """
    today = day_of(now)
    await nobody_there(session, vacancy.locality_code)
    await free_of_interest(
        session,
        actor,
        vacancy.entered_by_organisation_id,
        employer.entered_by_organisation_id,
        employer.organisation_id,
    )
    if not is_good(employer, today):
        raise Conflict(N_("Attest the employer first; then its posts can open."))
    is_dispatch = vacancy.contract_kind == "dispatch"
    check_words(checks, today, is_dispatch=is_dispatch)
    if is_dispatch:
        until = checks.dispatch_permit_until
        await see_permit(session, actor, vacancy.agency_name, checks.dispatch_permit, until, now=now)
    await service.refuse_unfit(session, vacancy, now)
    renewed = service.is_attested(vacancy)
    if not renewed and vacancy.state != "checked":
        raise Conflict(N_("This post is not waiting to be verified."))
    until = valid_until(today)
    _vouch(session, actor, vacancy, checks, is_dispatch=is_dispatch, until=until, now=now)
    if not renewed:
        states.move(session, vacancy, "verified", "verified by the sending county", actor=actor, now=now)
        states.move(session, vacancy, "open", "opened", actor=actor, now=now)
        await service.make_slots(session, vacancy)
    on_behalf_of = f"receiving office of {vacancy.locality_code}"
    audit.record(
        session, actor, "vacancy.attest", "vacancy", vacancy.id, on_behalf_of=on_behalf_of, until=until.isoformat()
    )


async def is_open_to(session: AsyncSession, vacancy: Vacancy) -> bool:
    """Whether a county may vouch for the post, as far as others' rights go: for the button of its page."""
    attested = vacancy.attested_by_organisation_id is not None and vacancy.state in ("open", "paused")
    if vacancy.locality_code is None or (vacancy.state != "checked" and not attested):
        return False
    return await receiving_office_of(session, vacancy.locality_code) is None


def _vouch(
    session: AsyncSession,
    actor: Actor,
    vacancy: Vacancy,
    checks: Checks,
    *,
    is_dispatch: bool,
    until: date,
    now: datetime,
) -> None:
    vacancy.verified_at, vacancy.verified_by, vacancy.verified_until = now, actor.user_id, until
    vacancy.attested_by_organisation_id = actor.organisation_id
    session.add(
        VacancyAttestation(
            vacancy_id=vacancy.id,
            organisation_id=actor.organisation_id,
            user_id=actor.user_id,
            at=now,
            on_day=day_of(now),
            until=until,
            licence=checks.licence.strip(),
            looked_up=checks.looked_up.strip(),
            called_on=checks.called_on,
            called_person=checks.called_person.strip(),
            is_dispatch=is_dispatch,
            dispatch_permit=checks.dispatch_permit.strip() or None,
            dispatch_permit_until=checks.dispatch_permit_until,
        )
    )
