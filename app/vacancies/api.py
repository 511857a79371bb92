"""The supply list for programs."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.database import Session
from app.employers.attesting import Checks
from app.employers.models import Employer
from app.employers.schemas import ChecksIn
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.pagination import CursorAsked, LimitAsked, cursor_of
from app.vacancies import attesting, minimum_wages, present, queries, service
from app.vacancies.schemas import FindingOut, PermitIn, ToldIn, VacanciesOut, VacancyOut

router = APIRouter(prefix="/vacancies", tags=["vacancies"])

Reader = Annotated[Actor, require(Permission.VACANCIES_VIEW)]


def _filters(
    q: str = "", state: str = "", place: str = "", trade: str = "", shift: str = "", contract: str = ""
) -> queries.Filters:
    return queries.Filters(search=q, state=state, place=place, trade=trade, shift=shift, contract=contract)


@router.get("")
async def list_vacancies(
    request: Request,
    session: Session,
    actor: Reader,
    filters: Annotated[queries.Filters, Depends(_filters)],
    cursor: CursorAsked = 0,
    limit: LimitAsked = 50,
) -> VacanciesOut:
    """The supply list in order of entry, with the filters of the page."""
    filters = replace(filters, today=day_of(request.app.state.clock()))
    rows = await queries.after(session, actor, filters, cursor, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    told = await queries.those_told(session, actor, [row.Vacancy.id for row in rows])
    items = [_shown(request, row.Vacancy, row.Employer, is_told=row.Vacancy.id in told) for row in rows]
    return VacanciesOut(items=items, next=cursor_of(rows[-1].Vacancy.id) if more else None)


@router.get("/{uuid}")
async def read_vacancy(request: Request, response: Response, session: Session, actor: Reader, uuid: UUID) -> VacancyOut:
    """One post; the ETag is the record's version."""
    vacancy = await queries.get(session, actor, uuid)
    response.headers["etag"] = f'"{vacancy.version}"'
    return await _out(request, session, actor, vacancy, await session.get_one(Employer, vacancy.employer_id))


@router.post("/{uuid}/verification", status_code=201)
async def verify_vacancy(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.VACANCIES_VERIFY)], uuid: UUID
) -> VacancyOut:
    """The receiving office vouches for the post, which opens."""
    vacancy = await queries.get_for_verification(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    await service.verify(session, actor, vacancy, employer, now=request.app.state.clock())
    return await _out(request, session, actor, vacancy, employer)


@router.post("/{uuid}/dispatch-permit", status_code=201)
async def enter_dispatch_permit(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.VACANCIES_VERIFY)],
    uuid: UUID,
    permit: PermitIn,
) -> VacancyOut:
    """Record the permit of the dispatching firm the post names; it holds for all posts of that firm."""
    vacancy = await queries.get_for_verification(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    await service.see_permit(session, actor, vacancy, permit.number, permit.until, now=request.app.state.clock())
    return await _out(request, session, actor, vacancy, employer)


@router.post("/{uuid}/minimum-wage", status_code=201)
async def state_minimum_wage(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.VACANCIES_ATTEST)],
    uuid: UUID,
    told: ToldIn,
) -> VacancyOut:
    """The sending county states the minimum wage of the post's place for 30 days; 409 where an office answers."""
    vacancy = await queries.get_for_attestation(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    given = minimum_wages.Told(told.amount, told.from_on, told.source)
    now = request.app.state.clock()
    await minimum_wages.state_for_post(session, actor, vacancy, given, request.app.state.localities, now=now)
    return await _out(request, session, actor, vacancy, employer)


@router.post("/{uuid}/attestation", status_code=201)
async def attest_vacancy(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.VACANCIES_ATTEST)],
    uuid: UUID,
    checks: ChecksIn,
) -> VacancyOut:
    """The sending county vouches for the post for 30 days; 409 names the receiving office where there is one."""
    vacancy = await queries.get_for_attestation(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    now = request.app.state.clock()
    await attesting.attest(session, actor, vacancy, employer, Checks(**checks.model_dump()), now=now)
    return await _out(request, session, actor, vacancy, employer)


async def _out(request: Request, session: Session, actor: Actor, vacancy: Any, employer: Employer) -> VacancyOut:
    told = await queries.those_told(session, actor, [vacancy.id])
    return _shown(request, vacancy, employer, is_told=bool(told))


def _shown(request: Request, vacancy: Any, employer: Employer, *, is_told: bool) -> VacancyOut:
    names = VacancyOut.model_fields.keys() - {"employer", "findings"}
    found = [FindingOut(**one) for one in present.findings(vacancy, request.app.state.rule_of)] if is_told else None
    facts = {name: getattr(vacancy, name) for name in names}
    return VacancyOut(employer=employer.name, findings=found, **facts)
