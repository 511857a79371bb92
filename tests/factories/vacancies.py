"""Employers and posts."""

from dataclasses import replace
from datetime import datetime
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncSession

from app.employers import service as employers
from app.employers.models import Employer
from app.match_runs.adapter.pay import net_figures
from app.permissions import Actor, Role
from app.vacancies import service
from app.vacancies.models import Vacancy
from app.vacancies.schemas import Finding, VacancyFacts
from tests.factories.accounts import make_actor

WUJIANG = "320509"  # 苏州市吴江区


def post(**changes: object) -> VacancyFacts:
    """A sewing post in Wujiang at 5,500 to 7,000 a month; say what the test is about."""
    facts = VacancyFacts(
        title="平缝车工",
        trade_family="sewing",
        openings=3,
        openings_text="3人",
        locality_code=WUJIANG,
        pay_text="5500-7000元/月",
        pay_min=5500,
        pay_max=7000,
        pay_period="month",
        pay_basis="flat_monthly",
        contract_kind="direct",
        hours_week=58,
        shift="days",
        lodging="room_2_4",
    )
    return replace(facts, **changes)


def credit_code_of(name: str, actor: Actor) -> str:
    """A code of its own for each firm of each office; nothing here looks at its check digit."""
    return f"91320509MA{crc32(f'{name} {actor.organisation_id}'.encode()) % 10**8:08d}"


async def make_employer(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    *,
    name: str = "吴江锦华制衣有限公司",
    verified: bool = True,
    licensed: bool = True,
) -> Employer:
    """An employer entered by the actor, with a licence number and verified, unless said otherwise."""
    code = credit_code_of(name, actor) if licensed else None
    employer = await employers.find_or_enter(session, actor, name=name, locality_code=WUJIANG, credit_code=code)
    if verified and employer.standing == "unverified":
        await employers.verify(session, actor, employer, "licence seen", now=now)
    return employer


async def make_vacancy(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    *,
    employer: Employer | None = None,
    opened: bool = True,
    findings: list[Finding] | None = None,
    **changes: object,
) -> Vacancy:
    """A post entered by the actor; open, unless said otherwise."""
    employer = employer or await make_employer(session, actor, now)
    vacancy = await service.enter(
        session, actor, employer, post(**changes), net_pay=net_figures, screen=lambda _: findings or [], now=now
    )
    if opened:  # by an office: the database lets no seller verify
        may = actor.role in (Role.RECEIVING_OFFICER, Role.COUNTY_OFFICER)
        office = actor if may else await make_actor(session, Role.RECEIVING_OFFICER)
        await service.verify(session, office, vacancy, employer, now=now)
    return vacancy
