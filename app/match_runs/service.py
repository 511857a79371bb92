"""Start a run, and keep what it found."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, any_, cast, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background.queue import enqueue
from app.errors import Conflict
from app.labourers.models import Labourer
from app.match_runs import queries
from app.match_runs.adapter.run import shipped_parameters
from app.match_runs.engine import Outcome
from app.match_runs.models import Candidate, MatchParameters, MatchRun
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import N_

TOP_K = 10
START_LOCK = 0x6D72  # "mr": one office starts one run at a time
CANDIDATE_COLUMNS = [
    "run_id", "labourer_id", "vacancy_id", "labourer_rank", "vacancy_rank", "score", "skill", "location",
    "willingness", "parts", "weights", "unknown_parts", "unknown_gates",
]  # fmt: skip

LABOURER = CANDIDATE_COLUMNS.index("labourer_id")


async def start(session: AsyncSession, actor: Actor, *, now: datetime, top_k: int = TOP_K) -> MatchRun:
    """Queue a run of the actor's county for today. Raises Conflict (409) while one is waiting or going on."""
    # Of two that start at once the second waits here until the first is committed, and then sees it.
    lock = text("SELECT pg_advisory_xact_lock(:lock, :organisation)")
    await session.execute(lock, {"lock": START_LOCK, "organisation": actor.organisation_id})
    if await queries.open_run(session, actor.organisation_id):
        raise Conflict(N_("A run is going on already. Wait until it is done, or stop it."))
    parameters = await _shipped_parameters(session)
    run = MatchRun(
        organisation_id=actor.organisation_id,
        started_by=actor.user_id,
        parameters_id=parameters.id,
        on_day=day_of(now),
        # The day decides ties: the same day's runs repeat exactly, and nobody is behind for ever.
        seed=day_of(now).toordinal(),
        top_k=top_k,
        summary={},
        created_at=now,
    )
    session.add(run)
    await session.flush()  # the task carries the id
    task = await enqueue(
        session, "match_runs.run", organisation_id=actor.organisation_id, user_id=actor.user_id, run_id=run.id
    )
    run.task_run_id = task.id
    audit.record(session, actor, "match_run.start", "match_run", run.id)
    return run


async def _shipped_parameters(session: AsyncSession) -> MatchParameters:
    """The parameters as shipped, stored once per content: a version is never changed."""
    content = shipped_parameters()
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    row = {"version": content["version"], "content": content, "content_hash": digest}
    await session.execute(insert(MatchParameters).values(row).on_conflict_do_nothing(index_elements=["content_hash"]))
    stored = await session.scalar(select(MatchParameters).where(MatchParameters.content_hash == digest))
    assert stored is not None
    return stored


async def parameters_of(session: AsyncSession, run: MatchRun) -> dict[str, Any]:
    """The weights and limits a run was made with."""
    parameters = await session.get_one(MatchParameters, run.parameters_id)
    return parameters.content


async def keep(session: AsyncSession, run_id: int, outcome: Outcome, *, now: datetime) -> None:
    """Store a run's candidates in place of those of an earlier try, and close the run."""
    run = await session.get_one(MatchRun, run_id, with_for_update=True)
    await session.execute(delete(Candidate).where(Candidate.run_id == run_id))
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    rows = await _of_people_still_here(session, outcome)
    await raw.copy_records_to_table("candidate", records=rows, columns=CANDIDATE_COLUMNS)
    run.summary, run.status, run.finished_at = outcome.summary, "done", now
    run.affinity_version, run.engine_version = outcome.affinity_version, outcome.engine_version
    run.input_hash = outcome.input_hash


async def _of_people_still_here(session: AsyncSession, outcome: Outcome) -> list[Any]:
    """The rows without those of people deleted since the lists were read.

    Their records are locked as the foreign keys would lock them a moment later: a deletion under way is waited for, and
    one that begins now waits for the candidates and removes them.
    """
    wanted = sorted({row[LABOURER] for row in outcome.rows})
    here = select(Labourer.id).where(Labourer.id == any_(cast(wanted, ARRAY(BigInteger))), Labourer.erased_at.is_(None))
    kept = set(await session.scalars(here.order_by(Labourer.id).with_for_update(read=True, key_share=True)))
    return outcome.rows if len(kept) == len(wanted) else [row for row in outcome.rows if row[LABOURER] in kept]
