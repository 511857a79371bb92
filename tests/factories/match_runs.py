"""Match runs as they are stored, without the engine."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.match_runs.adapter.codes import PARTS, SCORES
from app.match_runs.models import Candidate, MatchParameters, MatchRun
from app.permissions import Actor
from app.shared.clock import day_of

SUMMARY = (
    "labourers", "labourers_with_candidates", "vacancies", "vacancies_with_candidates", "openings", "openings_covered",
)  # fmt: skip


async def make_run(
    session: AsyncSession, county: Actor, vacancy_id: int, labourer_ids: list[int], now: datetime
) -> MatchRun:
    parameters = MatchParameters(version="test", content={}, content_hash=uuid4().bytes)
    session.add(parameters)
    await session.flush()
    run = MatchRun(
        organisation_id=county.organisation_id,
        started_by=county.user_id,
        parameters_id=parameters.id,
        on_day=day_of(now),
        seed=1,
        top_k=10,
        status="done",
        summary=dict.fromkeys(SUMMARY, len(labourer_ids)),
    )
    session.add(run)
    await session.flush()
    row = {
        "run_id": run.id, "vacancy_id": vacancy_id, "score": 861_204, "skill": 900_000, "location": 500_000,
        "willingness": 700_000, "parts": [500_000] * len(PARTS), "weights": [100] * (len(PARTS) + len(SCORES)),
        "unknown_parts": 0, "unknown_gates": 0,
    }  # fmt: skip
    rows = [
        {**row, "labourer_id": one, "labourer_rank": 1, "vacancy_rank": rank}
        for rank, one in enumerate(labourer_ids, 1)
    ]
    await session.execute(insert(Candidate), rows)
    return run
