"""The papers behind a post (V8): the firm's licence number, an agency's licence, a dispatching firm's permit.

What is missing or has ended is worked out here whenever a post is entered, changed, verified, attested or resumed, so
that no caller can leave it out. Such a post waits: it keeps its state, and opens for nobody.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.licences import licence_runs
from app.accounts.models import Organisation
from app.employers.models import Employer
from app.employers.queries import name_key
from app.errors import Invalid
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies.models import DispatchPermit, Vacancy
from app.vacancies.schemas import Finding

NO_LICENCE: Final = "no_licence"
AGENCY_UNLICENSED: Final = "agency_licence_ended"
NO_PERMIT: Final = "no_dispatch_permit"
CODES: Final = frozenset({NO_LICENCE, AGENCY_UNLICENSED, NO_PERMIT})
CLAUSES: Final = {
    NO_LICENCE: "就业促进法 41(2)；网络招聘服务管理规定 15",
    AGENCY_UNLICENSED: "就业促进法 40；人力资源市场暂行条例 18",
    NO_PERMIT: "劳动合同法 57；劳务派遣行政许可实施办法 6、11",
}
MENDS: Final = {
    NO_LICENCE: N_(
        "The employer's licence number (credit code) is not known. Enter it when you verify the employer; then its "
        "posts can open."
    ),
    AGENCY_UNLICENSED: N_(
        "The agency that entered this post has no running licence. It can open when the operator has the new one."
    ),
    NO_PERMIT: N_(
        "The dispatching firm's permit is not known or has ended. Enter its number and its last day on the post's page."
    ),
}


@dataclass(frozen=True)
class Papers:
    """What is known on one day: agencies without a running licence, and firms whose dispatch permit runs."""

    unlicensed: frozenset[int]
    permitted: frozenset[str]

    def findings(self, vacancy: Vacancy, employer: Employer) -> list[Finding]:
        """What is missing of a post's papers. A county that attested the employer has recorded its licence number."""
        found = []
        if employer.credit_code is None and employer.attested_by_organisation_id is None:
            found.append(_finding(NO_LICENCE, employer.name))
        if vacancy.entered_by_organisation_id in self.unlicensed:
            found.append(_finding(AGENCY_UNLICENSED, "人力资源服务许可证"))
        if vacancy.contract_kind == "dispatch" and name_key(vacancy.agency_name or "") not in self.permitted:
            found.append(_finding(NO_PERMIT, vacancy.agency_name or "劳务派遣"))
        return found

    def apply(self, vacancy: Vacancy, employer: Employer) -> None:
        """Put what is missing today in place of what was found missing before."""
        kept = [one for one in vacancy.findings if one["code"] not in CODES]
        found = [*kept, *(asdict(one) for one in self.findings(vacancy, employer))]
        if found != vacancy.findings:
            vacancy.findings = found


def _finding(code: str, words: str) -> Finding:
    return Finding(code, "wait", words, CLAUSES[code])


async def papers_on(session: AsyncSession, day: date) -> Papers:
    """The papers of a day: as the operator keeps them for offices, and as offices saw them of others."""
    kept = or_(Organisation.kind == "broker", Organisation.dispatch_permit_until.is_not(None))
    offices = list(await session.scalars(select(Organisation).where(kept)))
    latest = select(DispatchPermit).ext(distinct_on(DispatchPermit.agency_key))
    seen = await session.scalars(latest.order_by(DispatchPermit.agency_key, DispatchPermit.id.desc()))
    permitted = {one.agency_key for one in seen if one.until >= day}
    permitted |= {name_key(one.name) for one in offices if _permit_runs(one, day)}
    return Papers(frozenset(one.id for one in offices if not licence_runs(one, day)), frozenset(permitted))


def _permit_runs(office: Organisation, day: date) -> bool:
    begins, ends = office.dispatch_permit_from, office.dispatch_permit_until
    return begins is not None and ends is not None and begins <= day <= ends


async def see_permit(
    session: AsyncSession, actor: Actor, agency_name: str | None, number: str, until: date | None, *, now: datetime
) -> DispatchPermit:
    """Record a dispatching firm's permit as the office saw it. Raises Invalid (422) naming the field."""
    fields = {}
    if len(number.strip()) < 2:
        fields["number"] = N_("Enter the number of the permit.")
    if until is None or until < day_of(now):
        fields["until"] = N_("Enter the permit's last day; it must not have passed.")
    if not name_key(agency_name or "") or fields or until is None:
        raise Invalid(N_("The permit was not recorded: name the firm, its number and its last day."), fields=fields)
    permit = DispatchPermit(
        agency_key=name_key(agency_name or ""),
        agency_name=agency_name,
        number=number.strip(),
        until=until,
        seen_by_user_id=actor.user_id,
        seen_by_organisation_id=actor.organisation_id,
        seen_at=now,
    )
    session.add(permit)
    await session.flush()  # the trail needs its id, and judging reads it back
    audit.record(
        session, actor, "dispatch_permit.enter", "dispatch_permit", permit.id,
        agency=permit.agency_name, number=permit.number, until=until.isoformat(),
    )  # fmt: skip
    return permit


def mend_of(findings: Sequence[dict[str, str]]) -> str | None:
    """What to do about the first paper that is missing."""
    return next((MENDS[one["code"]] for one in findings if one["code"] in MENDS), None)
