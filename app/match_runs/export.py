"""A run as a sheet for the township desks: who fits where, and why."""

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.employers.models import Employer
from app.labourers import queries as labourers
from app.labourers import service as labourer_service
from app.labourers.clear import Allowance, count_list
from app.labourers.models import Labourer
from app.labourers.present import Words
from app.localities.models import Locality
from app.match_runs.adapter.codes import PARTS
from app.match_runs.models import Candidate, MatchRun
from app.match_runs.queries import may_be_shown, post_still_stands
from app.match_runs.words import Pairing, reasons
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.formats import masked_name
from app.shared.i18n import translate
from app.shared.labels import category_label
from app.shared.spreadsheets import Mark, Sheet, workbook_of
from app.vacancies.models import Vacancy

MILLION = 1_000_000
MOST_ROWS = 100_000


async def workbook(
    session: AsyncSession, actor: Actor, words: Words, run: MatchRun, *, mark: Mark, allowed: Allowance
) -> bytes:
    """Every person of the run visible to the actor who may still be shown, with their list, best first.

    Names are masked where the mark gives no reason; in clear they count as people of a list do. Raises
    TooManyRequests (429).
    """
    today = day_of(allowed.now)
    query = (
        labourers.visible_to(actor)
        .join(Candidate, Candidate.labourer_id == Labourer.id)
        .join(Vacancy, Vacancy.id == Candidate.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .where(post_still_stands(today))
        .where(Candidate.run_id == run.id, Candidate.labourer_rank.is_not(None), may_be_shown(today))
        .order_by(Labourer.locality_code, Labourer.id, Candidate.labourer_rank)
        .limit(MOST_ROWS)
    )
    found = (await session.execute(query.add_columns(Candidate, Vacancy, Employer, Locality.full_name))).all()
    people = await labourer_service.facts_of(
        session, words.keys, list({row.Labourer.id: row.Labourer for row in found}.values())
    )
    if not mark.masked:
        await count_list(session, actor, len(people), allowed)
    rows = [_row(words, row, people[row.Labourer.id], masked=mark.masked) for row in found]
    audit.record(
        session, actor, "match_run.export", "match_run", run.id,
        reason=mark.reason, people=people, rows=len(rows), masked=mark.masked,
    )  # fmt: skip
    title = translate("Match of %(day)s: %(n)s rows", day=run.on_day, n=len(rows))
    return await asyncio.to_thread(workbook_of, mark, Sheet(translate("Match runs"), _headers(), rows, title))


def _headers() -> list[str]:
    names = (
        translate("Name"), translate("Home"), translate("Village"), translate("Rank"), translate("Post"),
        translate("Employer"), translate("Place"), translate("In hand, yuan a month"), translate("Lodging"),
        translate("Shift"), translate("Overall"), translate("Skill"), translate("Location"), translate("Willingness"),
        translate("Why"), translate("Why not"),
    )  # fmt: skip
    return list(names)


def _row(words: Words, row: Any, facts: Any, *, masked: bool) -> list[Any]:
    candidate: Candidate = row.Candidate
    vacancy: Vacancy = row.Vacancy
    pairing = Pairing(facts, vacancy, row.full_name or "", words.localities)
    values = dict(zip(PARTS, candidate.parts, strict=True))
    weights = dict(zip(PARTS, candidate.weights, strict=False))  # the weights of the three scores follow
    fors, againsts = reasons(pairing, values, weights)
    figures = [candidate.score, candidate.skill, candidate.location, candidate.willingness]
    return [
        masked_name(words.name(row.Labourer)) if masked else words.name(row.Labourer),
        words.place(row.Labourer.locality_code),
        row.Labourer.village_name,
        candidate.labourer_rank,
        vacancy.title,
        row.Employer.name,
        row.full_name,
        vacancy.net_month_low,
        category_label(vacancy.lodging, "lodging"),
        category_label(vacancy.shift, "shift"),
        *[round(value / MILLION, 3) for value in figures],
        "；".join(str(one) for one in fors),
        "；".join(str(one) for one in againsts),
    ]
