"""Enter an employer once, and the receiving office's act of verifying it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.employers.models import Employer
from app.employers.queries import name_key
from app.errors import Invalid
from app.permissions import Actor
from app.shared.i18n import N_
from app.shared.identity_numbers import check_credit_code


@dataclass(frozen=True)
class Firm:
    """An employer as a sheet or a form names it."""

    name: str
    credit_code: str | None = None
    locality_code: str | None = None


async def find_or_enter(
    session: AsyncSession, actor: Actor, *, name: str, credit_code: str | None = None, locality_code: str | None = None
) -> Employer:
    """The employer of that credit code, else of that name entered by the same office, else a new one."""
    return (await find_or_enter_many(session, actor, [Firm(name, credit_code, locality_code)]))[0]


async def find_or_enter_many(session: AsyncSession, actor: Actor, firms: Sequence[Firm]) -> list[Employer]:
    """The employer of each firm, as ``find_or_enter`` says, in their order."""
    by_code, by_name = await _known(session, actor, firms)
    entered: list[Employer] = []
    found: list[Employer] = []
    for firm in firms:
        key = name_key(firm.name)
        employer = by_code.get(firm.credit_code or "")
        if employer is None:
            employer = by_name.get(key)
            if employer and firm.credit_code and employer.credit_code not in {None, firm.credit_code}:
                employer = None
        if employer is None:
            employer = _new(actor, firm, key)
            entered.append(employer)
            by_name.setdefault(key, employer)
        if firm.credit_code and employer.credit_code is None:
            employer.credit_code = firm.credit_code
        if employer.credit_code:
            by_code.setdefault(employer.credit_code, employer)
        found.append(employer)
    session.add_all(entered)
    await session.flush()  # their vacancies need the ids
    for employer in entered:
        audit.record(session, actor, "employer.enter", "employer", employer.id)
    return found


async def _known(
    session: AsyncSession, actor: Actor, firms: Sequence[Firm]
) -> tuple[dict[str, Employer], dict[str, Employer]]:
    codes = {firm.credit_code for firm in firms if firm.credit_code}
    names = {name_key(firm.name) for firm in firms}
    own = and_(Employer.name_key.in_(names), Employer.entered_by_organisation_id == actor.organisation_id)
    query = select(Employer).where(or_(Employer.credit_code.in_(codes), own)).order_by(Employer.id.desc())
    known = list(await session.scalars(query))
    by_code = {one.credit_code: one for one in known if one.credit_code in codes and one.credit_code}
    by_name = {one.name_key: one for one in known if one.entered_by_organisation_id == actor.organisation_id}
    return by_code, by_name


def _new(actor: Actor, firm: Firm, key: str) -> Employer:
    return Employer(
        name=firm.name.strip(),
        name_key=key,
        credit_code=firm.credit_code,
        entered_by_organisation_id=actor.organisation_id,
        locality_code=firm.locality_code,
    )


async def verify(
    session: AsyncSession, actor: Actor, employer: Employer, note: str, *, now: datetime, licence: str = ""
) -> None:
    """The receiving office has seen licence and register. Raises Invalid (422) without saying how.

    ``licence`` is the credit code on the licence, where it was not known: without it none of the posts opens.
    """
    if len(note.strip()) < 2:
        raise Invalid(N_("Say what you checked: licence, register, call back."), fields={"note": N_("Required.")})
    if licence.strip() and employer.credit_code is None:
        employer.credit_code = await _free_code(session, licence)
    employer.standing, employer.verified_at, employer.verified_by = "good", now, actor.user_id
    employer.verified_until = employer.attested_by_organisation_id = None  # a county's word is not needed any more
    employer.verification_note = note.strip()
    employer.version += 1
    audit.record(session, actor, "employer.verify", "employer", employer.id, reason=note.strip())


async def _free_code(session: AsyncSession, licence: str) -> str:
    """The credit code as the licence states it. Raises Invalid (422) if it is none, or another firm's."""
    code = check_credit_code(licence)
    if not isinstance(code, str):
        wrong = N_("This is no credit code. Copy the 18 characters from the licence.")
        raise Invalid(wrong, fields={"licence": wrong})
    if await session.scalar(select(Employer.id).where(Employer.credit_code == code)) is not None:
        taken = N_("Another employer is known under this code. Compare the two.")
        raise Invalid(taken, fields={"licence": taken})
    return code


async def suspend(session: AsyncSession, actor: Actor, employer: Employer, reason: str) -> None:
    """Take the employer's standing away; its posts are matched no more. Raises Invalid (422) without a reason."""
    if employer.standing != "good":
        raise Invalid(N_("Only a verified employer can be suspended."))
    if len(reason.strip()) < 2:
        raise Invalid(N_("Say why."), fields={"reason": N_("Required.")})
    employer.standing, employer.version = "suspended", employer.version + 1
    audit.record(session, actor, "employer.suspend", "employer", employer.id, reason=reason.strip())
