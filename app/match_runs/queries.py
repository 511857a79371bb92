"""All SQL about runs and candidates. There is no way to a row without an actor."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, cast, exists, false, func, select
from sqlalchemy import column as sa_column
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.declarations.queries import permits
from app.employers import queries as employers
from app.employers.models import Employer
from app.errors import NotFound
from app.labourers import queries as labourers
from app.labourers.models import DemandListEntry, Labourer
from app.localities.models import Locality
from app.localities.queries import within
from app.match_runs.models import Candidate, MatchRun
from app.permissions import Actor, Permission, Reach
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging
from app.vacancies import queries as vacancies
from app.vacancies.models import Vacancy

OPEN_STATUSES = ("queued", "running")


def visible_to(actor: Actor) -> Select[MatchRun]:
    """Runs of one's own county; for township, province and auditor those of the offices whose people they reach."""
    query = select(MatchRun)
    match actor.reach(Permission.MATCHES_VIEW):
        case Reach.OFFICE:
            return query.where(MatchRun.organisation_id == actor.organisation_id)
        case Reach.REGION | Reach.REGION_CODES:
            offices = _reached(actor).with_only_columns(Labourer.organisation_id)
            return query.where(MatchRun.organisation_id.in_(offices))
    return query.where(false())


def _reached(actor: Actor) -> Select[Labourer]:
    """Whose candidates count for the actor. Without permission for labourers nothing but a code name may leave here."""
    if actor.may(Permission.LABOURERS_VIEW):
        return labourers.visible_to(actor)
    return select(Labourer).where(within(Labourer.locality_code, actor.scope))


def _latest_of_each(runs: Select[MatchRun]) -> Select[int]:
    """Of each office its last complete run."""
    done = runs.where(MatchRun.status == "done").group_by(MatchRun.organisation_id)
    return done.with_only_columns(func.max(MatchRun.id))


async def get(session: AsyncSession, actor: Actor, uuid: UUID) -> MatchRun:
    """One run this person may see. Raises NotFound (404)."""
    run = await session.scalar(visible_to(actor).where(MatchRun.uuid == uuid))
    if run is None:
        raise NotFound(N_("No such run in your lists."))
    return run


async def page(session: AsyncSession, actor: Actor, paging: Paging) -> Page[Any]:
    """Runs, newest first, each with its office."""
    query = visible_to(actor)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(MatchRun.id).subquery()))
    rows = query.join(Organisation, Organisation.id == MatchRun.organisation_id).add_columns(Organisation)
    ordered = rows.order_by(MatchRun.id.desc()).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def going_on(session: AsyncSession, actor: Actor) -> MatchRun | None:
    """The newest run this person may see that is waiting or at work."""
    query = visible_to(actor).where(MatchRun.status.in_(OPEN_STATUSES))
    return await session.scalar(query.order_by(MatchRun.id.desc()).limit(1))


async def open_run(session: AsyncSession, organisation_id: int) -> MatchRun | None:
    """The run of this county that is waiting or going on, if any."""
    at_work = (MatchRun.organisation_id == organisation_id, MatchRun.status.in_(OPEN_STATUSES))
    return await session.scalar(select(MatchRun).where(*at_work).limit(1))


async def latest_done(session: AsyncSession, organisation_id: int) -> MatchRun | None:
    """The last complete run of a county."""
    query = select(MatchRun).where(MatchRun.organisation_id == organisation_id, MatchRun.status == "done")
    return await session.scalar(query.order_by(MatchRun.id.desc()).limit(1))


async def latest_seen(session: AsyncSession, actor: Actor) -> MatchRun | None:
    """The last complete run this person may see."""
    query = visible_to(actor).where(MatchRun.status == "done")
    return await session.scalar(query.order_by(MatchRun.id.desc()).limit(1))


def may_be_shown(today: date) -> Any:
    """Whether a candidate's person still wants to be matched today: a run only keeps what held when it was made."""
    listed = exists().where(DemandListEntry.labourer_id == Candidate.labourer_id, DemandListEntry.left_on.is_(None))
    return listed.correlate(Candidate) & permits("match", Candidate.labourer_id, today)


def post_still_stands(today: date) -> ColumnElement[bool]:
    """Whether a candidate's post is open today and its employer in standing, for queries that hold both."""
    return vacancies.stands_on(today) & employers.good_on(today)


def _with_vacancy(query: Select[Any], today: date) -> Select[Any]:
    return (
        query.join(Vacancy, Vacancy.id == Candidate.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .where(post_still_stands(today))
        .add_columns(Vacancy, Employer, Locality.full_name.label("place_name"))
    )


async def of_labourer(session: AsyncSession, run: MatchRun, labourer_id: int, *, today: date) -> list[Any]:
    """The person's own list in a run, best first: (candidate, vacancy, employer, place name)."""
    mine = select(Candidate).where(
        Candidate.run_id == run.id, Candidate.labourer_id == labourer_id, may_be_shown(today)
    )
    query = _with_vacancy(mine.where(Candidate.labourer_rank.is_not(None)), today)
    return list((await session.execute(query.order_by(Candidate.labourer_rank))).all())


async def of_vacancy(session: AsyncSession, actor: Actor, vacancy_id: int, *, today: date) -> list[Any]:
    """The vacancy's lists in the latest runs, best first: (candidate, labourer), the labourers visible to the actor.

    Runs of several offices are put together by score: a rank counts within its own run.

    Whoever sees candidates by pseudonym only gets them through ``pseudonymous`` below.
    """
    query = (
        labourers.visible_to(actor)
        .join(Candidate, Candidate.labourer_id == Labourer.id)
        .where(Candidate.run_id.in_(_latest_of_each(visible_to(actor))), Candidate.vacancy_id == vacancy_id)
        .where(Candidate.vacancy_rank.is_not(None), may_be_shown(today))
        .with_only_columns(Candidate, Labourer)
    )
    ordered = query.order_by(Candidate.score.desc(), Candidate.vacancy_rank, Labourer.id)
    return list((await session.execute(ordered)).all())


class CodedCandidate(NamedTuple):
    """A candidate and the number their code names are made from."""

    Candidate: Candidate
    uuid: UUID


async def pseudonymous(session: AsyncSession, actor: Actor, vacancy: Vacancy, *, today: date) -> list[CodedCandidate]:
    """(candidate, labourer's uuid) of the latest runs for those who see no identities (V7), in no order that counts.

    The permission is asked: the selling side has all offices' candidates, an auditor those of their region.
    """
    query = select(Candidate).where(Candidate.vacancy_id == vacancy.id, Candidate.vacancy_rank.is_not(None))
    query = query.where(may_be_shown(today))
    if actor.may(Permission.CANDIDATES_VIEW):
        query = query.where(Candidate.run_id.in_(_latest_of_each(select(MatchRun))))
    elif actor.may(Permission.MATCHES_VIEW):
        theirs = _reached(actor).with_only_columns(Labourer.id)
        query = query.where(Candidate.run_id.in_(_latest_of_each(visible_to(actor))), Candidate.labourer_id.in_(theirs))
    else:
        raise NotFound(N_("No such post in your lists."))
    found = list(await session.scalars(query))
    codes = await _code_numbers(session, [one.labourer_id for one in found])
    return [CodedCandidate(one, codes[one.labourer_id]) for one in found]


async def _code_numbers(session: AsyncSession, labourer_ids: list[int]) -> dict[int, UUID]:
    """Past the second wall: the selling side's transactions reach no record of a person."""
    known = func.person_codes(cast(labourer_ids, ARRAY(BIGINT))).table_valued(
        sa_column("id", BIGINT), sa_column("uuid", Uuid)
    )
    return dict((await session.execute(select(known.c.id, known.c.uuid))).all())


async def pair(session: AsyncSession, run: MatchRun, labourer_id: int, vacancy_id: int) -> Candidate | None:
    """The stored candidate of a pair, if it is on a list."""
    return await session.get(Candidate, (run.id, labourer_id, vacancy_id))


async def vacancies_of(session: AsyncSession, actor: Actor, run: MatchRun, paging: Paging, *, today: date) -> Page[Any]:
    """Vacancies of a run with how many of the people the actor reaches fit and the best score, best first."""
    theirs = _reached(actor).with_only_columns(Labourer.id)
    counted = (
        select(Candidate.vacancy_id, func.count().label("people"), func.max(Candidate.score).label("best"))
        .where(Candidate.run_id == run.id, Candidate.vacancy_rank.is_not(None), may_be_shown(today))
        .where(Candidate.labourer_id.in_(theirs))
        .group_by(Candidate.vacancy_id)
        .subquery()
    )
    query = (
        select(Vacancy, Employer, Locality.full_name.label("place_name"), counted.c.people, counted.c.best)
        .join(counted, counted.c.vacancy_id == Vacancy.id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .where(post_still_stands(today))
    )
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Vacancy.id).subquery()))
    ordered = query.order_by(counted.c.best.desc(), Vacancy.id).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def labourers_of(session: AsyncSession, actor: Actor, run: MatchRun, paging: Paging, *, today: date) -> Page[Any]:
    """People of a run with their best post that still stands: (labourer, candidate, vacancy, employer, place)."""
    mine = labourers.visible_to(actor).join(Candidate, Candidate.labourer_id == Labourer.id)
    shown = mine.where(Candidate.run_id == run.id, Candidate.labourer_rank.is_not(None), may_be_shown(today))
    best = (
        _with_vacancy(shown.add_columns(Candidate), today)
        .with_only_columns(Candidate.labourer_id, func.min(Candidate.labourer_rank).label("rank"))
        .group_by(Candidate.labourer_id)
        .subquery()
    )
    total = await session.scalar(select(func.count()).select_from(best))
    first = (Candidate.labourer_id == best.c.labourer_id) & (Candidate.labourer_rank == best.c.rank)
    query = _with_vacancy(mine.join(best, first).where(Candidate.run_id == run.id).add_columns(Candidate), today)
    ordered = query.order_by(Candidate.score.desc(), Labourer.id)
    return Page((await session.execute(ordered.offset(paging.offset).limit(paging.size))).all(), total or 0, paging)
