"""Candidates told as lines of text and as plain values: for the terminal and the demo."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.employers.models import Employer
from app.errors import NotFound
from app.labourers import queries as labourers
from app.labourers import service as labourer_service
from app.labourers.models import Labourer
from app.localities.models import Locality
from app.localities.reference import load_localities
from app.match_runs import present, queries
from app.match_runs.models import Candidate
from app.match_runs.words import Pairing
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.formats import masked_name, money, score
from app.shared.i18n import N_, translate
from app.vacancies.models import Vacancy

APART = 10  # one in so many of the best pairs, so that they are not all alike


def _pairs(actor: Actor, run_id: int, today: date) -> Select[Any]:
    return (
        labourers.visible_to(actor)
        .join(Candidate, Candidate.labourer_id == Labourer.id)
        .join(Vacancy, Vacancy.id == Candidate.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .where(queries.post_still_stands(today))
        .where(Candidate.run_id == run_id, queries.may_be_shown(today))
        .add_columns(Candidate, Vacancy, Employer, Locality.full_name)
    )


async def explained(
    session: AsyncSession, actor: Actor, keys: KeyRing, labourer: UUID | None, wanted: int, *, today: date
) -> dict[str, Any]:
    """Lines and values of one person's list, or of some of the best pairs. Raises NotFound without a run."""
    run = await queries.latest_seen(session, actor)
    if run is None:
        raise NotFound(N_("Match the two lists first."))
    if labourer is None:
        best = _pairs(actor, run.id, today).where(Candidate.labourer_rank == 1)
        ordered = best.order_by(Candidate.score.desc(), Labourer.id).limit(wanted * APART)
        rows = list((await session.execute(ordered)).all()[::APART])
    else:
        mine = _pairs(actor, run.id, today).where(Labourer.uuid == labourer, Candidate.labourer_rank.is_not(None))
        rows = list((await session.execute(mine.order_by(Candidate.labourer_rank).limit(wanted))).all())
    facts = await labourer_service.facts_of(session, keys, [row.Labourer for row in rows])
    hits = [(row, _hit(row, facts[row.Labourer.id])) for row in rows]
    return {
        "run": str(run.uuid),
        "lines": [line for row, hit in hits for line in _lines(keys, row, hit)],
        "pairs": [_values(row, hit) for row, hit in hits],
    }


def _hit(row: Any, facts: Any) -> dict[str, Any]:
    pairing = Pairing(facts, row.Vacancy, row.full_name or "", load_localities())
    rank = row.Candidate.labourer_rank
    return present.hit(row.Candidate, pairing, rank=rank, title=row.Vacancy.title, href="", party=row.Employer.name)


def _lines(keys: KeyRing, row: Any, hit: dict[str, Any]) -> list[str]:
    """Who, what, the three scores, why, why not, what is unknown; the name masked."""
    who = masked_name(labourer_service.name_of(keys, row.Labourer))
    marks = " · ".join(f"{one['label']} {score(one['value'])}" for one in hit["scores"])
    pay = hit["pay"]
    in_hand = translate("in hand %(amount)s yuan a month", amount=money(pay["amount"])) if pay else ""
    lines = [
        f"{who} → {hit['title']}（{hit['party']}，{hit['line']}）{in_hand}",
        f"  {score(hit['overall'])} = {marks}",
    ]
    for sign, key in (("+", "why"), ("−", "why_not"), ("?", "unknown")):
        lines += [f"  {sign} {one}" for one in hit[key]]
    return lines


def _values(row: Any, hit: dict[str, Any]) -> dict[str, Any]:
    candidate: Candidate = row.Candidate
    return {
        "labourer": str(row.Labourer.uuid),
        "vacancy": str(row.Vacancy.uuid),
        "title": hit["title"],
        "employer": hit["party"],
        "rank": hit["rank"],
        "overall": candidate.score,
        "scores": {one["key"]: one["value"] for one in hit["scores"]},
        "parts": [
            {"score": group["key"], "part": str(one["label"]), "value": one["value"], "weight": one["weight"]}
            for group in hit["parts"]
            for one in group["parts"]
        ],
        "gates": [{"gate": str(one["text"]), "passed": one["passed"]} for one in hit["gates"]],
        **{key: [str(one) for one in hit[key]] for key in ("why", "why_not", "unknown")},
    }
